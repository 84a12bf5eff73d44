import {
  alsoInBody,
  alsoInQuery,
  endpoint,
  json,
  nothing,
  optionalBody,
  optionalQuery,
  query,
} from "../endpoint.js";
import { live, removed } from "../life.js";
import type { Page, SavedAlbum, SavedTrack } from "../models/index.js";
import { allOf } from "../scopes.js";
import { fields, id, list, market, pageOffset, pageSize, text } from "../values.js";

/**
 * The albums that the person has saved, the latest first. Needs `user-library-read`.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-users-saved-albums
 */
export const albums = endpoint({
  operationId: "get-users-saved-albums",
  method: "GET",
  path: "/me/albums",
  parameters: {
    market: optionalQuery(market),
    limit: optionalQuery(pageSize(50), 20),
    offset: optionalQuery(pageOffset(), 0),
  },
  scopes: allOf("user-library-read"),
  life: live,
  repeatable: true,
  result: json<Page<SavedAlbum>>(),
});

/**
 * Saves up to 20 albums. Needs `user-library-modify`. Development Mode apps made since 2026-02-11 have lost this operation: `library.save` is
 * called for them.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/save-albums-user
 */
export const saveAlbums = endpoint({
  operationId: "save-albums-user",
  method: "PUT",
  path: "/me/albums",
  parameters: { ids: alsoInBody(query(list(id("album"), { max: 20 }))) },
  scopes: allOf("user-library-modify"),
  life: removed("2026-02", "library.save"),
  repeatable: true,
  result: nothing(200),
});

/**
 * Removes up to 20 albums from what is saved. Needs `user-library-modify`. Development Mode apps made since 2026-02-11 have lost this
 * operation: `library.remove` is called for them.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/remove-albums-user
 */
export const removeAlbums = endpoint({
  operationId: "remove-albums-user",
  method: "DELETE",
  path: "/me/albums",
  parameters: { ids: alsoInBody(query(list(id("album"), { max: 20 }))) },
  scopes: allOf("user-library-modify"),
  life: removed("2026-02", "library.remove"),
  repeatable: true,
  result: nothing(200),
});

/**
 * For each of up to 20 albums, whether it is saved. Needs `user-library-read`. Development Mode apps made since 2026-02-11 have lost this
 * operation: `library.contains` is called for them.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/check-users-saved-albums
 */
export const containsAlbums = endpoint({
  operationId: "check-users-saved-albums",
  method: "GET",
  path: "/me/albums/contains",
  parameters: { ids: query(list(id("album"), { max: 20 })) },
  scopes: allOf("user-library-read"),
  life: removed("2026-02", "library.contains"),
  repeatable: true,
  result: json<readonly boolean[]>(),
});

/**
 * The tracks that the person has saved, the latest first. Needs `user-library-read`.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-users-saved-tracks
 */
export const tracks = endpoint({
  operationId: "get-users-saved-tracks",
  method: "GET",
  path: "/me/tracks",
  parameters: {
    market: optionalQuery(market),
    limit: optionalQuery(pageSize(50), 20),
    offset: optionalQuery(pageOffset(), 0),
  },
  scopes: allOf("user-library-read"),
  life: live,
  repeatable: true,
  result: json<Page<SavedTrack>>(),
});

/**
 * Saves up to 50 tracks. Needs `user-library-modify`. Development Mode apps made since 2026-02-11 have lost this operation: `library.save` is
 * called for them.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/save-tracks-user
 */
export const saveTracks = endpoint({
  operationId: "save-tracks-user",
  method: "PUT",
  path: "/me/tracks",
  parameters: {
    // Spotify's schema asks for "uris" here; what it takes is "ids".
    ids: alsoInQuery(optionalBody(list(id("track"), { max: 50 }))),
    timestampedIds: optionalBody(
      list(fields({ id: id("track"), addedAt: text({ maxLength: 40 }) }), { max: 50 }),
    ),
  },
  scopes: allOf("user-library-modify"),
  life: removed("2026-02", "library.save"),
  repeatable: true,
  result: nothing(200),
});

/**
 * Removes up to 50 tracks from what is saved. Needs `user-library-modify`. Development Mode apps made since 2026-02-11 have lost this
 * operation: `library.remove` is called for them.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/remove-tracks-user
 */
export const removeTracks = endpoint({
  operationId: "remove-tracks-user",
  method: "DELETE",
  path: "/me/tracks",
  parameters: { ids: alsoInBody(query(list(id("track"), { max: 50 }))) },
  scopes: allOf("user-library-modify"),
  life: removed("2026-02", "library.remove"),
  repeatable: true,
  result: nothing(200),
});

/**
 * For each of up to 50 tracks, whether it is saved. Needs `user-library-read`. Development Mode apps made since 2026-02-11 have lost this
 * operation: `library.contains` is called for them.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/check-users-saved-tracks
 */
export const containsTracks = endpoint({
  operationId: "check-users-saved-tracks",
  method: "GET",
  path: "/me/tracks/contains",
  parameters: { ids: query(list(id("track"), { max: 50 })) },
  scopes: allOf("user-library-read"),
  life: removed("2026-02", "library.contains"),
  repeatable: true,
  result: json<readonly boolean[]>(),
});
