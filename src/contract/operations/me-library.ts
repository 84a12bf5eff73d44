import {
  alsoInBody,
  alsoInQuery,
  endpoint,
  json,
  nothing,
  optionalBody,
  optionalQuery,
  query,
} from "../endpoint.js";
import { live, removed } from "../life.js";
import type {
  Page,
  SavedAlbum,
  SavedAudiobook,
  SavedEpisode,
  SavedShow,
  SavedTrack,
} from "../models/index.js";
import { allOf } from "../scopes.js";
import { fields, id, list, market, pageOffset, pageSize, text } from "../values.js";

export const albums = endpoint({
  operationId: "get-users-saved-albums",
  method: "GET",
  path: "/me/albums",
  summary: "The albums that the person has saved, the latest first.",
  parameters: {
    market: optionalQuery(market),
    limit: optionalQuery(pageSize(50), 20),
    offset: optionalQuery(pageOffset(), 0),
  },
  scopes: allOf("user-library-read"),
  life: live,
  repeatable: true,
  result: json<Page<SavedAlbum>>(),
});

export const saveAlbums = endpoint({
  operationId: "save-albums-user",
  method: "PUT",
  path: "/me/albums",
  summary: "Saves up to 20 albums.",
  parameters: { ids: alsoInBody(query(list(id("album"), { max: 20 }))) },
  scopes: allOf("user-library-modify"),
  life: removed("2026-02", "library.save"),
  repeatable: true,
  result: nothing(200),
});

export const removeAlbums = endpoint({
  operationId: "remove-albums-user",
  method: "DELETE",
  path: "/me/albums",
  summary: "Removes up to 20 albums from what is saved.",
  parameters: { ids: alsoInBody(query(list(id("album"), { max: 20 }))) },
  scopes: allOf("user-library-modify"),
  life: removed("2026-02", "library.remove"),
  repeatable: true,
  result: nothing(200),
});

export const containsAlbums = endpoint({
  operationId: "check-users-saved-albums",
  method: "GET",
  path: "/me/albums/contains",
  summary: "For each of up to 20 albums, whether it is saved.",
  parameters: { ids: query(list(id("album"), { max: 20 })) },
  scopes: allOf("user-library-read"),
  life: removed("2026-02", "library.contains"),
  repeatable: true,
  result: json<readonly boolean[]>(),
});

export const tracks = endpoint({
  operationId: "get-users-saved-tracks",
  method: "GET",
  path: "/me/tracks",
  summary: "The tracks that the person has saved, the latest first.",
  parameters: {
    market: optionalQuery(market),
    limit: optionalQuery(pageSize(50), 20),
    offset: optionalQuery(pageOffset(), 0),
  },
  scopes: allOf("user-library-read"),
  life: live,
  repeatable: true,
  result: json<Page<SavedTrack>>(),
});

export const saveTracks = endpoint({
  operationId: "save-tracks-user",
  method: "PUT",
  path: "/me/tracks",
  summary: "Saves up to 50 tracks.",
  parameters: {
    // Spotify's schema asks for "uris" here; what it takes is "ids".
    ids: alsoInQuery(optionalBody(list(id("track"), { max: 50 }))),
    timestampedIds: optionalBody(
      list(fields({ id: id("track"), addedAt: text({ maxLength: 40 }) }), { max: 50 }),
    ),
  },
  scopes: allOf("user-library-modify"),
  life: removed("2026-02", "library.save"),
  repeatable: true,
  result: nothing(200),
});

export const removeTracks = endpoint({
  operationId: "remove-tracks-user",
  method: "DELETE",
  path: "/me/tracks",
  summary: "Removes up to 50 tracks from what is saved.",
  parameters: { ids: alsoInBody(query(list(id("track"), { max: 50 }))) },
  scopes: allOf("user-library-modify"),
  life: removed("2026-02", "library.remove"),
  repeatable: true,
  result: nothing(200),
});

export const containsTracks = endpoint({
  operationId: "check-users-saved-tracks",
  method: "GET",
  path: "/me/tracks/contains",
  summary: "For each of up to 50 tracks, whether it is saved.",
  parameters: { ids: query(list(id("track"), { max: 50 })) },
  scopes: allOf("user-library-read"),
  life: removed("2026-02", "library.contains"),
  repeatable: true,
  result: json<readonly boolean[]>(),
});

export const episodes = endpoint({
  operationId: "get-users-saved-episodes",
  method: "GET",
  path: "/me/episodes",
  summary: "The episodes that the person has saved, the latest first.",
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

export const saveEpisodes = endpoint({
  operationId: "save-episodes-user",
  method: "PUT",
  path: "/me/episodes",
  summary: "Saves up to 50 episodes.",
  parameters: { ids: alsoInBody(query(list(id("episode"), { max: 50 }))) },
  scopes: allOf("user-library-modify"),
  life: removed("2026-02", "library.save"),
  repeatable: true,
  result: nothing(200),
});

export const removeEpisodes = endpoint({
  operationId: "remove-episodes-user",
  method: "DELETE",
  path: "/me/episodes",
  summary: "Removes up to 50 episodes from what is saved.",
  parameters: { ids: alsoInBody(query(list(id("episode"), { max: 50 }))) },
  scopes: allOf("user-library-modify"),
  life: removed("2026-02", "library.remove"),
  repeatable: true,
  result: nothing(200),
});

export const containsEpisodes = endpoint({
  operationId: "check-users-saved-episodes",
  method: "GET",
  path: "/me/episodes/contains",
  summary: "For each of up to 50 episodes, whether it is saved.",
  parameters: { ids: query(list(id("episode"), { max: 50 })) },
  scopes: allOf("user-library-read"),
  life: removed("2026-02", "library.contains"),
  repeatable: true,
  result: json<readonly boolean[]>(),
});

export const shows = endpoint({
  operationId: "get-users-saved-shows",
  method: "GET",
  path: "/me/shows",
  summary: "The shows that the person has saved, the latest first.",
  parameters: { limit: optionalQuery(pageSize(50), 20), offset: optionalQuery(pageOffset(), 0) },
  scopes: allOf("user-library-read"),
  life: live,
  repeatable: true,
  result: json<Page<SavedShow>>(),
});

export const saveShows = endpoint({
  operationId: "save-shows-user",
  method: "PUT",
  path: "/me/shows",
  summary: "Saves up to 50 shows.",
  parameters: { ids: alsoInBody(query(list(id("show"), { max: 50 }))) },
  scopes: allOf("user-library-modify"),
  life: removed("2026-02", "library.save"),
  repeatable: true,
  result: nothing(200),
});

export const removeShows = endpoint({
  operationId: "remove-shows-user",
  method: "DELETE",
  path: "/me/shows",
  summary: "Removes up to 50 shows from what is saved.",
  parameters: { ids: alsoInBody(query(list(id("show"), { max: 50 }))), market: optionalQuery(market) },
  scopes: allOf("user-library-modify"),
  life: removed("2026-02", "library.remove"),
  repeatable: true,
  result: nothing(200),
});

export const containsShows = endpoint({
  operationId: "check-users-saved-shows",
  method: "GET",
  path: "/me/shows/contains",
  summary: "For each of up to 50 shows, whether it is saved.",
  parameters: { ids: query(list(id("show"), { max: 50 })) },
  scopes: allOf("user-library-read"),
  life: removed("2026-02", "library.contains"),
  repeatable: true,
  result: json<readonly boolean[]>(),
});

export const audiobooks = endpoint({
  operationId: "get-users-saved-audiobooks",
  method: "GET",
  path: "/me/audiobooks",
  summary: "The audiobooks that the person has saved, the latest first.",
  parameters: { limit: optionalQuery(pageSize(50), 20), offset: optionalQuery(pageOffset(), 0) },
  scopes: allOf("user-library-read"),
  life: live,
  repeatable: true,
  result: json<Page<SavedAudiobook>>(),
});

export const saveAudiobooks = endpoint({
  operationId: "save-audiobooks-user",
  method: "PUT",
  path: "/me/audiobooks",
  summary: "Saves up to 50 audiobooks.",
  parameters: { ids: alsoInBody(query(list(id("audiobook"), { max: 50 }))) },
  scopes: allOf("user-library-modify"),
  life: removed("2026-02", "library.save"),
  repeatable: true,
  result: nothing(200),
});

export const removeAudiobooks = endpoint({
  operationId: "remove-audiobooks-user",
  method: "DELETE",
  path: "/me/audiobooks",
  summary: "Removes up to 50 audiobooks from what is saved.",
  parameters: { ids: alsoInBody(query(list(id("audiobook"), { max: 50 }))) },
  scopes: allOf("user-library-modify"),
  life: removed("2026-02", "library.remove"),
  repeatable: true,
  result: nothing(200),
});

export const containsAudiobooks = endpoint({
  operationId: "check-users-saved-audiobooks",
  method: "GET",
  path: "/me/audiobooks/contains",
  summary: "For each of up to 50 audiobooks, whether it is saved.",
  parameters: { ids: query(list(id("audiobook"), { max: 50 })) },
  scopes: allOf("user-library-read"),
  life: removed("2026-02", "library.contains"),
  repeatable: true,
  result: json<readonly boolean[]>(),
});
