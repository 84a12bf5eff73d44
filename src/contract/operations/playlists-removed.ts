import {
  alsoInQuery,
  body,
  endpoint,
  json,
  nothing,
  optionalBody,
  optionalQuery,
  path,
} from "../endpoint.js";
import { removed } from "../life.js";
import type { Page, PlaylistItem, Snapshot } from "../models/index.js";
import { anyOf, noScope, widenedBy } from "../scopes.js";
import {
  choice,
  fields,
  id,
  integer,
  list,
  market,
  pageOffset,
  pageSize,
  text,
  truth,
  uri,
} from "../values.js";

const playlistId = path(id("playlist"));
const additionalTypes = optionalQuery(list(choice("track", "episode"), { max: 2 }));
const writable = anyOf("playlist-modify-public", "playlist-modify-private");

/**
 * The items of a playlist. Needs no scope; with `playlist-read-private` the answer holds more. Development Mode apps made since 2026-02-11
 * have lost this operation: `playlists.items` is called for them.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-playlists-tracks
 */
export const tracks = endpoint({
  operationId: "get-playlists-tracks",
  method: "GET",
  path: "/playlists/{playlist_id}/tracks",
  parameters: {
    playlistId,
    market: optionalQuery(market),
    fields: optionalQuery(text({ maxLength: 1000 })),
    // The schema says 50; what it took was 100.
    limit: optionalQuery(pageSize({ development: 50, legacy: 100, extended: 100 }), 20),
    offset: optionalQuery(pageOffset(), 0),
    additionalTypes,
  },
  scopes: widenedBy("playlist-read-private"),
  life: removed("2026-02", "playlists.items"),
  repeatable: true,
  result: json<Page<PlaylistItem>>(),
});

/**
 * Adds up to 100 items to a playlist, at its end or at a position counted from 0. Needs `playlist-modify-public` or `playlist-modify-private`,
 * depending on whether the playlist is public. Development Mode apps made since 2026-02-11 have lost this operation: `playlists.addItems` is
 * called for them.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/add-tracks-to-playlist
 */
export const addTracks = endpoint({
  operationId: "add-tracks-to-playlist",
  method: "POST",
  path: "/playlists/{playlist_id}/tracks",
  parameters: {
    playlistId,
    uris: alsoInQuery(body(list(uri("track", "episode"), { max: 100 }))),
    position: alsoInQuery(optionalBody(integer({ min: 0 }))),
  },
  scopes: writable,
  life: removed("2026-02", "playlists.addItems"),
  repeatable: false,
  result: json<Snapshot>(201),
});

/**
 * Replaces all items by up to 100 others (`uris`), or moves a range of them (`rangeStart`, `insertBefore`). Needs `playlist-modify-public` or
 * `playlist-modify-private`, depending on whether the playlist is public. Development Mode apps made since 2026-02-11 have lost this
 * operation: `playlists.updateItems` is called for them.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/reorder-or-replace-playlists-tracks
 */
export const updateTracks = endpoint({
  operationId: "reorder-or-replace-playlists-tracks",
  method: "PUT",
  path: "/playlists/{playlist_id}/tracks",
  parameters: {
    playlistId,
    uris: alsoInQuery(optionalBody(list(uri("track", "episode"), { min: 0, max: 100 }))),
    rangeStart: optionalBody(integer({ min: 0 })),
    insertBefore: optionalBody(integer({ min: 0 })),
    rangeLength: optionalBody(integer({ min: 1 }), 1),
    snapshotId: optionalBody(text({ maxLength: 200 })),
  },
  scopes: writable,
  life: removed("2026-02", "playlists.updateItems"),
  // Replacing could be sent twice, moving could not; the row must be safe for both.
  repeatable: false,
  result: json<Snapshot>(),
});

/**
 * Removes every occurrence of up to 100 items from a playlist. Needs `playlist-modify-public` or `playlist-modify-private`, depending on
 * whether the playlist is public. Development Mode apps made since 2026-02-11 have lost this operation: `playlists.removeItems` is called for
 * them.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/remove-tracks-playlist
 */
export const removeTracks = endpoint({
  operationId: "remove-tracks-playlist",
  method: "DELETE",
  path: "/playlists/{playlist_id}/tracks",
  parameters: {
    playlistId,
    tracks: body(list(fields({ uri: uri("track", "episode") }), { max: 100 })),
    snapshotId: optionalBody(text({ maxLength: 200 })),
  },
  scopes: writable,
  life: removed("2026-02", "playlists.removeItems"),
  repeatable: true,
  result: json<Snapshot>(),
});

/**
 * Follows a playlist, in public unless told otherwise. Needs `playlist-modify-public` or `playlist-modify-private`, depending on whether the
 * playlist is public. Development Mode apps made since 2026-02-11 have lost this operation: `library.save` is called for them.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/follow-playlist
 */
export const follow = endpoint({
  operationId: "follow-playlist",
  method: "PUT",
  path: "/playlists/{playlist_id}/followers",
  parameters: { playlistId, public: optionalBody(truth(), true) },
  scopes: writable,
  life: removed("2026-02", "library.save"),
  repeatable: true,
  result: nothing(200),
});

/**
 * Unfollows a playlist; its owner so removes it. Needs `playlist-modify-public` or `playlist-modify-private`, depending on whether the
 * playlist is public. Development Mode apps made since 2026-02-11 have lost this operation: `library.remove` is called for them.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/unfollow-playlist
 */
export const unfollow = endpoint({
  operationId: "unfollow-playlist",
  method: "DELETE",
  path: "/playlists/{playlist_id}/followers",
  parameters: { playlistId },
  scopes: writable,
  life: removed("2026-02", "library.remove"),
  repeatable: true,
  result: nothing(200),
});

/**
 * Whether a person follows a playlist; without `ids`, the one who is logged in. Development Mode apps made since 2026-02-11 have lost this
 * operation: `library.contains` is called for them.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/check-if-user-follows-playlist
 */
export const followedBy = endpoint({
  operationId: "check-if-user-follows-playlist",
  method: "GET",
  path: "/playlists/{playlist_id}/followers/contains",
  parameters: { playlistId, ids: optionalQuery(list(id("user"), { max: 1 })) },
  scopes: noScope,
  life: removed("2026-02", "library.contains"),
  repeatable: true,
  result: json<readonly boolean[]>(),
});
