import { KIND } from "../world/identifier.js";
import { type Key, stem } from "../world/key.js";
import { ALBUM_NAMES, ARTIST_NAMES, TRACK_NAMES } from "../world/names.js";
import { genreSieve, type Needle, nameSieve } from "./name-sieve.js";
import type { Field, SearchQuery } from "./search-query.js";

/** As many as a number has bits to stand for; further words of a query are left to the exact comparison. */
const MAX_NEEDLES = 31;

/**
 * Which of a query's words are in the things of a catalogue, as bits, by the draws that the things are computed from. It passes
 * everything that matches and little else: what it passes is then made and compared.
 */
export interface Sieve {
  /** False when something with these bits, all its parts together, cannot match. */
  passes(bits: number): boolean;
  /** All bits that a track's own name, and that an artist, can add. */
  readonly reach: { readonly track: number; readonly artist: number };
  /** Bits of an artist's name and genres. */
  artist(index: number): number;
  album(index: number): number;
  /** By the track's stem. */
  trackName(from: number): number;
}

export function createSieve(key: Key, { clauses }: SearchQuery): Sieve {
  const needles: { readonly field: Field; readonly text: string; readonly bit: number }[] = [];
  const bitOf = (field: Field, text: string): number => {
    const known = needles.find((needle) => needle.field === field && needle.text === text);
    if (known !== undefined) return known.bit;
    if (needles.length >= MAX_NEEDLES) return 0;
    const bit = 1 << needles.length;
    needles.push({ field, text, bit });
    return bit;
  };
  const wanted = clauses.map((terms) =>
    terms.map(({ field, text }) => text.split(" ").reduce((bits, word) => bits | bitOf(field, word), 0)),
  );
  const inField = (field: Field): readonly Needle[] =>
    needles.filter((needle) => needle.field === field || (needle.field === "any" && field !== "genre"));

  const artistNames = nameSieve(ARTIST_NAMES, key, inField("artist"));
  const genres = genreSieve(key, inField("genre"));
  const albumNames = nameSieve(ALBUM_NAMES, key, inField("album"));
  const trackNames = nameSieve(TRACK_NAMES, key, inField("track"));
  return {
    passes: clauseTest(wanted),
    reach: { track: trackNames.reach, artist: artistNames.reach | genres.reach },
    artist(index) {
      const from = stem(key, KIND.artist, index);
      return artistNames.bitsOf(from) | genres.bitsOf(from);
    },
    album: (index) => albumNames.bitsOf(stem(key, KIND.album, index)),
    trackName: trackNames.bitsOf,
  };
}

/** Of each clause, one alternative must have all its bits. */
function clauseTest(clauses: readonly (readonly number[])[]): (bits: number) => boolean {
  const must = clauses.filter((terms) => terms.length === 1).reduce((sum, [term = 0]) => sum | term, 0);
  const rest = clauses.filter((terms) => terms.length > 1);
  const passesRest = (bits: number) => rest.every((terms) => terms.some((term) => (bits & term) === term));
  if (rest.length === 0) return (bits) => (bits & must) === must;
  return (bits) => (bits & must) === must && passesRest(bits);
}
