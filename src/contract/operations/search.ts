import { endpoint, json, optionalQuery, query } from "../endpoint.js";
import { live } from "../life.js";
import type { SearchResult } from "../models/index.js";
import { noScope } from "../scopes.js";
import { choice, list, market, pageOffset, pageSize, shortPage, shortPageDefault, text } from "../values.js";

/**
 * Things of the catalogue that match a text.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/search
 */
export const find = endpoint({
  operationId: "search",
  method: "GET",
  path: "/search",
  parameters: {
    q: query(text({ maxLength: 1000 })),
    type: query(
      list(choice("album", "artist", "audiobook", "episode", "playlist", "show", "track"), { max: 7 }),
    ),
    market: optionalQuery(market),
    limit: optionalQuery(pageSize(shortPage), shortPageDefault),
    offset: optionalQuery(pageOffset(1000), 0),
    includeExternal: optionalQuery(choice("audio")),
  },
  scopes: noScope,
  life: live,
  repeatable: true,
  result: json<SearchResult>(),
});
