import { StagedoorError } from "../base/errors.js";
import { pause } from "../base/pause.js";
import { type PlaylistItem, playlists, type Snapshot } from "../contract/index.js";
import { method } from "./call.js";
import type { CallOptions, Connection } from "./connection.js";

/** Before each look whether a write was done that failed: one whose connection was given up may be done a little later still. */
const PAUSES_MS = [500, 1_500] as const;
const MOST_RESENDS = 2;
const PAGE = 50;

/** How a batch of items goes into a playlist. */
export type AddBatch = (uris: readonly string[], position: number | undefined) => Promise<Snapshot>;

/** The state of a playlist, as far as it shows what was added. */
interface State {
  readonly snapshotId: string;
  readonly total: number | undefined;
}

/**
 * Adds batches to a playlist, each exactly once also where an answer is lost: the playlist is looked at before, and again after a failure
 * that leaves open whether the items were added. Is it as it was, twice in a row, they are sent again, twice at most; are they in their
 * place, they were added. Has somebody else changed it meanwhile, or is it changed later than two seconds after the failure, this cannot tell.
 *
 * @throws from the function it makes: what calls throw; what the write failed with, `mayBeDone` and a next step with it, where looking tells nothing
 */
export function verifiedAdd(connection: Connection, playlistId: string, options: CallOptions): AddBatch {
  const addItems = method(connection, playlists.addItems);
  let before: State | undefined;

  /** Looks until the playlist has changed; `undefined` when it has not. */
  async function changed(known: State): Promise<State | undefined> {
    for (const ms of PAUSES_MS) {
      await pause(ms, options.signal, "Looking whether items were added");
      const now = await stateOf(connection, playlistId, options);
      if (now.snapshotId !== known.snapshotId) return now;
    }
    return undefined;
  }

  return async (uris, position) => {
    before ??= await stateOf(connection, playlistId, options);
    for (let resends = 0; ; resends++) {
      const known: State = before;
      const total = known.total === undefined ? undefined : known.total + uris.length;
      try {
        const snapshot = await addItems({ playlistId, uris, position }, options);
        before = { snapshotId: snapshot.snapshot_id, total };
        return snapshot;
      } catch (error) {
        if (!(error instanceof StagedoorError) || !error.mayBeDone) throw error;
        // Where looking fails too, the failure to tell of is that of the write.
        const now = await changed(known).catch(() => Promise.reject(error));
        if (now === undefined) {
          if (resends === MOST_RESENDS) throw error;
          continue;
        }
        const start = position ?? known.total;
        const isDone =
          start !== undefined &&
          now.total === total &&
          (await areAt(connection, playlistId, start, uris, options).catch(() => Promise.reject(error)));
        if (!isDone) throw error.advise(SOMEBODY_ELSE);
        before = now;
        return { snapshot_id: now.snapshotId };
      }
    }
  };
}

const SOMEBODY_ELSE =
  "It may have been done, and somebody else has changed the playlist meanwhile: look with playlists.allItems what is missing.";

/** Adds batches that are sent once each, and says how to find out what a lost answer leaves open. */
export function plainAdd(connection: Connection, playlistId: string, options: CallOptions = {}): AddBatch {
  const addItems = method(connection, playlists.addItems);
  return async (uris, position) => {
    try {
      return await addItems({ playlistId, uris, position }, options);
    } catch (error) {
      if (!(error instanceof StagedoorError) || !error.mayBeDone) throw error;
      throw error.advise(
        "It may have been done: look with playlists.allItems before you send it again, or have this done by verifyAndRetry: true.",
      );
    }
  };
}

/** Nothing that a cache keeps says what has become of a write. */
const anew = (options: CallOptions) => ({ ...options, fresh: true });

async function stateOf(connection: Connection, playlistId: string, options: CallOptions): Promise<State> {
  const fields = "snapshot_id,items(total),tracks(total)";
  const found = await method(connection, playlists.get)({ playlistId, fields }, anew(options));
  return { snapshotId: found.snapshot_id, total: found.items?.total ?? found.tracks?.total };
}

/** Whether these items stand in the playlist from `start` on. */
async function areAt(
  connection: Connection,
  playlistId: string,
  start: number,
  uris: readonly string[],
  options: CallOptions,
): Promise<boolean> {
  const read = method(connection, playlists.items);
  const thing = "uri,linked_from(uri)";
  const fields = `items(item(${thing}),track(${thing}))`;
  for (let offset = 0; offset < uris.length; offset += PAGE) {
    const limit = Math.min(PAGE, uris.length - offset);
    const args = { playlistId, fields, limit, offset: start + offset };
    const { items } = await read({ ...args, additionalTypes: ["track", "episode"] }, anew(options));
    const areThere = uris
      .slice(offset, offset + limit)
      .every((uri, index) => namesOf(items[index]).includes(uri));
    if (!areThere) return false;
  }
  return true;
}

/** A track that is given in another's place, as countries have it, names that one too. */
function namesOf(entry: PlaylistItem | null | undefined): readonly (string | undefined)[] {
  const thing = entry?.item ?? entry?.track;
  if (thing == null) return [];
  return [thing.uri, "linked_from" in thing ? thing.linked_from?.uri : undefined];
}
