import { inTurn } from "../base/queue.js";
import { markUnsent } from "../base/unsent.js";
import { playlists } from "../contract/index.js";
import { toWire } from "./arguments.js";
import type { CallOptions, Connection } from "./connection.js";
import type { ApiRequest } from "./request.js";

/**
 * Changes the items of a playlist after all changes of them that were asked for before: Spotify answers 500 to some of those that come at
 * the same time, and the order would be lost. Reads and other playlists wait for nothing.
 *
 * @param change makes its calls by the connection that it is given, which waits for no turn again
 * @throws what `change` throws; StagedoorError `aborted` (or `timeout`) as soon as the signal fires while waiting, with nothing sent
 * @see https://github.com/spotify/web-api/issues/1175
 */
export async function inPlaylistTurn<T>(
  connection: Connection,
  playlist: string,
  { signal }: CallOptions,
  change: (connection: Connection) => Promise<T>,
): Promise<T> {
  if (connection.turns === undefined) return change(connection);
  let isOurs = false;
  const begin = () => {
    isOurs = true;
    return change({ ...connection, turns: undefined });
  };
  try {
    return await inTurn(
      connection.turns,
      playlist,
      begin,
      signal,
      "Waiting for other changes of the playlist",
    );
  } catch (error) {
    throw isOurs ? error : markUnsent(error);
  }
}

/** The playlist whose items a request changes, if it does. */
export function playlistChangedBy({ method, path }: ApiRequest): string | undefined {
  if (method === "GET" || !path.startsWith("/playlists/")) return undefined;
  return /^\/playlists\/([^/?]+)\/(?:items|tracks)(?:\?|$)/.exec(path)?.[1];
}

/** The id in what a caller names a playlist by. */
export function playlistOf({ playlistId }: { readonly playlistId: string }): string {
  return String(toWire("playlistId", playlists.addItems.parameters.playlistId.value, playlistId, undefined));
}
