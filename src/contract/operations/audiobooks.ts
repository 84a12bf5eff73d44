import { endpoint, json, optionalQuery, path, query } from "../endpoint.js";
import { live, removed } from "../life.js";
import type { Audiobook, Page, SimplifiedChapter } from "../models/index.js";
import { noScope } from "../scopes.js";
import { id, list, market, pageOffset, pageSize } from "../values.js";

/**
 * One audiobook with the first page of its chapters.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-an-audiobook
 */
export const get = endpoint({
  operationId: "get-an-audiobook",
  method: "GET",
  path: "/audiobooks/{id}",
  parameters: { id: path(id("audiobook")), market: optionalQuery(market) },
  scopes: noScope,
  life: live,
  repeatable: true,
  result: json<Audiobook>(),
});

/**
 * Up to 50 audiobooks in the order asked for, `null` for those that Spotify does not have. Development Mode apps made since 2026-02-11 have
 * lost this operation: `audiobooks.get` is called for them.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-multiple-audiobooks
 */
export const several = endpoint({
  operationId: "get-multiple-audiobooks",
  method: "GET",
  path: "/audiobooks",
  parameters: { ids: query(list(id("audiobook"), { max: 50 })), market: optionalQuery(market) },
  scopes: noScope,
  life: removed("2026-02", "audiobooks.get"),
  repeatable: true,
  result: json<readonly (Audiobook | null)[]>(200, { under: "audiobooks" }),
});

/**
 * The chapters of an audiobook.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-audiobook-chapters
 */
export const chapters = endpoint({
  operationId: "get-audiobook-chapters",
  method: "GET",
  path: "/audiobooks/{id}/chapters",
  parameters: {
    id: path(id("audiobook")),
    market: optionalQuery(market),
    limit: optionalQuery(pageSize(50), 20),
    offset: optionalQuery(pageOffset(), 0),
  },
  scopes: noScope,
  life: live,
  repeatable: true,
  result: json<Page<SimplifiedChapter | null>>(),
});
