import { endpoint, json, optionalQuery, path, query } from "../endpoint.js";
import { live, removed } from "../life.js";
import type { Artist, DiscographyAlbum, Page, Track } from "../models/index.js";
import { noScope } from "../scopes.js";
import { choice, id, list, market, pageOffset, pageSize, shortPage, shortPageDefault } from "../values.js";

/**
 * One artist.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-an-artist
 */
export const get = endpoint({
  operationId: "get-an-artist",
  method: "GET",
  path: "/artists/{id}",
  parameters: { id: path(id("artist")) },
  scopes: noScope,
  life: live,
  repeatable: true,
  result: json<Artist>(),
});

/**
 * Up to 50 artists in the order asked for, `null` for those that Spotify does not have. Development Mode apps made since 2026-02-11 have lost
 * this operation: `artists.get` is called for them.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-multiple-artists
 */
export const several = endpoint({
  operationId: "get-multiple-artists",
  method: "GET",
  path: "/artists",
  parameters: { ids: query(list(id("artist"), { max: 50 })) },
  scopes: noScope,
  life: removed("2026-02", "artists.get"),
  repeatable: true,
  result: json<readonly (Artist | null)[]>(200, { under: "artists" }),
});

/**
 * The albums of an artist, and those that the artist appears on.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-an-artists-albums
 */
export const albums = endpoint({
  operationId: "get-an-artists-albums",
  method: "GET",
  path: "/artists/{id}/albums",
  parameters: {
    id: path(id("artist")),
    includeGroups: optionalQuery(list(choice("album", "single", "appears_on", "compilation"), { max: 4 })),
    market: optionalQuery(market),
    limit: optionalQuery(pageSize(shortPage), shortPageDefault),
    offset: optionalQuery(pageOffset(), 0),
  },
  scopes: noScope,
  life: live,
  repeatable: true,
  result: json<Page<DiscographyAlbum | null>>(),
});

/**
 * Up to ten tracks of an artist that are played most. Development Mode apps made since 2026-02-11 have lost this operation, and nothing
 * replaces it.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-an-artists-top-tracks
 */
export const topTracks = endpoint({
  operationId: "get-an-artists-top-tracks",
  method: "GET",
  path: "/artists/{id}/top-tracks",
  parameters: { id: path(id("artist")), market: optionalQuery(market) },
  scopes: noScope,
  life: removed("2026-02", null),
  repeatable: true,
  result: json<readonly Track[]>(200, { under: "tracks" }),
});

/**
 * Up to 20 artists that the same people listen to. Apps without extended quota on 2024-11-27 have lost this operation, and nothing replaces
 * it.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-an-artists-related-artists
 */
export const related = endpoint({
  operationId: "get-an-artists-related-artists",
  method: "GET",
  path: "/artists/{id}/related-artists",
  parameters: { id: path(id("artist")) },
  scopes: noScope,
  life: removed("2024-11", null),
  repeatable: true,
  result: json<readonly Artist[]>(200, { under: "artists" }),
});
