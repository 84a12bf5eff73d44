import { memo } from "../memo.js";
import { guestOfArtist, hostsOf, relatedTo } from "./bonds.js";
import { fromId, KIND, type Kind, toId } from "./identifier.js";
import { fractionFrom, type Key, pick, stem } from "./key.js";
import { CLOSING_MARKETS, type Offer } from "./markets.js";
import { ALBUM_NAMES, ARTIST_NAMES, genresOf, nameOf, TRACK_NAMES } from "./names.js";
import { type Release, releaseOf } from "./releases.js";
import { rounds } from "./rounds.js";
import { createSpoken, type Spoken, type SpokenKind } from "./spoken.js";

const ALBUMS = rounds([10, 12, 1, 14, 9, 11, 4, 13, 10, 16, 8, 12]);
const ALBUMS_PER_ARTIST = 3;

/** Country and registrant, made up. */
export const ISRC_PREFIX = "QZEMU";
/** Seven digits. */
export const ISRC_NUMBERS = 10_000_000;
/** What a made-up UPC begins with; the number of the album follows. */
export const UPC_PREFIX = "0";

/** Beyond every index of a track: from here on are the stand-ins, each at the index of the track whose place it takes. */
const STAND_INS = 2 ** 32;

const DRAW = {
  explicit: 3,
  length: 4,
  popularity: 7,
  fame: 8,
  closed: 9,
  standIn: 12,
  label: 13,
} as const;

/** From the least known artist to the best known one, a million times as many follow. */
const FEWEST_FOLLOWERS = 20;
const FOLLOWERS_RANGE = 1_000_000;
/** Of an artist's popularity, what their least popular track has. */
const LEAST_SHARE = 0.4;

const LABELS = ["Ninth Harbour", "Paper Lantern", "Slow Tram", "Attic & Sons", "Two Rivers", "Copper Gate"];

export interface ArtistEntry {
  readonly index: number;
  readonly id: string;
  readonly name: string;
  readonly genres: readonly string[];
  readonly popularity: number;
  /** Those outside of the world's people. */
  readonly followers: number;
}

export interface AlbumEntry extends Release {
  readonly index: number;
  readonly id: string;
  readonly name: string;
  readonly type: "album" | "single" | "compilation";
  readonly artist: number;
  /** Index of the first track; the others follow it. */
  readonly firstTrack: number;
  readonly totalTracks: number;
  readonly label: string;
  readonly popularity: number;
  readonly upc: string;
}

export interface TrackEntry extends Offer {
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
  /** Index of the track that is played in its place where it is closed. */
  readonly standIn: number | undefined;
  readonly isrc: string;
}

/** The kinds of the catalogue that have ids of their own. */
export type CatalogueKind = "artist" | "album" | "track" | SpokenKind;

/** All that can be listened to, each thing computed from the seed, its kind and its index; only the latest few thousand are kept. */
export interface Catalogue extends Spoken {
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
  /** The albums of others on one of whose tracks an artist is a guest. */
  albumsWith(guest: number): readonly number[];
  /** Up to twenty artists that go with one. */
  relatedTo(artist: number): readonly number[];
  idOf(kind: Kind, index: number): string;
  /** The index of a thing that exists, or `null`. */
  find(kind: CatalogueKind, id: string): number | null;
}

export function createCatalogue(key: Key, tracks: number): Catalogue {
  const albums = ALBUMS.groupOf(Math.max(1, tracks) - 1) + 1;
  const artists = Math.max(1, Math.ceil(albums / ALBUMS_PER_ARTIST));
  const spoken = createSpoken(key, tracks);
  const counts = {
    artist: artists,
    album: albums,
    track: tracks,
    show: spoken.shows,
    episode: spoken.episodes,
    audiobook: spoken.audiobooks,
    chapter: spoken.chapters,
  };
  const artistOfAlbum = (album: number) => album % artists;
  const endOf = (album: number) => Math.min(firstTrackOf(album + 1), tracks);
  const guestOn = (track: number) => guestOf(key, track, stem(key, KIND.track, track), artists);

  /** How well known an artist is, from 0 to below 1: what popularity and followers have in common. */
  const fameOf = (artist: number) => fractionFrom(key, stem(key, KIND.artist, artist), DRAW.fame);
  /** What is by an artist is at most as popular. */
  const popularityBy = (artist: number, kind: number, index: number) => {
    const share =
      LEAST_SHARE + (1 - LEAST_SHARE) * fractionFrom(key, stem(key, kind, index), DRAW.popularity);
    return Math.round(fameOf(artist) * share * 100);
  };

  const albumsOf = (artist: number): readonly number[] => {
    const own: number[] = [];
    for (let album = artist; album < albums; album += artists) own.push(album);
    return own;
  };
  const hasGuest = (album: number, guest: number): boolean => {
    for (let track = firstTrackOf(album); track < endOf(album); track++)
      if (guestOn(track) === guest) return true;
    return false;
  };

  const track = memo((index): TrackEntry => {
    if (index >= STAND_INS) return standInFor(track(index - STAND_INS), toId(key, "track", index));
    const album = ALBUMS.groupOf(index);
    const artist = artistOfAlbum(album);
    const guest = guestOn(index);
    const closed = CLOSING_MARKETS[pick(key, KIND.track, index, DRAW.closed, CLOSING_MARKETS.length * 12)];
    return {
      index,
      id: toId(key, "track", index),
      name: nameOf(TRACK_NAMES, key, KIND.track, index),
      album,
      artists: guest === undefined ? [artist] : [artist, guest],
      number: index - firstTrackOf(album) + 1,
      durationMs: 95_000 + pick(key, KIND.track, index, DRAW.length, 245_000),
      explicit: pick(key, KIND.track, index, DRAW.explicit, 9) === 0,
      popularity: popularityBy(artist, KIND.track, index),
      closedMarket: closed,
      standIn: closed !== undefined && hasStandIn(key, index) ? STAND_INS + index : undefined,
      isrc: `${ISRC_PREFIX}${String(index % ISRC_NUMBERS).padStart(7, "0")}`,
    };
  });

  return {
    ...spoken,
    tracks,
    albums,
    artists,

    artist: memo((index) => {
      const fame = fameOf(index);
      return {
        index,
        id: toId(key, "artist", index),
        name: nameOf(ARTIST_NAMES, key, KIND.artist, index),
        genres: genresOf(key, KIND.artist, index),
        popularity: Math.round(fame * 100),
        followers: Math.round(FEWEST_FOLLOWERS * FOLLOWERS_RANGE ** fame),
      };
    }),

    album: memo((index) => {
      const firstTrack = firstTrackOf(index);
      const totalTracks = endOf(index) - firstTrack;
      return {
        index,
        id: toId(key, "album", index),
        name: nameOf(ALBUM_NAMES, key, KIND.album, index),
        type: totalTracks <= 6 ? "single" : index % 29 === 28 ? "compilation" : "album",
        artist: artistOfAlbum(index),
        firstTrack,
        totalTracks,
        label: LABELS[pick(key, KIND.album, index, DRAW.label, LABELS.length)] ?? "",
        popularity: popularityBy(artistOfAlbum(index), KIND.album, index),
        upc: UPC_PREFIX + String(index).padStart(11, "0"),
        ...releaseOf(key, index),
      };
    }),

    track,
    artistOf: artistOfAlbum,
    albumsOf,
    albumsWith: (guest) =>
      hostsOf(key, guest, artists)
        .flatMap(albumsOf)
        .filter((album) => hasGuest(album, guest)),
    relatedTo: (artist) => relatedTo(key, artist, artists),

    idOf: (kind, index) => toId(key, kind, index),

    find(kind, id) {
      const index = fromId(key, kind, id);
      if (index === null || index < counts[kind]) return index;
      if (kind !== "track" || index < STAND_INS || index >= STAND_INS + tracks) return null;
      return track(index - STAND_INS).standIn === index ? index : null;
    },
  };
}

/** Index of the first track of an album. */
export const firstTrackOf = ALBUMS.firstOf;

/**
 * The guest on a track, if it has one.
 *
 * @param from the track's stem
 */
export function guestOf(key: Key, track: number, from: number, artists: number): number | undefined {
  return guestOfArtist(key, from, ALBUMS.groupOf(track) % artists, artists);
}

/** Half of what is closed somewhere is there in another edition. */
function hasStandIn(key: Key, track: number): boolean {
  return pick(key, KIND.track, track, DRAW.standIn, 2) === 0;
}

/** The same recording in an edition for the one market where the other is closed. */
function standInFor(track: TrackEntry, id: string): TrackEntry {
  const { index, closedMarket, ...same } = track;
  return {
    ...same,
    index: STAND_INS + index,
    id,
    closedMarket: undefined,
    standIn: undefined,
    ...(closedMarket !== undefined && { onlyMarket: closedMarket }),
  };
}
