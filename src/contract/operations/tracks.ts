import { endpoint, json, optionalQuery, path, query } from "../endpoint.js";
import { live, removed } from "../life.js";
import type { AudioAnalysis, AudioFeatures, Track } from "../models/index.js";
import { noScope } from "../scopes.js";
import { id, list, market } from "../values.js";

/**
 * One track.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-track
 */
export const get = endpoint({
  operationId: "get-track",
  method: "GET",
  path: "/tracks/{id}",
  parameters: { id: path(id("track")), market: optionalQuery(market) },
  scopes: noScope,
  life: live,
  repeatable: true,
  result: json<Track>(),
});

/**
 * Up to 50 tracks in the order asked for, `null` for those that Spotify does not have. Development Mode apps made since 2026-02-11 have lost
 * this operation: `tracks.get` is called for them.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-several-tracks
 */
export const several = endpoint({
  operationId: "get-several-tracks",
  method: "GET",
  path: "/tracks",
  parameters: { ids: query(list(id("track"), { max: 50 })), market: optionalQuery(market) },
  scopes: noScope,
  life: removed("2026-02", "tracks.get"),
  repeatable: true,
  result: json<readonly (Track | null)[]>(200, { under: "tracks" }),
});

/**
 * What Spotify computed of the sound of a track. Apps without extended quota on 2024-11-27 have lost this operation, and nothing replaces it.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-audio-features
 */
export const audioFeatures = endpoint({
  operationId: "get-audio-features",
  method: "GET",
  path: "/audio-features/{id}",
  parameters: { id: path(id("track")) },
  scopes: noScope,
  life: removed("2024-11", null),
  repeatable: true,
  result: json<AudioFeatures>(),
});

/**
 * What Spotify computed of the sound of up to 100 tracks, `null` where it has nothing. Apps without extended quota on 2024-11-27 have lost
 * this operation, and nothing replaces it.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-several-audio-features
 */
export const severalAudioFeatures = endpoint({
  operationId: "get-several-audio-features",
  method: "GET",
  path: "/audio-features",
  parameters: { ids: query(list(id("track"), { max: 100 })) },
  scopes: noScope,
  life: removed("2024-11", null),
  repeatable: true,
  result: json<readonly (AudioFeatures | null)[]>(200, { under: "audio_features" }),
});

/**
 * The bars, beats, sections and segments of a track. Apps without extended quota on 2024-11-27 have lost this operation, and nothing replaces
 * it.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-audio-analysis
 */
export const audioAnalysis = endpoint({
  operationId: "get-audio-analysis",
  method: "GET",
  path: "/audio-analysis/{id}",
  parameters: { id: path(id("track")) },
  scopes: noScope,
  life: removed("2024-11", null),
  repeatable: true,
  result: json<AudioAnalysis>(),
});
