import { endpoint, json, jsonBy, optionalQuery, path } from "../endpoint.js";
import { live } from "../life.js";
import type { Artist, Page, PrivateUser, SimplifiedPlaylist, Track } from "../models/index.js";
import { allOf, widenedBy } from "../scopes.js";
import { choice, pageOffset, pageSize } from "../values.js";

/**
 * The profile of the person who is logged in. Needs no scope; with `user-read-private` and `user-read-email` the answer holds more.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-current-users-profile
 */
export const profile = endpoint({
  operationId: "get-current-users-profile",
  method: "GET",
  path: "/me",
  parameters: {},
  scopes: widenedBy("user-read-private", "user-read-email"),
  life: live,
  repeatable: true,
  result: json<PrivateUser>(),
});

/**
 * The artists or tracks that the person listens to most. Needs `user-top-read`.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-users-top-artists-and-tracks
 */
export const top = endpoint({
  operationId: "get-users-top-artists-and-tracks",
  method: "GET",
  path: "/me/top/{type}",
  parameters: {
    type: path(choice("artists", "tracks")),
    timeRange: optionalQuery(choice("long_term", "medium_term", "short_term"), "medium_term"),
    limit: optionalQuery(pageSize(50), 20),
    offset: optionalQuery(pageOffset(), 0),
  },
  scopes: allOf("user-top-read"),
  life: live,
  repeatable: true,
  result: jsonBy("type", { artists: json<Page<Artist>>(), tracks: json<Page<Track>>() }),
});

/**
 * The playlists that the person owns or follows. Needs `playlist-read-private`.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-a-list-of-current-users-playlists
 */
export const playlists = endpoint({
  operationId: "get-a-list-of-current-users-playlists",
  method: "GET",
  path: "/me/playlists",
  parameters: {
    limit: optionalQuery(pageSize(50), 20),
    offset: optionalQuery(pageOffset(100_000), 0),
  },
  scopes: allOf("playlist-read-private"),
  life: live,
  repeatable: true,
  result: json<Page<SimplifiedPlaylist | null>>(),
});

export * from "./me-following.js";
export * from "./me-library.js";
export * from "./me-library-spoken.js";
