import { round, soundOf } from "./audio.js";
import type { Catalogue } from "./catalogue.js";
import { KIND } from "./identifier.js";
import { type Key, keyOf, mix, stem } from "./key.js";
import { GENRES, genrePlaces } from "./names.js";

/** The most that one seed brings in. */
const POOL = 300;
/** A genre is looked for among so many artists, from one that its name leads to. */
const ARTISTS_LOOKED_AT = 400;
const SALT = 731;

/** Genres as recommendations spell them. */
export const GENRE_SEEDS: readonly string[] = GENRES.map((genre) => genre.replaceAll(" ", "-"));

export interface Seed {
  readonly type: "artist" | "track" | "genre";
  readonly id: string;
}

/** How much of a number there is between the least and the most of it, so that misses can be compared. */
export const RANGES = {
  Acousticness: 1,
  Danceability: 1,
  DurationMs: 245_000,
  Energy: 1,
  Instrumentalness: 1,
  Key: 11,
  Liveness: 1,
  Loudness: 22,
  Mode: 1,
  Popularity: 100,
  Speechiness: 1,
  Tempo: 128,
  TimeSignature: 5,
  Valence: 1,
} as const;
export type Tunable = keyof typeof RANGES;

type Values = Readonly<Record<Tunable, number>>;

/** What a track shall be like. */
export interface Wish {
  readonly tunable: Tunable;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly target: number | undefined;
}

export interface Recommended {
  /** The best first. */
  readonly tracks: readonly number[];
  /** For each seed: how many tracks it brought in, how many of them are as wished, and how many of those can be played. */
  readonly pools: readonly { readonly initial: number; readonly wished: number; readonly playable: number }[];
}

/** Tracks that go with some seeds: the same for the same question, where Spotify's differ from call to call. */
export function recommend(
  world: { readonly key: Key; readonly catalogue: Catalogue },
  seeds: readonly Seed[],
  wishes: readonly Wish[],
  plays: (track: number) => boolean,
): Recommended {
  const { key, catalogue } = world;
  const values = new Map<number, Values>();
  const valuesFor = (track: number): Values => {
    const known = values.get(track) ?? valuesOf(key, catalogue, track);
    values.set(track, known);
    return known;
  };
  const [salt] = keyOf(seeds.map(({ id }) => id).join());
  const named = new Set(seeds.map(({ type, id }) => (type === "track" ? catalogue.find("track", id) : null)));
  const ranks = new Map<number, readonly [miss: number, luck: number]>();
  const pools = seeds.map((seed) => {
    const initial = poolOf(key, catalogue, seed).filter((track) => !named.has(track));
    const wished = initial.filter((track) => fits(valuesFor(track), wishes));
    const playable = wished.filter(plays);
    for (const track of playable)
      ranks.set(track, [missOf(valuesFor(track), wishes), mix(key, SALT, track, salt)]);
    return { initial: initial.length, wished: wished.length, playable: playable.length };
  });
  const tracks = [...ranks].sort(([, a], [, b]) => a[0] - b[0] || a[1] - b[1]).map(([track]) => track);
  return { tracks, pools };
}

/** The tracks that a seed brings in; none, where there is no such seed. */
function poolOf(key: Key, catalogue: Catalogue, { type, id }: Seed): readonly number[] {
  if (type === "genre") return tracksBy(catalogue, artistsOf(key, catalogue, GENRE_SEEDS.indexOf(id)));
  const index = catalogue.find(type, id);
  if (index === null) return [];
  const artists = type === "artist" ? [index] : catalogue.track(index).artists;
  return tracksBy(catalogue, [...new Set([...artists, ...artists.flatMap(catalogue.relatedTo)])]);
}

function tracksBy(catalogue: Catalogue, artists: readonly number[]): readonly number[] {
  const tracks: number[] = [];
  for (const album of artists.flatMap(catalogue.albumsOf)) {
    if (tracks.length >= POOL) break;
    const { firstTrack, totalTracks } = catalogue.album(album);
    for (let place = 0; place < totalTracks; place++) tracks.push(firstTrack + place);
  }
  return tracks.slice(0, POOL);
}

function artistsOf(key: Key, { artists }: Catalogue, genre: number): readonly number[] {
  if (genre < 0) return [];
  const start = mix(key, SALT, genre, 0) % artists;
  return Array.from(
    { length: Math.min(artists, ARTISTS_LOOKED_AT) },
    (_, step) => (start + step) % artists,
  ).filter((artist) => genrePlaces(key, stem(key, KIND.artist, artist)).includes(genre));
}

function valuesOf(key: Key, catalogue: Catalogue, track: number): Values {
  const sound = soundOf(key, track);
  const { durationMs, popularity } = catalogue.track(track);
  return {
    Acousticness: sound.acousticness,
    Danceability: sound.danceability,
    DurationMs: durationMs,
    Energy: sound.energy,
    Instrumentalness: sound.instrumentalness,
    Key: sound.key,
    Liveness: sound.liveness,
    Loudness: sound.loudness,
    Mode: sound.mode,
    Popularity: popularity,
    Speechiness: sound.speechiness,
    Tempo: sound.tempo,
    TimeSignature: sound.timeSignature,
    Valence: sound.valence,
  };
}

function fits(values: Values, wishes: readonly Wish[]): boolean {
  return wishes.every(({ tunable, min, max }) => {
    const value = values[tunable];
    return value >= (min ?? value) && value <= (max ?? value);
  });
}

function missOf(values: Values, wishes: readonly Wish[]): number {
  const misses = wishes.map(({ tunable, target }) =>
    target === undefined ? 0 : Math.abs(values[tunable] - target) / RANGES[tunable],
  );
  return round(misses.reduce((sum, miss) => sum + miss, 0));
}
