import { endpoint, json, optionalQuery, path, query } from "../endpoint.js";
import { live, removed } from "../life.js";
import type { Episode } from "../models/index.js";
import { widenedBy } from "../scopes.js";
import { id, list, market } from "../values.js";

/**
 * One episode. Needs no scope; with `user-read-playback-position` the answer holds more.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-an-episode
 */
export const get = endpoint({
  operationId: "get-an-episode",
  method: "GET",
  path: "/episodes/{id}",
  parameters: { id: path(id("episode")), market: optionalQuery(market) },
  scopes: widenedBy("user-read-playback-position"),
  life: live,
  repeatable: true,
  result: json<Episode>(),
});

/**
 * Up to 50 episodes in the order asked for, `null` for those that Spotify does not have. Needs no scope; with `user-read-playback-position`
 * the answer holds more. Development Mode apps made since 2026-02-11 have lost this operation: `episodes.get` is called for them.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-multiple-episodes
 */
export const several = endpoint({
  operationId: "get-multiple-episodes",
  method: "GET",
  path: "/episodes",
  parameters: { ids: query(list(id("episode"), { max: 50 })), market: optionalQuery(market) },
  scopes: widenedBy("user-read-playback-position"),
  life: removed("2026-02", "episodes.get"),
  repeatable: true,
  result: json<readonly (Episode | null)[]>(200, { under: "episodes" }),
});
