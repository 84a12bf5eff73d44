import type {
  Album,
  Artist,
  DiscographyAlbum,
  Restrictions,
  SimplifiedAlbum,
  SimplifiedArtist,
  SimplifiedTrack,
  Track,
} from "../../contract/models/index.js";
import { memo } from "../memo.js";
import type { Catalogue, TrackEntry } from "../world/catalogue.js";
import { isOffered, MARKETS, marketsOf } from "../world/markets.js";
import type { FaceOptions } from "./face-options.js";
import { imagesAt, linksTo } from "./objects/links.js";
import { pageOf } from "./page-of.js";

/** How many of an album's tracks come with it. As observed. */
const FIRST_PAGE = { limit: 50, offset: 0 };
/** Full albums hold their tracks, so fewer of them are kept. */
const ALBUMS_KEPT = 512;

export interface MusicFace {
  artist(index: number): Artist;
  album(index: number): SimplifiedAlbum;
  /** With the first page of its tracks. */
  fullAlbum(index: number): Album;
  /** As it stands in the list of one artist's albums. */
  discographyAlbum(index: number, artist: number): DiscographyAlbum;
  track(index: number): Track;
  simplifiedTrack(index: number): SimplifiedTrack;
  /** Whether a track, or what stands in for it, can be played: all can where no market is known. */
  plays(index: number): boolean;
}

// In these objects, spreads come after the members: V8 makes one that starts with a spread twenty times as slowly.
export function musicFace(catalogue: Catalogue, options: FaceOptions, keepsMembers: boolean): MusicFace {
  const { market, api, pictures, followersOf } = options;

  const simplifiedArtist = memo((index): SimplifiedArtist => {
    const { id, name } = catalogue.artist(index);
    return { name, ...linksTo("artist", id, api) };
  });

  /** Of an artist and their followers among the world's people, as one number: so that an answer is made anew when somebody follows. */
  const artistFollowed = memo((by): Artist => {
    const index = by % catalogue.artists;
    const { id, genres, followers, popularity } = catalogue.artist(index);
    const total = followers + Math.floor(by / catalogue.artists);
    const kept = keepsMembers ? { followers: { href: null, total }, popularity } : {};
    return { genres, images: imagesAt(pictures, id), ...simplifiedArtist(index), ...kept };
  });
  const artist = (index: number): Artist =>
    artistFollowed(index + catalogue.artists * (keepsMembers ? followersOf(simplifiedArtist(index).uri) : 0));

  const album = memo((index): SimplifiedAlbum => {
    const entry = catalogue.album(index);
    return {
      album_type: entry.type,
      artists: [simplifiedArtist(entry.artist)],
      images: imagesAt(pictures, entry.id),
      name: entry.name,
      release_date: entry.releaseDate,
      release_date_precision: entry.precision,
      total_tracks: entry.totalTracks,
      ...linksTo("album", entry.id, api),
      ...(keepsMembers && market === undefined && { available_markets: MARKETS }),
    };
  });

  /** What is played where something else was asked for: apps that lost the member which says so get what they asked for. */
  const playedFor = (entry: TrackEntry): TrackEntry => {
    if (market === undefined || !keepsMembers || entry.standIn === undefined) return entry;
    const standIn = catalogue.track(entry.standIn);
    return !isOffered(entry, market) && isOffered(standIn, market) ? standIn : entry;
  };

  const simplifiedTrack = memo((index): SimplifiedTrack => {
    const asked = catalogue.track(index);
    const entry = playedFor(asked);
    return {
      artists: entry.artists.map(simplifiedArtist),
      disc_number: 1,
      duration_ms: entry.durationMs,
      explicit: entry.explicit,
      is_local: false,
      name: entry.name,
      // The emulator has no sound.
      preview_url: null,
      track_number: entry.number,
      ...linksTo("track", entry.id, api),
      ...availability(entry, market, keepsMembers),
      ...(entry !== asked && { linked_from: linksTo("track", asked.id, api) }),
    };
  });

  const track = memo((index): Track => {
    const entry = playedFor(catalogue.track(index));
    return {
      album: album(entry.album),
      external_ids: { isrc: entry.isrc },
      ...simplifiedTrack(index),
      ...(keepsMembers && { popularity: entry.popularity }),
    };
  });

  const fullAlbum = memo((index): Album => {
    const entry = catalogue.album(index);
    const year = entry.releaseDate.slice(0, 4);
    return {
      copyrights: [
        { text: `${year} ${entry.label}`, type: "C" },
        { text: `${year} ${entry.label}`, type: "P" },
      ],
      external_ids: { upc: entry.upc },
      genres: [],
      tracks: pageOf(FIRST_PAGE, {
        address: `${api}/albums/${entry.id}/tracks`,
        total: entry.totalTracks,
        at: (place) => simplifiedTrack(entry.firstTrack + place),
      }),
      ...album(index),
      ...(keepsMembers && { label: entry.label, popularity: entry.popularity }),
    };
  }, ALBUMS_KEPT);

  return {
    artist,
    album,
    fullAlbum,
    discographyAlbum(index, by) {
      const entry = catalogue.album(index);
      if (!keepsMembers) return album(index);
      return { ...album(index), album_group: entry.artist === by ? entry.type : "appears_on" };
    },
    track,
    simplifiedTrack,
    plays: (index) => market === undefined || isOffered(playedFor(catalogue.track(index)), market),
  };
}

/** Spotify leaves the list of markets out where it says whether the one market has it. */
function availability(
  entry: TrackEntry,
  market: string | undefined,
  keepsMembers: boolean,
): {
  readonly available_markets?: readonly string[];
  readonly is_playable?: boolean;
  readonly restrictions?: Restrictions;
} {
  if (market === undefined) return keepsMembers ? { available_markets: marketsOf(entry) } : {};
  if (isOffered(entry, market)) return { is_playable: true };
  return { is_playable: false, restrictions: { reason: "market" } };
}
