import { endpoint, json } from "../endpoint.js";
import { removed } from "../life.js";
import { noScope } from "../scopes.js";

/**
 * The countries where Spotify is to be had. Development Mode apps made since 2026-02-11 have lost this operation, and nothing replaces it.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-available-markets
 */
export const list = endpoint({
  operationId: "get-available-markets",
  method: "GET",
  path: "/markets",
  parameters: {},
  scopes: noScope,
  life: removed("2026-02", null),
  repeatable: true,
  result: json<readonly string[]>(200, { under: "markets" }),
});
