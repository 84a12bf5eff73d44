import { parseResource } from "../../contract/ids.js";
import type { Catalogue } from "./catalogue.js";
import { AUDIOBOOK_MARKETS, isOffered } from "./markets.js";
import type { LengthOf } from "./playback.js";
import type { World } from "./world.js";

/** Something that can be listened to, and its place in the catalogue. */
export interface Playable {
  readonly kind: "track" | "episode" | "chapter";
  readonly index: number;
}

/** What a URI names; `undefined` when there is no such thing. A chapter's URI says `episode`. */
export function playableOf({ catalogue }: World, uri: string): Playable | undefined {
  const named = parseResource(uri);
  const kinds = named?.type === "track" ? TRACK : named?.type === "episode" ? SPOKEN : [];
  for (const kind of kinds) {
    const index = catalogue.find(kind, named?.id ?? "");
    if (index !== null) return { kind, index };
  }
  return undefined;
}
const TRACK = ["track"] as const;
const SPOKEN = ["episode", "chapter"] as const;

/** Milliseconds of an item, by its URI; `undefined` when there is no such thing. */
export function lengthOf(world: World, uri: string): number | undefined {
  const found = playableOf(world, uri);
  return found && world.catalogue[found.kind](found.index).durationMs;
}

/** The same, remembered: a playlist of ten thousand items is walked more than once to see where it is after a year. */
export function lengthsIn(world: World): LengthOf {
  const known = LENGTHS.get(world.catalogue) ?? new Map<string, number>();
  LENGTHS.set(world.catalogue, known);
  return (uri) => {
    const remembered = known.get(uri);
    if (remembered !== undefined) return remembered;
    if (known.size >= MAX_LENGTHS) known.clear();
    const length = lengthOf(world, uri) ?? 0;
    known.set(uri, length);
    return length;
  };
}
const LENGTHS = new WeakMap<Catalogue, Map<string, number>>();
const MAX_LENGTHS = 20_000;

/** Whether an item can be had in a country, itself or as the track that is played in its place. */
export function isPlayableIn(world: World, uri: string, country: string): boolean {
  const { catalogue } = world;
  const found = playableOf(world, uri);
  switch (found?.kind) {
    case "track": {
      const track = catalogue.track(found.index);
      return track.standIn !== undefined || isOffered(track, country);
    }
    case "episode":
      return isOffered(catalogue.show(catalogue.episode(found.index).show), country);
    case "chapter": {
      const { audiobook, number } = catalogue.chapter(found.index);
      // The first chapter is there to be tried.
      return AUDIOBOOK_MARKETS.includes(country) && (number === 0 || !catalogue.audiobook(audiobook).isSold);
    }
    default:
      return false;
  }
}

/** URIs of what a context holds, in its order; `undefined` when there is no such context. */
export function itemsOf(world: World, contextUri: string): readonly string[] | undefined {
  const { catalogue } = world;
  const named = parseResource(contextUri);
  switch (named?.type) {
    case "album":
      return itemsIn(catalogue.find("album", named.id), (album) => tracksOfAlbum(world, album));
    case "artist":
      return itemsIn(catalogue.find("artist", named.id), (artist) =>
        catalogue.albumsOf(artist).flatMap((album) => tracksOfAlbum(world, album)),
      );
    case "playlist":
      return world.playlists.get(named.id)?.entries.map(({ uri }) => uri);
    case "show":
      return itemsIn(catalogue.find("show", named.id), (show) => episodesOfShow(world, show));
    case "audiobook":
      return itemsIn(catalogue.find("audiobook", named.id), (book) => chaptersOfAudiobook(world, book));
    default:
      return undefined;
  }
}

function itemsIn(index: number | null, list: (index: number) => readonly string[]) {
  return index === null ? undefined : list(index);
}

function tracksOfAlbum({ catalogue }: World, album: number): readonly string[] {
  const { firstTrack, totalTracks } = catalogue.album(album);
  return Array.from(
    { length: totalTracks },
    (_, place) => `spotify:track:${catalogue.idOf("track", firstTrack + place)}`,
  );
}

function episodesOfShow({ catalogue }: World, show: number): readonly string[] {
  const { firstEpisode, totalEpisodes } = catalogue.show(show);
  return Array.from(
    { length: totalEpisodes },
    (_, place) => `spotify:episode:${catalogue.idOf("episode", firstEpisode + place)}`,
  );
}

function chaptersOfAudiobook({ catalogue }: World, audiobook: number): readonly string[] {
  const { firstChapter, totalChapters } = catalogue.audiobook(audiobook);
  return Array.from(
    { length: totalChapters },
    (_, place) => `spotify:episode:${catalogue.idOf("chapter", firstChapter + place)}`,
  );
}
