import { alsoInBody, endpoint, json, nothing, optionalQuery, query } from "../endpoint.js";
import { live, removed } from "../life.js";
import type { Page, SavedAudiobook, SavedEpisode, SavedShow } from "../models/index.js";
import { allOf } from "../scopes.js";
import { id, list, market, pageOffset, pageSize } from "../values.js";

/**
 * The episodes that the person has saved, the latest first. Needs `user-library-read` and `user-read-playback-position`.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-users-saved-episodes
 */
export const episodes = endpoint({
  operationId: "get-users-saved-episodes",
  method: "GET",
  path: "/me/episodes",
  parameters: {
    market: optionalQuery(market),
    limit: optionalQuery(pageSize(50), 20),
    offset: optionalQuery(pageOffset(), 0),
  },
  scopes: allOf("user-library-read", "user-read-playback-position"),
  life: live,
  repeatable: true,
  result: json<Page<SavedEpisode>>(),
});

/**
 * Saves up to 50 episodes. Needs `user-library-modify`. Development Mode apps made since 2026-02-11 have lost this operation: `library.save`
 * is called for them.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/save-episodes-user
 */
export const saveEpisodes = endpoint({
  operationId: "save-episodes-user",
  method: "PUT",
  path: "/me/episodes",
  parameters: { ids: alsoInBody(query(list(id("episode"), { max: 50 }))) },
  scopes: allOf("user-library-modify"),
  life: removed("2026-02", "library.save"),
  repeatable: true,
  result: nothing(200),
});

/**
 * Removes up to 50 episodes from what is saved. Needs `user-library-modify`. Development Mode apps made since 2026-02-11 have lost this
 * operation: `library.remove` is called for them.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/remove-episodes-user
 */
export const removeEpisodes = endpoint({
  operationId: "remove-episodes-user",
  method: "DELETE",
  path: "/me/episodes",
  parameters: { ids: alsoInBody(query(list(id("episode"), { max: 50 }))) },
  scopes: allOf("user-library-modify"),
  life: removed("2026-02", "library.remove"),
  repeatable: true,
  result: nothing(200),
});

/**
 * For each of up to 50 episodes, whether it is saved. Needs `user-library-read`. Development Mode apps made since 2026-02-11 have lost this
 * operation: `library.contains` is called for them.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/check-users-saved-episodes
 */
export const containsEpisodes = endpoint({
  operationId: "check-users-saved-episodes",
  method: "GET",
  path: "/me/episodes/contains",
  parameters: { ids: query(list(id("episode"), { max: 50 })) },
  scopes: allOf("user-library-read"),
  life: removed("2026-02", "library.contains"),
  repeatable: true,
  result: json<readonly boolean[]>(),
});

/**
 * The shows that the person has saved, the latest first. Needs `user-library-read`.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-users-saved-shows
 */
export const shows = endpoint({
  operationId: "get-users-saved-shows",
  method: "GET",
  path: "/me/shows",
  parameters: { limit: optionalQuery(pageSize(50), 20), offset: optionalQuery(pageOffset(), 0) },
  scopes: allOf("user-library-read"),
  life: live,
  repeatable: true,
  result: json<Page<SavedShow>>(),
});

/**
 * Saves up to 50 shows. Needs `user-library-modify`. Development Mode apps made since 2026-02-11 have lost this operation: `library.save` is
 * called for them.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/save-shows-user
 */
export const saveShows = endpoint({
  operationId: "save-shows-user",
  method: "PUT",
  path: "/me/shows",
  parameters: { ids: alsoInBody(query(list(id("show"), { max: 50 }))) },
  scopes: allOf("user-library-modify"),
  life: removed("2026-02", "library.save"),
  repeatable: true,
  result: nothing(200),
});

/**
 * Removes up to 50 shows from what is saved. Needs `user-library-modify`. Development Mode apps made since 2026-02-11 have lost this
 * operation: `library.remove` is called for them.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/remove-shows-user
 */
export const removeShows = endpoint({
  operationId: "remove-shows-user",
  method: "DELETE",
  path: "/me/shows",
  parameters: { ids: alsoInBody(query(list(id("show"), { max: 50 }))), market: optionalQuery(market) },
  scopes: allOf("user-library-modify"),
  life: removed("2026-02", "library.remove"),
  repeatable: true,
  result: nothing(200),
});

/**
 * For each of up to 50 shows, whether it is saved. Needs `user-library-read`. Development Mode apps made since 2026-02-11 have lost this
 * operation: `library.contains` is called for them.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/check-users-saved-shows
 */
export const containsShows = endpoint({
  operationId: "check-users-saved-shows",
  method: "GET",
  path: "/me/shows/contains",
  parameters: { ids: query(list(id("show"), { max: 50 })) },
  scopes: allOf("user-library-read"),
  life: removed("2026-02", "library.contains"),
  repeatable: true,
  result: json<readonly boolean[]>(),
});

/**
 * The audiobooks that the person has saved, the latest first. Needs `user-library-read`.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-users-saved-audiobooks
 */
export const audiobooks = endpoint({
  operationId: "get-users-saved-audiobooks",
  method: "GET",
  path: "/me/audiobooks",
  parameters: { limit: optionalQuery(pageSize(50), 20), offset: optionalQuery(pageOffset(), 0) },
  scopes: allOf("user-library-read"),
  life: live,
  repeatable: true,
  result: json<Page<SavedAudiobook>>(),
});

/**
 * Saves up to 50 audiobooks. Needs `user-library-modify`. Development Mode apps made since 2026-02-11 have lost this operation: `library.save`
 * is called for them.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/save-audiobooks-user
 */
export const saveAudiobooks = endpoint({
  operationId: "save-audiobooks-user",
  method: "PUT",
  path: "/me/audiobooks",
  parameters: { ids: alsoInBody(query(list(id("audiobook"), { max: 50 }))) },
  scopes: allOf("user-library-modify"),
  life: removed("2026-02", "library.save"),
  repeatable: true,
  result: nothing(200),
});

/**
 * Removes up to 50 audiobooks from what is saved. Needs `user-library-modify`. Development Mode apps made since 2026-02-11 have lost this
 * operation: `library.remove` is called for them.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/remove-audiobooks-user
 */
export const removeAudiobooks = endpoint({
  operationId: "remove-audiobooks-user",
  method: "DELETE",
  path: "/me/audiobooks",
  parameters: { ids: alsoInBody(query(list(id("audiobook"), { max: 50 }))) },
  scopes: allOf("user-library-modify"),
  life: removed("2026-02", "library.remove"),
  repeatable: true,
  result: nothing(200),
});

/**
 * For each of up to 50 audiobooks, whether it is saved. Needs `user-library-read`. Development Mode apps made since 2026-02-11 have lost this
 * operation: `library.contains` is called for them.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/check-users-saved-audiobooks
 */
export const containsAudiobooks = endpoint({
  operationId: "check-users-saved-audiobooks",
  method: "GET",
  path: "/me/audiobooks/contains",
  parameters: { ids: query(list(id("audiobook"), { max: 50 })) },
  scopes: allOf("user-library-read"),
  life: removed("2026-02", "library.contains"),
  repeatable: true,
  result: json<readonly boolean[]>(),
});
