import { endpoint, json, optionalQuery, path, query } from "../endpoint.js";
import { live, removed } from "../life.js";
import type { Page, Show, SimplifiedEpisode, SimplifiedShow } from "../models/index.js";
import { noScope, widenedBy } from "../scopes.js";
import { id, list, market, pageOffset, pageSize } from "../values.js";

/**
 * One show with the first page of its episodes. Needs no scope; with `user-read-playback-position` the answer holds more.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-a-show
 */
export const get = endpoint({
  operationId: "get-a-show",
  method: "GET",
  path: "/shows/{id}",
  parameters: { id: path(id("show")), market: optionalQuery(market) },
  scopes: widenedBy("user-read-playback-position"),
  life: live,
  repeatable: true,
  result: json<Show>(),
});

/**
 * Up to 50 shows in the order asked for, `null` for those that Spotify does not have. Development Mode apps made since 2026-02-11 have lost
 * this operation: `shows.get` is called for them.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-multiple-shows
 */
export const several = endpoint({
  operationId: "get-multiple-shows",
  method: "GET",
  path: "/shows",
  parameters: { ids: query(list(id("show"), { max: 50 })), market: optionalQuery(market) },
  scopes: noScope,
  life: removed("2026-02", "shows.get"),
  repeatable: true,
  result: json<readonly (SimplifiedShow | null)[]>(200, { under: "shows" }),
});

/**
 * The episodes of a show. Needs no scope; with `user-read-playback-position` the answer holds more.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-a-shows-episodes
 */
export const episodes = endpoint({
  operationId: "get-a-shows-episodes",
  method: "GET",
  path: "/shows/{id}/episodes",
  parameters: {
    id: path(id("show")),
    market: optionalQuery(market),
    limit: optionalQuery(pageSize(50), 20),
    offset: optionalQuery(pageOffset(), 0),
  },
  scopes: widenedBy("user-read-playback-position"),
  life: live,
  repeatable: true,
  result: json<Page<SimplifiedEpisode | null>>(),
});
