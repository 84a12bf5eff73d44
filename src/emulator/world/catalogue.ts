import { memo } from "../memo.js";
import { fromId, KIND, type Kind, toId } from "./identifier.js";
import { type Key, pick, pickFrom, stem } from "./key.js";
import { ALBUM_NAMES, ARTIST_NAMES, genresOf, nameOf, TRACK_NAMES } from "./names.js";

// Albums come in this round of sizes, so that the album of a track follows from its index alone: nothing is stored, and a million
// tracks take as much memory as one.
const SIZES = [10, 12, 1, 14, 9, 11, 4, 13, 10, 16, 8, 12];
const STARTS = SIZES.map((_, album) => SIZES.slice(0, album).reduce((sum, size) => sum + size, 0));
const ALBUM_OF_OFFSET = SIZES.flatMap((size, album) => Array.from({ length: size }, () => album));
const ROUND_TRACKS = ALBUM_OF_OFFSET.length;
const ROUND_ALBUMS = SIZES.length;
const ALBUMS_PER_ARTIST = 3;

export const MARKETS = ["DE", "ES", "FR", "GB", "JP", "NO", "PT", "SE", "US"] as const;

/** Country and registrant, made up. */
export const ISRC_PREFIX = "QZEMU";
/** Seven digits. */
export const ISRC_NUMBERS = 10_000_000;

const DRAW = {
  year: 1,
  day: 2,
  explicit: 3,
  length: 4,
  guest: 5,
  popularity: 7,
  followers: 8,
  closed: 9,
  whole: 10,
} as const;

export interface ArtistEntry {
  readonly index: number;
  readonly id: string;
  readonly name: string;
  readonly genres: readonly string[];
  readonly popularity: number;
  readonly followers: number;
}

export interface AlbumEntry {
  readonly index: number;
  readonly id: string;
  readonly name: string;
  readonly type: "album" | "single" | "compilation";
  readonly artist: number;
  /** Index of the first track; the others follow it. */
  readonly firstTrack: number;
  readonly totalTracks: number;
  readonly releaseDate: string;
  readonly precision: "year" | "month" | "day";
}

export interface TrackEntry {
  readonly index: number;
  readonly id: string;
  readonly name: string;
  readonly album: number;
  /** Indices; the album's artist first. */
  readonly artists: readonly number[];
  readonly number: number;
  readonly durationMs: number;
  readonly explicit: boolean;
  readonly popularity: number;
  /** The one market where it cannot be played, if there is one. */
  readonly closedMarket: string | undefined;
  readonly isrc: string;
}

/** Artists, albums and tracks, each computed from the seed, its kind and its index; only the latest few thousand are kept. */
export interface Catalogue {
  readonly tracks: number;
  readonly albums: number;
  readonly artists: number;
  artist(index: number): ArtistEntry;
  album(index: number): AlbumEntry;
  track(index: number): TrackEntry;
  /** The artist of an album, without making the album. */
  artistOf(album: number): number;
  /** The albums of an artist, by index. */
  albumsOf(artist: number): readonly number[];
  idOf(kind: Kind, index: number): string;
  /** The index of a thing that exists, or `null`. */
  find(kind: "artist" | "album" | "track", id: string): number | null;
}

export function createCatalogue(key: Key, tracks: number): Catalogue {
  const albums = albumOf(Math.max(1, tracks) - 1) + 1;
  const artists = Math.max(1, Math.ceil(albums / ALBUMS_PER_ARTIST));
  const counts = { artist: artists, album: albums, track: tracks };
  const artistOfAlbum = (album: number) => album % artists;

  return {
    tracks,
    albums,
    artists,

    artist: memo((index) => {
      return {
        index,
        id: toId(key, "artist", index),
        name: nameOf(ARTIST_NAMES, key, KIND.artist, index),
        genres: genresOf(key, KIND.artist, index),
        popularity: pick(key, KIND.artist, index, DRAW.popularity, 101),
        followers: pick(key, KIND.artist, index, DRAW.followers, 2_000_000),
      };
    }),

    album: memo((index) => {
      const firstTrack = firstTrackOf(index);
      const totalTracks = Math.min(SIZES[index % ROUND_ALBUMS] ?? 1, tracks - firstTrack);
      return {
        index,
        id: toId(key, "album", index),
        name: nameOf(ALBUM_NAMES, key, KIND.album, index),
        type: totalTracks <= 6 ? "single" : index % 29 === 28 ? "compilation" : "album",
        artist: artistOfAlbum(index),
        firstTrack,
        totalTracks,
        ...releaseOf(key, index),
      };
    }),

    track: memo((index) => {
      const album = albumOf(index);
      const artist = artistOfAlbum(album);
      const guest = guestOf(key, stem(key, KIND.track, index), artists);
      const closed = pick(key, KIND.track, index, DRAW.closed, MARKETS.length * 12);
      return {
        index,
        id: toId(key, "track", index),
        name: nameOf(TRACK_NAMES, key, KIND.track, index),
        album,
        artists: guest === undefined || guest === artist ? [artist] : [artist, guest],
        number: index - firstTrackOf(album) + 1,
        durationMs: 95_000 + pick(key, KIND.track, index, DRAW.length, 245_000),
        explicit: pick(key, KIND.track, index, DRAW.explicit, 9) === 0,
        popularity: pick(key, KIND.track, index, DRAW.popularity, 101),
        closedMarket: MARKETS[closed],
        isrc: `${ISRC_PREFIX}${String(index % ISRC_NUMBERS).padStart(7, "0")}`,
      };
    }),

    artistOf: artistOfAlbum,

    albumsOf(artist) {
      const own: number[] = [];
      for (let album = artist; album < albums; album += artists) own.push(album);
      return own;
    },

    idOf: (kind, index) => toId(key, kind, index),

    find(kind, id) {
      const index = fromId(key, kind, id);
      return index !== null && index < counts[kind] ? index : null;
    },
  };
}

function albumOf(track: number): number {
  return Math.floor(track / ROUND_TRACKS) * ROUND_ALBUMS + (ALBUM_OF_OFFSET[track % ROUND_TRACKS] ?? 0);
}

/** Index of the first track of an album. */
export function firstTrackOf(album: number): number {
  return Math.floor(album / ROUND_ALBUMS) * ROUND_TRACKS + (STARTS[album % ROUND_ALBUMS] ?? 0);
}

/** The guest on a track, by the track's stem; it may be the album's own artist, and then there is none. */
export function guestOf(key: Key, track: number, artists: number): number | undefined {
  // One in six has one.
  const drawn = pickFrom(key, track, DRAW.guest, artists * 6);
  return drawn < artists ? drawn : undefined;
}

/** The year in which an album came out. */
export function releaseYearOf(key: Key, album: number): number {
  return 1972 + pick(key, KIND.album, album, DRAW.year, 54);
}

function releaseOf(key: Key, album: number): Pick<AlbumEntry, "releaseDate" | "precision"> {
  const year = String(releaseYearOf(key, album));
  const day = pick(key, KIND.album, album, DRAW.day, 12 * 28);
  const month = `${year}-${String(1 + Math.floor(day / 28)).padStart(2, "0")}`;
  // As at Spotify, old releases are now and then known by their year or month only.
  const known = pick(key, KIND.album, album, DRAW.whole, 12);
  if (known === 0) return { releaseDate: year, precision: "year" };
  if (known === 1) return { releaseDate: month, precision: "month" };
  return { releaseDate: `${month}-${String(1 + (day % 28)).padStart(2, "0")}`, precision: "day" };
}
