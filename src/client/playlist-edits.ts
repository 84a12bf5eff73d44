import { playlists, type Snapshot } from "../contract/index.js";
import { batchSize } from "./arguments.js";
import { chunksOf, elementsOf } from "./batches.js";
import { method } from "./call.js";
import type { CallOptions, Connection } from "./connection.js";
import { cutOff } from "./partial-write-error.js";
import { inPlaylistTurn, playlistOf } from "./playlist-turns.js";
import { type AddBatch, plainAdd, verifiedAdd } from "./verified-add.js";

export interface PlaylistArguments {
  /** Id, URI or URL. */
  readonly playlistId: string;
}
export interface UrisArguments extends PlaylistArguments {
  /** URIs or URLs of tracks and episodes, as many as you like. */
  readonly uris: readonly string[];
}
export interface AddArguments extends UrisArguments {
  /** Counted from 0. Default: at the end. */
  readonly position?: number | undefined;
}
export interface RemoveArguments extends UrisArguments {
  /** Of the playlist that the removal is meant for. */
  readonly snapshotId?: string | undefined;
}
export interface ReorderArguments extends PlaylistArguments {
  /** The first item to move, counted from 0. */
  readonly rangeStart: number;
  /** The item, counted before the move, that the range shall stand before; the number of items for the end. */
  readonly insertBefore: number;
  /** How many items move. Default 1. */
  readonly rangeLength?: number | undefined;
  /** Of the playlist that the move is meant for. */
  readonly snapshotId?: string | undefined;
}

export interface AddOptions extends CallOptions {
  /**
   * `true` to have each item added exactly once, also where an answer is lost: the playlist is read before the first call, and after a
   * failure that leaves open whether the items were added; they are sent again only if they were not. Default: nothing is sent twice.
   */
  readonly verifyAndRetry?: boolean | undefined;
}

/**
 * Changes to a playlist without a limit on how many items at once, in calls of a hundred, one after another: order and position stay as
 * asked for. Changes of one playlist wait for each other, in the order in which they were asked for.
 *
 * @throws from its functions: what calls throw; `PartialWriteError` when a later call of several fails
 * @see https://developer.spotify.com/documentation/web-api/reference/add-items-to-playlist
 *
 * @example
 * const { add, clear } = playlistEdits(connection);
 * await clear({ playlistId });
 * const { snapshot_id } = await add({ playlistId, uris }, { verifyAndRetry: true });
 */
export function playlistEdits(connection: Connection) {
  const updateItems = method(connection, playlists.updateItems);

  return {
    /**
     * Adds any number of items, at the end or before the item at `position`; with `verifyAndRetry`, exactly once also where an answer is lost.
     *
     * Needs `playlist-modify-public` or `playlist-modify-private`, depending on whether the playlist is public.
     *
     * @see https://developer.spotify.com/documentation/web-api/reference/add-items-to-playlist
     */
    async add(args: AddArguments, options: AddOptions = {}): Promise<Snapshot> {
      const uris = urisOf(args);
      const { verifyAndRetry, ...call } = options;
      return inPlaylistTurn(connection, playlistOf(args), call, (turn) => {
        const addBatch = (verifyAndRetry ? verifiedAdd : plainAdd)(turn, args.playlistId, call);
        return addRest(turn, addBatch, { ...args, uris }, call, 0);
      });
    },

    /**
     * Puts any number of items in the place of all that are there.
     *
     * Needs `playlist-modify-public` or `playlist-modify-private`, depending on whether the playlist is public.
     *
     * @see https://developer.spotify.com/documentation/web-api/reference/reorder-or-replace-playlists-items
     */
    async replace(args: UrisArguments, options: CallOptions = {}): Promise<Snapshot> {
      const uris = urisOf(args);
      const { playlistId } = args;
      const first = uris.slice(0, batchSize(playlists.updateItems, "uris"));
      return inPlaylistTurn(connection, playlistOf(args), options, async (turn) => {
        const snapshot = await method(turn, playlists.updateItems)({ playlistId, uris: first }, options);
        const addBatch = plainAdd(turn, playlistId, options);
        return addRest(turn, addBatch, { playlistId, uris }, options, first.length, snapshot);
      });
    },

    /**
     * Removes every occurrence of any number of items.
     *
     * Needs `playlist-modify-public` or `playlist-modify-private`, depending on whether the playlist is public.
     *
     * @see https://developer.spotify.com/documentation/web-api/reference/remove-items-playlist
     */
    async remove(args: RemoveArguments, options: CallOptions = {}): Promise<Snapshot> {
      const uris = urisOf(args);
      return inPlaylistTurn(connection, playlistOf(args), options, (turn) =>
        removeAll(turn, { ...args, uris }, options),
      );
    },

    /**
     * Removes all items.
     *
     * Needs `playlist-modify-public` or `playlist-modify-private`, depending on whether the playlist is public.
     *
     * @see https://developer.spotify.com/documentation/web-api/reference/reorder-or-replace-playlists-items
     */
    clear: (args: PlaylistArguments, options?: CallOptions): Promise<Snapshot> =>
      updateItems({ ...args, uris: [] }, options),

    /**
     * Moves a range of items of any length.
     *
     * Needs `playlist-modify-public` or `playlist-modify-private`, depending on whether the playlist is public.
     *
     * @see https://developer.spotify.com/documentation/web-api/reference/reorder-or-replace-playlists-items
     */
    reorder: (args: ReorderArguments, options?: CallOptions): Promise<Snapshot> => updateItems(args, options),
  };
}

function current(connection: Connection, { playlistId }: PlaylistArguments, options: CallOptions) {
  return method(connection, playlists.get)(
    { playlistId, fields: "snapshot_id" },
    { ...options, fresh: true },
  );
}

/** Writes the rest of a list after `written` elements of it were written. */
async function addRest(
  connection: Connection,
  addBatch: AddBatch,
  args: AddArguments,
  options: CallOptions,
  written: number,
  before?: Snapshot,
): Promise<Snapshot> {
  const { uris, position } = args;
  let done = written;
  let snapshot = before;
  for (const chunk of chunksOf(uris.slice(written), batchSize(playlists.addItems, "uris"))) {
    const at = position === undefined ? undefined : position + done;
    try {
      snapshot = await addBatch(chunk, at);
    } catch (error) {
      const goOnBy = `playlists.add${at === undefined ? "" : ` at position ${at}`}`;
      throw cutOff(error, { ...progress(chunk, uris, snapshot), done, goOnBy, repeatable: false });
    }
    done += chunk.length;
  }
  return snapshot ?? current(connection, args, options);
}

async function removeAll(
  connection: Connection,
  args: RemoveArguments,
  options: CallOptions,
): Promise<Snapshot> {
  const { playlistId, uris, snapshotId } = args;
  const removeItems = method(connection, playlists.removeItems);
  let done = 0;
  let snapshot: Snapshot | undefined;
  for (const chunk of chunksOf(uris, batchSize(playlists.removeItems, "items"))) {
    const meant = snapshotId === undefined ? undefined : (snapshot?.snapshot_id ?? snapshotId);
    const items = chunk.map((uri) => ({ uri }));
    try {
      snapshot = await removeItems({ playlistId, items, snapshotId: meant }, options);
    } catch (error) {
      const goOnBy = "playlists.remove";
      throw cutOff(error, { ...progress(chunk, uris, snapshot), done, goOnBy, repeatable: true });
    }
    done += chunk.length;
  }
  return snapshot ?? current(connection, args, options);
}

function urisOf(args: UrisArguments): readonly string[] {
  return elementsOf("uris", args?.uris, playlists.addItems.parameters.uris.value.element);
}

function progress(chunk: readonly string[], uris: readonly string[], snapshot: Snapshot | undefined) {
  return { failed: chunk.length, of: uris.length, snapshotId: snapshot?.snapshot_id };
}
