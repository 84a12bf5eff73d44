import { endpoint, json, optionalQuery, path } from "../endpoint.js";
import { removed } from "../life.js";
import type { Category, FeaturedPlaylists, Page, Recommendations, SimplifiedAlbum } from "../models/index.js";
import { noScope } from "../scopes.js";
import { decimal, id, integer, list, market, pageOffset, pageSize, text, type Value } from "../values.js";

const categoryId = path(text({ pattern: "[0-9A-Za-z_-]{1,64}", means: "the id of a category" }));
const locale = text({ pattern: "[a-z]{2,3}_[A-Z]{2}", means: "a language and a country, such as de_DE" });

/** A property of tracks that can be held to at least, at most, or about a value. */
/* @__NO_SIDE_EFFECTS__ */
function tunable<const N extends string, V extends Value>(name: N, value: V) {
  const parameter = optionalQuery(value);
  const named = { [`min${name}`]: parameter, [`max${name}`]: parameter, [`target${name}`]: parameter };
  // A computed key is a mere string to the compiler.
  return named as Readonly<Record<`${"min" | "max" | "target"}${N}`, typeof parameter>>;
}

// In a function, since bundlers drop an unused call more readily than an unused object with others spread into it.
/* @__NO_SIDE_EFFECTS__ */
function recommendationParameters() {
  const fraction = decimal({ min: 0, max: 1 });
  return {
    limit: optionalQuery(pageSize(100), 20),
    market: optionalQuery(market),
    // Spotify's schema says that all three are needed; one is enough.
    seedArtists: optionalQuery(list(id("artist"), { max: 5 })),
    seedGenres: optionalQuery(
      list(text({ pattern: "[a-z0-9-]{1,40}", means: "a genre, such as bossa-nova" }), { max: 5 }),
    ),
    seedTracks: optionalQuery(list(id("track"), { max: 5 })),
    ...tunable("Acousticness", fraction),
    ...tunable("Danceability", fraction),
    ...tunable("DurationMs", integer({ min: 0 })),
    ...tunable("Energy", fraction),
    ...tunable("Instrumentalness", fraction),
    ...tunable("Key", integer({ min: 0, max: 11 })),
    ...tunable("Liveness", fraction),
    ...tunable("Loudness", decimal()),
    ...tunable("Mode", integer({ min: 0, max: 1 })),
    ...tunable("Popularity", integer({ min: 0, max: 100 })),
    ...tunable("Speechiness", fraction),
    ...tunable("Tempo", decimal({ min: 0 })),
    ...tunable("TimeSignature", integer({ min: 0, max: 11 })),
    ...tunable("Valence", fraction),
  };
}

/**
 * Albums that came out lately. Development Mode apps made since 2026-02-11 have lost this operation, and nothing replaces it.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-new-releases
 */
export const newReleases = endpoint({
  operationId: "get-new-releases",
  method: "GET",
  path: "/browse/new-releases",
  parameters: { limit: optionalQuery(pageSize(50), 20), offset: optionalQuery(pageOffset(), 0) },
  scopes: noScope,
  life: removed("2026-02", null),
  repeatable: true,
  result: json<Page<SimplifiedAlbum | null>>(200, { under: "albums" }),
});

/**
 * Playlists that Spotify features, under a headline. Apps without extended quota on 2024-11-27 have lost this operation, and nothing replaces
 * it.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-featured-playlists
 */
export const featuredPlaylists = endpoint({
  operationId: "get-featured-playlists",
  method: "GET",
  path: "/browse/featured-playlists",
  parameters: {
    locale: optionalQuery(locale),
    limit: optionalQuery(pageSize(50), 20),
    offset: optionalQuery(pageOffset(), 0),
  },
  scopes: noScope,
  life: removed("2024-11", null),
  repeatable: true,
  result: json<FeaturedPlaylists>(),
});

/**
 * The shelves of the browse page. Development Mode apps made since 2026-02-11 have lost this operation, and nothing replaces it.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-categories
 */
export const categories = endpoint({
  operationId: "get-categories",
  method: "GET",
  path: "/browse/categories",
  parameters: {
    locale: optionalQuery(locale),
    limit: optionalQuery(pageSize(50), 20),
    offset: optionalQuery(pageOffset(), 0),
  },
  scopes: noScope,
  life: removed("2026-02", null),
  repeatable: true,
  result: json<Page<Category | null>>(200, { under: "categories" }),
});

/**
 * One shelf of the browse page. Development Mode apps made since 2026-02-11 have lost this operation, and nothing replaces it.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-a-category
 */
export const category = endpoint({
  operationId: "get-a-category",
  method: "GET",
  path: "/browse/categories/{category_id}",
  parameters: { categoryId, locale: optionalQuery(locale) },
  scopes: noScope,
  life: removed("2026-02", null),
  repeatable: true,
  result: json<Category>(),
});

/**
 * The playlists on a shelf of the browse page. Apps without extended quota on 2024-11-27 have lost this operation, and nothing replaces it.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-a-categories-playlists
 */
export const categoryPlaylists = endpoint({
  operationId: "get-a-categories-playlists",
  method: "GET",
  path: "/browse/categories/{category_id}/playlists",
  parameters: { categoryId, limit: optionalQuery(pageSize(50), 20), offset: optionalQuery(pageOffset(), 0) },
  scopes: noScope,
  life: removed("2024-11", null),
  repeatable: true,
  result: json<FeaturedPlaylists>(),
});

/**
 * Tracks that go with up to five artists, genres and tracks. Apps without extended quota on 2024-11-27 have lost this operation, and nothing
 * replaces it.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-recommendations
 */
export const recommendations = endpoint({
  operationId: "get-recommendations",
  method: "GET",
  path: "/recommendations",
  parameters: recommendationParameters(),
  scopes: noScope,
  life: removed("2024-11", null, 404),
  repeatable: true,
  result: json<Recommendations>(),
});

/**
 * The genres that recommendations can start from. Apps without extended quota on 2024-11-27 have lost this operation, and nothing replaces it.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-recommendation-genres
 */
export const genreSeeds = endpoint({
  operationId: "get-recommendation-genres",
  method: "GET",
  path: "/recommendations/available-genre-seeds",
  parameters: {},
  scopes: noScope,
  life: removed("2024-11", null, 404),
  repeatable: true,
  result: json<readonly string[]>(200, { under: "genres" }),
});
