import { abortError, StagedoorError } from "../base/errors.js";
import { type Arguments, type Page, type PlaylistItem, playlists } from "../contract/index.js";
import { method } from "./call.js";
import type { Connection } from "./connection.js";
import { type ListChange, pages, type WalkOptions } from "./pages.js";

/** Stands for an entry of which Spotify has nothing left, so that all others keep their places. */
const GONE: PlaylistItem = { added_at: null, added_by: null, is_local: false };

/**
 * Walks the items of a playlist, and makes sure that it stayed as it was: its snapshot is compared before and after.
 *
 * `item` is always there, also where Spotify still calls it `track`; it is `null` where the thing is gone, so that all keep their places.
 *
 * @throws StagedoorError `list-changed` after the last item, unless `onChange` is there to be told; what `pages` throws
 * @see https://developer.spotify.com/documentation/web-api/concepts/playlists
 *
 * @example
 * for await (const { item } of playlistItems(connection, { playlistId })) console.log(item?.name);
 */
export async function* playlistItems(
  connection: Connection,
  args: Arguments<typeof playlists.items>,
  options: WalkOptions = {},
): AsyncGenerator<PlaylistItem, void, undefined> {
  const get = method(connection, playlists.get);
  const now = { ...options, version: undefined, fresh: true };
  const snapshot = async () =>
    (await get({ playlistId: args.playlistId, fields: "snapshot_id" }, now)).snapshot_id;
  const before = await snapshot();
  // What is read while the playlist changes must not be kept as what it was before: that is known only at the end.
  const version = before ? { id: before, isCertain: false } : undefined;
  const changes: ListChange[] = [];
  const walk = { ...options, version, onChange: (change: ListChange) => changes.push(change) };
  const first = method(connection, playlists.items)({ limit: 50, ...args }, walk);
  let left = options.limit ?? Number.POSITIVE_INFINITY;
  for await (const page of pages<Page<PlaylistItem | null>>(connection, first, walk)) {
    for (const entry of page.items.slice(0, left)) {
      if (options.signal?.aborted) throw abortError(options.signal, "The walk");
      // Most are as they should be, and handed on as they came.
      yield entry?.item ? entry : { ...(entry ?? GONE), item: entry?.track ?? null };
    }
    left -= page.items.length;
    if (left <= 0) break;
  }
  const after = await snapshot();
  if (after !== before) changes.push({ what: "snapshot_id", before, after });
  if (changes.length === 0) {
    if (version !== undefined) version.isCertain = true;
    return;
  }
  if (options.onChange === undefined) {
    throw new StagedoorError(
      "list-changed",
      "The playlist was changed while its items were read, or not all of them came.",
      {
        hint: "Read it again, or hand in onChange to go on without this error.",
      },
    );
  }
  for (const change of changes) options.onChange(change);
}
