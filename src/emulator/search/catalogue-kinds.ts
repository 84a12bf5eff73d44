import {
  type Catalogue,
  firstTrackOf,
  guestOf,
  ISRC_NUMBERS,
  ISRC_PREFIX,
  UPC_PREFIX,
} from "../world/catalogue.js";
import { KIND } from "../world/identifier.js";
import { type Key, root, stemIn } from "../world/key.js";
import { ALBUM_NAMES, ARTIST_NAMES, type NamePattern, TRACK_NAMES } from "../world/names.js";
import { releaseYearOf } from "../world/releases.js";
import { exactName } from "./name-sieve.js";
import type { SearchQuery, SearchText } from "./search-query.js";
import type { Searched } from "./searched.js";
import { createSieve, type Sieve } from "./sieve.js";

/** Artists, albums and tracks, for a search. */
export function catalogueKinds(
  key: Key,
  catalogue: Catalogue,
): { readonly [T in "artist" | "album" | "track"]: Searched } {
  const artistName = (index: number) => catalogue.artist(index).name;
  return {
    artist: {
      count: catalogue.artists,
      describe(index) {
        const { name, genres } = catalogue.artist(index);
        return { name, artist: name, genre: genres.join(", ") };
      },
      named: (name) => named(key, KIND.artist, ARTIST_NAMES, catalogue.artists, name),
      candidates: (query) => (isAboutAlbums(query) ? [] : artists(catalogue, createSieve(key, query))),
    },
    album: {
      count: catalogue.albums,
      describe(index) {
        const { name, artist, releaseDate, upc, popularity } = catalogue.album(index);
        const by = artistName(artist);
        const when = { year: yearOf(releaseDate), releaseDate };
        return { name, more: [by], album: name, artist: by, ...when, upc, popularity };
      },
      named: (name) => named(key, KIND.album, ALBUM_NAMES, catalogue.albums, name),
      candidates: (query) =>
        query.upc === undefined
          ? albums(key, catalogue, query, createSieve(key, query))
          : albumOfUpc(catalogue, query.upc),
    },
    track: {
      count: catalogue.tracks,
      describe(index): SearchText {
        const { name, artists, isrc, ...track } = catalogue.track(index);
        const album = catalogue.album(track.album);
        const by = artists.map(artistName).join(", ");
        return {
          name,
          more: [by, album.name],
          track: name,
          album: album.name,
          artist: by,
          genre: artists.flatMap((artist) => catalogue.artist(artist).genres).join(", "),
          year: yearOf(album.releaseDate),
          isrc,
        };
      },
      named: (name) => named(key, KIND.track, TRACK_NAMES, catalogue.tracks, name),
      candidates: (query) => {
        if (isAboutAlbums(query)) return [];
        if (query.isrc !== undefined) return tracksOfIsrc(catalogue, query.isrc);
        return tracks(key, catalogue, query, createSieve(key, query));
      },
    },
  };
}

/** True when a filter asks for what only albums have. */
function isAboutAlbums({ upc, released, hipster }: SearchQuery): boolean {
  return upc !== undefined || released !== undefined || hipster !== undefined;
}

function albumOfUpc({ albums: count }: Catalogue, upc: string): readonly number[] {
  const index = new RegExp(`^${UPC_PREFIX}\\d{11}$`).test(upc) ? Number(upc.slice(UPC_PREFIX.length)) : count;
  return index < count ? [index] : [];
}

function yearOf(releaseDate: string): number {
  return Number(releaseDate.slice(0, 4));
}

function* named(
  key: Key,
  kind: number,
  patterns: readonly NamePattern[],
  count: number,
  name: string,
): Iterable<number> {
  const hasName = exactName(patterns, key, name);
  if (hasName === undefined) return;
  const kindRoot = root(key, kind);
  for (let index = 0; index < count; index++) if (hasName(stemIn(key, kindRoot, index))) yield index;
}

function* artists({ artists: count }: Catalogue, sieve: Sieve): Iterable<number> {
  for (let index = 0; index < count; index++) if (sieve.passes(sieve.artist(index))) yield index;
}

function* albums(key: Key, catalogue: Catalogue, query: SearchQuery, sieve: Sieve): Iterable<number> {
  const isInTime = timeSieve(key, query);
  for (let index = 0; index < catalogue.albums; index++) {
    if (!isInTime(index)) continue;
    if (sieve.passes(sieve.album(index) | sieve.artist(catalogue.artistOf(index)))) yield index;
  }
}

function* tracks(key: Key, catalogue: Catalogue, query: SearchQuery, sieve: Sieve): Iterable<number> {
  const isInTime = timeSieve(key, query);
  const { reach } = sieve;
  const mayPass = trackTest(key, catalogue, sieve);
  for (let album = 0; album < catalogue.albums; album++) {
    if (!isInTime(album)) continue;
    const common = sieve.album(album) | sieve.artist(catalogue.artistOf(album));
    if (!sieve.passes(common | reach.track | reach.artist)) continue;
    const all = sieve.passes(common);
    const end = Math.min(firstTrackOf(album + 1), catalogue.tracks);
    for (let track = firstTrackOf(album); track < end; track++)
      if (all || mayPass(track, common)) yield track;
  }
}

/** Whether a track can match whose album and artist have these bits. */
function trackTest(key: Key, { artists: count }: Catalogue, sieve: Sieve) {
  const kindRoot = root(key, KIND.track);
  return (track: number, common: number): boolean => {
    const from = stemIn(key, kindRoot, track);
    const own = common | sieve.trackName(from);
    if (sieve.passes(own)) return true;
    // Few tracks have a guest, and few searches could be met by one.
    if (!sieve.passes(own | sieve.reach.artist)) return false;
    const guest = guestOf(key, track, from, count);
    return guest !== undefined && sieve.passes(own | sieve.artist(guest));
  };
}

/** Whether an album's year can be one that is asked for. */
function timeSieve(key: Key, { years, released }: SearchQuery): (album: number) => boolean {
  const [first, last] = years ?? released?.map((day) => yearOf(day)) ?? [];
  if (first === undefined || last === undefined) return () => true;
  return (album) => {
    const year = releaseYearOf(key, album);
    return year >= first && year <= last;
  };
}

/** The number in an ISRC starts anew after the last that it has room for. */
function* tracksOfIsrc({ tracks: count }: Catalogue, isrc: string): Iterable<number> {
  const number = isrc.startsWith(ISRC_PREFIX.toLowerCase()) ? isrc.slice(ISRC_PREFIX.length) : "";
  if (!/^\d{7}$/.test(number)) return;
  for (let index = Number(number); index < count; index += ISRC_NUMBERS) yield index;
}
