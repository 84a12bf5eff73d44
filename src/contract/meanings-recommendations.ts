/** What the parameters of `browse.recommendations` mean. */
export interface RecommendationMeanings {
  /** How many tracks, 1 to 100; there may be fewer. Default 20. */
  readonly limit: unknown;
  /** Ids, URIs or web addresses of artists; with genres and tracks, up to five in all. */
  readonly seedArtists: unknown;
  /** Genres, such as `bossanova`, that `browse.genreSeeds` gives; with artists and tracks, up to five in all. */
  readonly seedGenres: unknown;
  /** Ids, URIs or web addresses of tracks; with artists and genres, up to five in all. */
  readonly seedTracks: unknown;
  /** At least: how sure it is that the track is acoustic, 0 to 1. */
  readonly minAcousticness: unknown;
  /** At most: how sure it is that the track is acoustic, 0 to 1. */
  readonly maxAcousticness: unknown;
  /** As near as can be: how sure it is that the track is acoustic, 0 to 1. */
  readonly targetAcousticness: unknown;
  /** At least: how well the track suits dancing, 0 to 1. */
  readonly minDanceability: unknown;
  /** At most: how well the track suits dancing, 0 to 1. */
  readonly maxDanceability: unknown;
  /** As near as can be: how well the track suits dancing, 0 to 1. */
  readonly targetDanceability: unknown;
  /** At least: length in milliseconds. */
  readonly minDurationMs: unknown;
  /** At most: length in milliseconds. */
  readonly maxDurationMs: unknown;
  /** As near as can be: length in milliseconds. */
  readonly targetDurationMs: unknown;
  /** At least: how intense the track is, 0 to 1. */
  readonly minEnergy: unknown;
  /** At most: how intense the track is, 0 to 1. */
  readonly maxEnergy: unknown;
  /** As near as can be: how intense the track is, 0 to 1. */
  readonly targetEnergy: unknown;
  /** At least: how sure it is that nobody sings, 0 to 1. */
  readonly minInstrumentalness: unknown;
  /** At most: how sure it is that nobody sings, 0 to 1. */
  readonly maxInstrumentalness: unknown;
  /** As near as can be: how sure it is that nobody sings, 0 to 1. */
  readonly targetInstrumentalness: unknown;
  /** At least: pitch class: 0 is C, 1 is C♯, up to 11. */
  readonly minKey: unknown;
  /** At most: pitch class: 0 is C, 1 is C♯, up to 11. */
  readonly maxKey: unknown;
  /** As near as can be: pitch class: 0 is C, 1 is C♯, up to 11. */
  readonly targetKey: unknown;
  /** At least: how sure it is that there is an audience, 0 to 1. */
  readonly minLiveness: unknown;
  /** At most: how sure it is that there is an audience, 0 to 1. */
  readonly maxLiveness: unknown;
  /** As near as can be: how sure it is that there is an audience, 0 to 1. */
  readonly targetLiveness: unknown;
  /** At least: loudness in decibels, mostly -60 to 0. */
  readonly minLoudness: unknown;
  /** At most: loudness in decibels, mostly -60 to 0. */
  readonly maxLoudness: unknown;
  /** As near as can be: loudness in decibels, mostly -60 to 0. */
  readonly targetLoudness: unknown;
  /** At least: 1 major, 0 minor. */
  readonly minMode: unknown;
  /** At most: 1 major, 0 minor. */
  readonly maxMode: unknown;
  /** As near as can be: 1 major, 0 minor. */
  readonly targetMode: unknown;
  /** At least: popularity, 0 to 100. */
  readonly minPopularity: unknown;
  /** At most: popularity, 0 to 100. */
  readonly maxPopularity: unknown;
  /** As near as can be: popularity, 0 to 100. */
  readonly targetPopularity: unknown;
  /** At least: how much is spoken, 0 to 1. */
  readonly minSpeechiness: unknown;
  /** At most: how much is spoken, 0 to 1. */
  readonly maxSpeechiness: unknown;
  /** As near as can be: how much is spoken, 0 to 1. */
  readonly targetSpeechiness: unknown;
  /** At least: beats per minute. */
  readonly minTempo: unknown;
  /** At most: beats per minute. */
  readonly maxTempo: unknown;
  /** As near as can be: beats per minute. */
  readonly targetTempo: unknown;
  /** At least: beats in a bar, 0 to 11. */
  readonly minTimeSignature: unknown;
  /** At most: beats in a bar, 0 to 11. */
  readonly maxTimeSignature: unknown;
  /** As near as can be: beats in a bar, 0 to 11. */
  readonly targetTimeSignature: unknown;
  /** At least: how cheerful the track sounds, 0 to 1. */
  readonly minValence: unknown;
  /** At most: how cheerful the track sounds, 0 to 1. */
  readonly maxValence: unknown;
  /** As near as can be: how cheerful the track sounds, 0 to 1. */
  readonly targetValence: unknown;
}
