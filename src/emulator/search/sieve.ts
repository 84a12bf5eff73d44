import { KIND } from "../world/identifier.js";
import { type Key, stem } from "../world/key.js";
import { ALBUM_NAMES, ARTIST_NAMES, GENRE_SLOTS, TRACK_NAMES } from "../world/names.js";
import { type Needle, nameSieve, slotSieve } from "./name-sieve.js";
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
  /** All bits that a track's own name could add. */
  readonly inTrackNames: number;
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

  const artistName = nameSieve(ARTIST_NAMES, key, inField("artist"));
  const artistGenres = slotSieve(GENRE_SLOTS, key, inField("genre"));
  const albumName = nameSieve(ALBUM_NAMES, key, inField("album"));
  return {
    passes: (bits) => wanted.every((terms) => terms.some((term) => (bits & term) === term)),
    inTrackNames: inField("track").reduce((bits, needle) => bits | needle.bit, 0),
    artist(index) {
      const from = stem(key, KIND.artist, index);
      return artistName(from) | artistGenres(from);
    },
    album: (index) => albumName(stem(key, KIND.album, index)),
    trackName: nameSieve(TRACK_NAMES, key, inField("track")),
  };
}
