import { body, endpoint, json, optionalBody, optionalQuery, path } from "../endpoint.js";
import { removed } from "../life.js";
import type { Page, Playlist, PublicUser, SimplifiedPlaylist } from "../models/index.js";
import { anyOf, noScope, widenedBy } from "../scopes.js";
import { id, pageOffset, pageSize, text, truth } from "../values.js";

/**
 * The public page of a person. Development Mode apps made since 2026-02-11 have lost this operation, and nothing replaces it.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-users-profile
 */
export const get = endpoint({
  operationId: "get-users-profile",
  method: "GET",
  path: "/users/{user_id}",
  parameters: { userId: path(id("user")) },
  scopes: noScope,
  life: removed("2026-02", null),
  repeatable: true,
  result: json<PublicUser>(),
});

/**
 * The playlists that a person shows. Needs no scope; with `playlist-read-private` and `playlist-read-collaborative` the answer holds more.
 * Development Mode apps made since 2026-02-11 have lost this operation, and nothing replaces it.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-list-users-playlists
 */
export const playlists = endpoint({
  operationId: "get-list-users-playlists",
  method: "GET",
  path: "/users/{user_id}/playlists",
  parameters: {
    userId: path(id("user")),
    limit: optionalQuery(pageSize(50), 20),
    offset: optionalQuery(pageOffset(100_000), 0),
  },
  scopes: widenedBy("playlist-read-private", "playlist-read-collaborative"),
  life: removed("2026-02", null),
  repeatable: true,
  result: json<Page<SimplifiedPlaylist | null>>(),
});

/**
 * Makes an empty playlist for the person who is logged in, who must be the one named. Needs `playlist-modify-public` or
 * `playlist-modify-private`, depending on whether the playlist is public. Development Mode apps made since 2026-02-11 have lost this
 * operation: `playlists.create` is called for them.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/create-playlist-for-user
 */
export const createPlaylist = endpoint({
  operationId: "create-playlist-for-user",
  method: "POST",
  path: "/users/{user_id}/playlists",
  parameters: {
    userId: path(id("user")),
    name: body(text({ maxLength: 1000 })),
    public: optionalBody(truth(), true),
    collaborative: optionalBody(truth(), false),
    description: optionalBody(text({ minLength: 0, maxLength: 1000 })),
  },
  scopes: anyOf("playlist-modify-public", "playlist-modify-private"),
  life: removed("2026-02", "playlists.create"),
  repeatable: false,
  result: json<Playlist>(201),
});
