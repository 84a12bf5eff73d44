import { StagedoorError } from "../base/errors.js";
import { type Arguments, type PlaylistItem, playlists } from "../contract/index.js";
import { method } from "./call.js";
import type { Connection } from "./connection.js";
import { items, type WalkOptions } from "./pages.js";

/**
 * Walks the items of a playlist, and makes sure that it stayed as it was: its snapshot is compared before and after.
 *
 * `item` is always there, also where Spotify still calls it `track`.
 *
 * @throws StagedoorError `list-changed` after the last item, unless `onChange` is there to be told; what `items` throws
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
  const snapshot = async () =>
    (await get({ playlistId: args.playlistId, fields: "snapshot_id" }, options)).snapshot_id;
  const before = await snapshot();
  const first = method(connection, playlists.items)({ limit: 50, ...args }, options);
  for await (const entry of items(connection, first, options)) {
    yield { ...entry, item: entry.item ?? entry.track ?? null };
  }
  const after = await snapshot();
  if (after === before) return;
  if (options.onChange !== undefined) options.onChange({ what: "snapshot_id", before, after });
  else {
    throw new StagedoorError("list-changed", "The playlist was changed while its items were read.", {
      hint: "Read it again, or hand in onChange to go on without this error.",
    });
  }
}
