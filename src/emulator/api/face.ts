import { toUri, toUrl } from "../../contract/ids.js";
import type { Tier } from "../../contract/life.js";
import type { Artist, SimplifiedAlbum, SimplifiedArtist, Track } from "../../contract/models/index.js";
import { memo } from "../memo.js";
import { type Catalogue, MARKETS, type TrackEntry } from "../world/catalogue.js";
import { imagesAt, linksTo } from "./objects/links.js";

export interface FaceOptions {
  readonly tier: Tier;
  /** Where the listener is, if that is known. */
  readonly market: string | undefined;
  /** Start of every `href`; ends in `/v1`. */
  readonly api: string;
  /** Start of every picture's address. */
  readonly pictures: string;
}

/**
 * What the catalogue looks like from one market through apps of one tier. What it gives is frozen and made once, as long as it is
 * asked for often enough.
 */
export interface Face extends FaceOptions {
  /** True for apps that keep the members which the wave of February 2026 took away. */
  readonly keepsMembers: boolean;
  artist(index: number): Artist;
  album(index: number): SimplifiedAlbum;
  track(index: number): Track;
}

export function createFace(catalogue: Catalogue, options: FaceOptions): Face {
  const { tier, market, api, pictures } = options;
  const keepsMembers = tier !== "development";

  const simplifiedArtist = memo((index): SimplifiedArtist => {
    const { id, name } = catalogue.artist(index);
    return Object.freeze({ ...linksTo("artist", id, api), name });
  });

  const artist = memo((index): Artist => {
    const { id, genres, followers, popularity } = catalogue.artist(index);
    const kept = keepsMembers ? { followers: { href: null, total: followers }, popularity } : {};
    return Object.freeze({ ...simplifiedArtist(index), genres, images: imagesAt(pictures, id), ...kept });
  });

  const album = memo((index): SimplifiedAlbum => {
    const entry = catalogue.album(index);
    return Object.freeze({
      ...linksTo("album", entry.id, api),
      album_type: entry.type,
      artists: [simplifiedArtist(entry.artist)],
      images: imagesAt(pictures, entry.id),
      name: entry.name,
      release_date: entry.releaseDate,
      release_date_precision: entry.precision,
      total_tracks: entry.totalTracks,
      ...(keepsMembers && { available_markets: MARKETS }),
    });
  });

  const track = memo((index): Track => {
    const entry = catalogue.track(index);
    const { id } = entry;
    return Object.freeze({
      album: album(entry.album),
      artists: entry.artists.map(simplifiedArtist),
      disc_number: 1,
      duration_ms: entry.durationMs,
      explicit: entry.explicit,
      external_ids: { isrc: entry.isrc },
      external_urls: { spotify: toUrl({ type: "track", id }) },
      href: `${api}/tracks/${id}`,
      id,
      is_local: false,
      name: entry.name,
      preview_url: null,
      track_number: entry.number,
      type: "track",
      uri: toUri({ type: "track", id }),
      ...playability(entry, market),
      ...(keepsMembers && keptMembers(entry, market)),
    });
  });

  return { ...options, keepsMembers, artist, album, track };
}

/** Only where a market applies. */
function playability(entry: TrackEntry, market: string | undefined): Partial<Track> {
  if (market === undefined) return {};
  if (entry.closedMarket !== market) return { is_playable: true };
  return { is_playable: false, restrictions: { reason: "market" } };
}

/** Spotify leaves the list of markets out where it says whether the one market has it. */
function keptMembers({ popularity, closedMarket }: TrackEntry, market: string | undefined): Partial<Track> {
  if (market !== undefined) return { popularity };
  return { popularity, available_markets: MARKETS.filter((name) => name !== closedMarket) };
}
