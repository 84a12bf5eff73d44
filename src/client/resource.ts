import { hasCode, StagedoorError } from "../base/errors.js";
import {
  type Album,
  type Artist,
  type Audiobook,
  albums,
  artists,
  audiobooks,
  type Chapter,
  chapters,
  type Endpoint,
  type Episode,
  episodes,
  type Playlist,
  type PublicUser,
  parseLocalFile,
  parseResource,
  playlists,
  type ResourceType,
  type Show,
  shows,
  type Track,
  tracks,
  users,
} from "../contract/index.js";
import { invoke, method } from "./call.js";
import type { CallOptions, Connection } from "./connection.js";

/** Anything that has a URI; `type` tells which it is. */
export type AnyResource =
  | Album
  | Artist
  | Audiobook
  | Chapter
  | Episode
  | Playlist
  | PublicUser
  | Show
  | Track;

const READERS: Readonly<Record<ResourceType, { readonly row: Endpoint; readonly parameter: string }>> = {
  album: { row: albums.get, parameter: "id" },
  artist: { row: artists.get, parameter: "id" },
  audiobook: { row: audiobooks.get, parameter: "id" },
  chapter: { row: chapters.get, parameter: "id" },
  episode: { row: episodes.get, parameter: "id" },
  playlist: { row: playlists.get, parameter: "playlistId" },
  show: { row: shows.get, parameter: "id" },
  track: { row: tracks.get, parameter: "id" },
  user: { row: users.get, parameter: "userId" },
};

/**
 * Reads whatever a URI or a URL of Spotify's names.
 *
 * @throws StagedoorError `argument-invalid` when it is neither, before anything is sent; what calls throw
 * @see https://developer.spotify.com/documentation/web-api/concepts/spotify-uris-ids
 *
 * @example
 * const thing = await getResource(connection, "https://open.spotify.com/intl-de/track/11dFghVXANMlKmJXsNCbNl?si=x");
 * if (thing.type === "track") console.log(thing.album.name);
 */
export async function getResource(
  connection: Connection,
  uriOrUrl: string,
  options: CallOptions = {},
): Promise<AnyResource> {
  const named = typeof uriOrUrl === "string" ? parseResource(uriOrUrl) : null;
  if (typeof uriOrUrl === "string" && parseLocalFile(uriOrUrl) !== null) {
    throw new StagedoorError(
      "argument-invalid",
      "A local file cannot be looked up: Spotify has nothing of it.",
      {
        hint: "What its URI says of it is read by parseLocalFile.",
      },
    );
  }
  if (named === null) {
    throw new StagedoorError("argument-invalid", "This is neither a URI nor a URL of something at Spotify.", {
      hint: "Write spotify:track:… or https://open.spotify.com/track/…; an id alone does not say what it is the id of.",
    });
  }
  const { row, parameter } = READERS[named.type];
  // Each type's row gives that type's thing.
  const found = invoke(connection, row, { [parameter]: named.id }, options) as Promise<AnyResource>;
  if (named.type !== "episode") return found;
  return found.catch(async (error: unknown) => {
    // A chapter of an audiobook calls itself an episode, and its URI does too.
    if (!hasCode(error, "not-found")) throw error;
    return method(connection, chapters.get)({ id: named.id }, options).catch(() => Promise.reject(error));
  });
}
