import { endpoint, json, nothing, query } from "../endpoint.js";
import { since } from "../life.js";
import { byType } from "../scopes.js";
import { list, uri } from "../values.js";

// Spotify's schema leaves out `artist` for save and remove; its migration guide uses it, and it was measured to work.
const uris = query(
  list(uri("track", "album", "episode", "show", "audiobook", "artist", "user", "playlist"), { max: 40 }),
);
const changeScopes = byType("uris", {
  track: "user-library-modify",
  album: "user-library-modify",
  episode: "user-library-modify",
  show: "user-library-modify",
  audiobook: "user-library-modify",
  artist: "user-follow-modify",
  user: "user-follow-modify",
  playlist: "playlist-modify-public",
});

/**
 * Saves or follows up to 40 things. Needs, by the types of the things, `user-library-modify`, `user-follow-modify` or
 * `playlist-modify-public`.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/save-library-items
 */
export const save = endpoint({
  operationId: "save-library-items",
  method: "PUT",
  path: "/me/library",
  parameters: { uris },
  scopes: changeScopes,
  life: since("2026-02"),
  repeatable: true,
  result: nothing(200),
});

/**
 * Removes or unfollows up to 40 things. Needs, by the types of the things, `user-library-modify`, `user-follow-modify` or
 * `playlist-modify-public`.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/remove-library-items
 */
export const remove = endpoint({
  operationId: "remove-library-items",
  method: "DELETE",
  path: "/me/library",
  parameters: { uris },
  scopes: changeScopes,
  life: since("2026-02"),
  repeatable: true,
  result: nothing(200),
});

/**
 * For each of up to 40 things, whether it is saved or followed. Needs, by the types of the things, `user-library-read`, `user-follow-read` or
 * `playlist-read-private`.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/check-library-contains
 */
export const contains = endpoint({
  operationId: "check-library-contains",
  method: "GET",
  path: "/me/library/contains",
  parameters: { uris },
  scopes: byType("uris", {
    track: "user-library-read",
    album: "user-library-read",
    episode: "user-library-read",
    show: "user-library-read",
    audiobook: "user-library-read",
    artist: "user-follow-read",
    user: "user-follow-read",
    playlist: "playlist-read-private",
  }),
  life: since("2026-02"),
  repeatable: true,
  result: json<readonly boolean[]>(),
});
