import { KIND } from "./identifier.js";
import { type Key, pickFrom, stem } from "./key.js";

const DRAW = {
  energy: 701,
  danceability: 702,
  valence: 703,
  acousticness: 704,
  instrumentalness: 705,
  liveness: 706,
  speechiness: 707,
  loudness: 708,
  tempo: 709,
  key: 710,
  mode: 711,
  meter: 712,
} as const;

/** Beats in a bar, the usual ones more often. */
const METERS = [4, 4, 4, 4, 4, 4, 4, 3, 3, 5];

/** What can be computed of a track's sound; all without a unit is from 0 to 1. */
export interface Sound {
  readonly acousticness: number;
  readonly danceability: number;
  readonly energy: number;
  readonly instrumentalness: number;
  readonly liveness: number;
  readonly speechiness: number;
  readonly valence: number;
  /** Pitch class. */
  readonly key: number;
  readonly mode: 0 | 1;
  /** Decibels. */
  readonly loudness: number;
  /** Beats per minute. */
  readonly tempo: number;
  readonly timeSignature: number;
}

/** How a track sounds. What is loud and what is acoustic goes with its energy, as it does in music. */
export function soundOf(key: Key, track: number): Sound {
  const from = stem(key, KIND.track, track);
  const fraction = (draw: number) => pickFrom(key, from, draw, 1001) / 1000;
  const energy = fraction(DRAW.energy);
  return {
    acousticness: round(0.7 * (1 - energy) + 0.3 * fraction(DRAW.acousticness)),
    danceability: fraction(DRAW.danceability),
    energy,
    // Most music is sung.
    instrumentalness: round(fraction(DRAW.instrumentalness) ** 4),
    liveness: round(fraction(DRAW.liveness) ** 2),
    speechiness: round(0.03 + 0.4 * fraction(DRAW.speechiness) ** 3),
    valence: fraction(DRAW.valence),
    key: pickFrom(key, from, DRAW.key, 12),
    mode: pickFrom(key, from, DRAW.mode, 3) === 0 ? 0 : 1,
    loudness: round(-22 + 16 * energy + 4 * fraction(DRAW.loudness)),
    tempo: round(62 + pickFrom(key, from, DRAW.tempo, 128_000) / 1000),
    timeSignature: METERS[pickFrom(key, from, DRAW.meter, METERS.length)] ?? 4,
  };
}

/** To thousandths, so that what is sent is as long as what Spotify sends. */
export function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
