import { endpoint, json, optionalQuery, path, query } from "../endpoint.js";
import { live, removed } from "../life.js";
import type { Chapter } from "../models/index.js";
import { noScope } from "../scopes.js";
import { id, list, market } from "../values.js";

/**
 * One chapter.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-a-chapter
 */
export const get = endpoint({
  operationId: "get-a-chapter",
  method: "GET",
  path: "/chapters/{id}",
  parameters: { id: path(id("chapter")), market: optionalQuery(market) },
  scopes: noScope,
  life: live,
  repeatable: true,
  result: json<Chapter>(),
});

/**
 * Up to 50 chapters in the order asked for, `null` for those that Spotify does not have. Development Mode apps made since 2026-02-11 have lost
 * this operation: `chapters.get` is called for them.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-several-chapters
 */
export const several = endpoint({
  operationId: "get-several-chapters",
  method: "GET",
  path: "/chapters",
  parameters: { ids: query(list(id("chapter"), { max: 50 })), market: optionalQuery(market) },
  scopes: noScope,
  life: removed("2026-02", "chapters.get"),
  repeatable: true,
  result: json<readonly (Chapter | null)[]>(200, { under: "chapters" }),
});
