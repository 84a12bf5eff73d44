import {
  alsoInQuery,
  body,
  content,
  endpoint,
  json,
  nothing,
  optionalBody,
  optionalQuery,
  path,
} from "../endpoint.js";
import { live, since } from "../life.js";
import type { Image, Page, Playlist, PlaylistItem, Snapshot } from "../models/index.js";
import { allOfAndOneOf, anyOf, noScope, widenedBy } from "../scopes.js";
import {
  choice,
  fields,
  id,
  integer,
  jpeg,
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
 * A playlist with the first page of its items.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-playlist
 */
export const get = endpoint({
  operationId: "get-playlist",
  method: "GET",
  path: "/playlists/{playlist_id}",
  parameters: {
    playlistId,
    market: optionalQuery(market),
    fields: optionalQuery(text({ maxLength: 1000 })),
    additionalTypes,
  },
  scopes: noScope,
  life: live,
  repeatable: true,
  result: json<Playlist>(),
});

/**
 * Changes the name, the description and who may see or change a playlist. Needs `playlist-modify-public` or `playlist-modify-private`,
 * depending on whether the playlist is public.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/change-playlist-details
 */
export const change = endpoint({
  operationId: "change-playlist-details",
  method: "PUT",
  path: "/playlists/{playlist_id}",
  parameters: {
    playlistId,
    name: optionalBody(text({ maxLength: 1000 })),
    public: optionalBody(truth()),
    collaborative: optionalBody(truth()),
    description: optionalBody(text({ minLength: 0, maxLength: 1000 })),
  },
  scopes: writable,
  life: live,
  repeatable: true,
  result: nothing(200),
});

/**
 * Makes an empty playlist for the person who is logged in. Needs `playlist-modify-public` or `playlist-modify-private`, depending on whether
 * the playlist is public.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/create-playlist
 */
export const create = endpoint({
  operationId: "create-playlist",
  method: "POST",
  path: "/me/playlists",
  parameters: {
    name: body(text({ maxLength: 1000 })),
    public: optionalBody(truth(), true),
    collaborative: optionalBody(truth(), false),
    description: optionalBody(text({ minLength: 0, maxLength: 1000 })),
  },
  scopes: writable,
  life: since("2026-02"),
  repeatable: false,
  result: json<Playlist>(201),
});

/**
 * The items of a playlist that the person owns or collaborates on. Needs no scope; with `playlist-read-private` the answer holds more.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-playlists-items
 */
export const items = endpoint({
  operationId: "get-playlists-items",
  method: "GET",
  path: "/playlists/{playlist_id}/items",
  parameters: {
    playlistId,
    market: optionalQuery(market),
    fields: optionalQuery(text({ maxLength: 1000 })),
    limit: optionalQuery(pageSize(50), 20),
    offset: optionalQuery(pageOffset(), 0),
    additionalTypes,
  },
  scopes: widenedBy("playlist-read-private"),
  life: since("2026-02"),
  repeatable: true,
  result: json<Page<PlaylistItem>>(),
});

/**
 * Adds up to 100 items to a playlist, at its end or at a position counted from 0. Needs `playlist-modify-public` or `playlist-modify-private`,
 * depending on whether the playlist is public.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/add-items-to-playlist
 */
export const addItems = endpoint({
  operationId: "add-items-to-playlist",
  method: "POST",
  path: "/playlists/{playlist_id}/items",
  parameters: {
    playlistId,
    uris: alsoInQuery(body(list(uri("track", "episode"), { max: 100 }))),
    position: alsoInQuery(optionalBody(integer({ min: 0 }))),
  },
  scopes: writable,
  life: since("2026-02"),
  repeatable: false,
  result: json<Snapshot>(201),
});

/**
 * Replaces all items by up to 100 others (`uris`), or moves a range of them (`rangeStart`, `insertBefore`). Needs `playlist-modify-public` or
 * `playlist-modify-private`, depending on whether the playlist is public.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/reorder-or-replace-playlists-items
 */
export const updateItems = endpoint({
  operationId: "reorder-or-replace-playlists-items",
  method: "PUT",
  path: "/playlists/{playlist_id}/items",
  parameters: {
    playlistId,
    uris: alsoInQuery(optionalBody(list(uri("track", "episode"), { min: 0, max: 100 }))),
    rangeStart: optionalBody(integer({ min: 0 })),
    insertBefore: optionalBody(integer({ min: 0 })),
    rangeLength: optionalBody(integer({ min: 1 }), 1),
    snapshotId: optionalBody(text({ maxLength: 200 })),
  },
  scopes: writable,
  life: since("2026-02"),
  // Replacing could be sent twice, moving could not; the row must be safe for both.
  repeatable: false,
  result: json<Snapshot>(),
});

/**
 * Removes every occurrence of up to 100 items from a playlist. Needs `playlist-modify-public` or `playlist-modify-private`, depending on
 * whether the playlist is public.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/remove-items-playlist
 */
export const removeItems = endpoint({
  operationId: "remove-items-playlist",
  method: "DELETE",
  path: "/playlists/{playlist_id}/items",
  parameters: {
    playlistId,
    items: body(list(fields({ uri: uri("track", "episode") }), { max: 100 })),
    snapshotId: optionalBody(text({ maxLength: 200 })),
  },
  scopes: writable,
  life: since("2026-02"),
  repeatable: true,
  result: json<Snapshot>(),
});

/**
 * The cover of a playlist in several sizes; the addresses expire within a day.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-playlist-cover
 */
export const cover = endpoint({
  operationId: "get-playlist-cover",
  method: "GET",
  path: "/playlists/{playlist_id}/images",
  parameters: { playlistId },
  scopes: noScope,
  life: live,
  repeatable: true,
  result: json<readonly Image[]>(),
});

/**
 * Replaces the cover of a playlist by a JPEG of at most 256 KB as base64, about 188 KB as bytes. Needs `ugc-image-upload`, and
 * `playlist-modify-public` or `playlist-modify-private`.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/upload-custom-playlist-cover
 */
export const uploadCover = endpoint({
  operationId: "upload-custom-playlist-cover",
  method: "PUT",
  path: "/playlists/{playlist_id}/images",
  parameters: { playlistId, image: content(jpeg({ maxBytes: 262_144 })) },
  scopes: allOfAndOneOf(["ugc-image-upload"], ["playlist-modify-public", "playlist-modify-private"]),
  life: live,
  repeatable: true,
  result: nothing(202),
});

export * from "./playlists-removed.js";
