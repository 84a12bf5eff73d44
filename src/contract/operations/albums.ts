import { endpoint, json, optionalQuery, path, query } from "../endpoint.js";
import { live, removed } from "../life.js";
import type { Album, Page, SimplifiedTrack } from "../models/index.js";
import { noScope } from "../scopes.js";
import { id, list, market, pageOffset, pageSize } from "../values.js";

/**
 * One album with the first page of its tracks.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-an-album
 */
export const get = endpoint({
  operationId: "get-an-album",
  method: "GET",
  path: "/albums/{id}",
  parameters: { id: path(id("album")), market: optionalQuery(market) },
  scopes: noScope,
  life: live,
  repeatable: true,
  result: json<Album>(),
});

/**
 * Up to 20 albums in the order asked for, `null` for those that Spotify does not have. Development Mode apps made since 2026-02-11 have lost
 * this operation: `albums.get` is called for them.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-multiple-albums
 */
export const several = endpoint({
  operationId: "get-multiple-albums",
  method: "GET",
  path: "/albums",
  parameters: { ids: query(list(id("album"), { max: 20 })), market: optionalQuery(market) },
  scopes: noScope,
  life: removed("2026-02", "albums.get"),
  repeatable: true,
  result: json<readonly (Album | null)[]>(200, { under: "albums" }),
});

/**
 * The tracks of an album.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-an-albums-tracks
 */
export const tracks = endpoint({
  operationId: "get-an-albums-tracks",
  method: "GET",
  path: "/albums/{id}/tracks",
  parameters: {
    id: path(id("album")),
    market: optionalQuery(market),
    limit: optionalQuery(pageSize(50), 20),
    offset: optionalQuery(pageOffset(), 0),
  },
  scopes: noScope,
  life: live,
  repeatable: true,
  result: json<Page<SimplifiedTrack>>(),
});
