import { type Resource, toUri, toUrl } from "../../../contract/ids.js";
import type {
  Artist,
  Image,
  SimplifiedAlbum,
  SimplifiedArtist,
  Track,
} from "../../../contract/models/index.js";
import { type ArtistEntry, type Catalogue, MARKETS } from "../../world/catalogue.js";
import type { View } from "../handler.js";

const SIZES = [640, 300, 64];

/** Pictures come from the emulator's own console: nothing that it says leads to the real Spotify's servers. */
export function imagesOf(view: View, id: string): readonly Image[] {
  return SIZES.map((size) => ({ height: size, url: `${view.pictures}/${id}-${size}.svg`, width: size }));
}

function linksOf(view: View, type: Resource["type"], id: string) {
  return {
    external_urls: { spotify: toUrl({ type, id }) },
    href: `${view.api}/${type}s/${id}`,
    id,
    type,
    uri: toUri({ type, id }),
  };
}

/** True for apps that keep the members which the wave of February 2026 took away. */
function keepsMembers(view: View): boolean {
  return view.tier !== "development";
}

function simplifiedArtist(view: View, entry: ArtistEntry): SimplifiedArtist {
  return { ...linksOf(view, "artist", entry.id), type: "artist", name: entry.name };
}

export function artistObject(catalogue: Catalogue, index: number, view: View): Artist {
  const entry = catalogue.artist(index);
  return {
    ...simplifiedArtist(view, entry),
    genres: entry.genres,
    images: imagesOf(view, entry.id),
    ...(keepsMembers(view) && {
      followers: { href: null, total: entry.followers },
      popularity: entry.popularity,
    }),
  };
}

export function albumObject(catalogue: Catalogue, index: number, view: View): SimplifiedAlbum {
  const entry = catalogue.album(index);
  return {
    ...linksOf(view, "album", entry.id),
    type: "album",
    album_type: entry.type,
    artists: [simplifiedArtist(view, catalogue.artist(entry.artist))],
    images: imagesOf(view, entry.id),
    name: entry.name,
    release_date: entry.releaseDate,
    release_date_precision: entry.precision,
    total_tracks: entry.totalTracks,
    ...(keepsMembers(view) && { available_markets: MARKETS }),
  };
}

export function trackObject(catalogue: Catalogue, index: number, view: View): Track {
  const entry = catalogue.track(index);
  const closed = view.market !== undefined && entry.closedMarket === view.market;
  return {
    ...linksOf(view, "track", entry.id),
    type: "track",
    album: albumObject(catalogue, entry.album, view),
    artists: entry.artists.map((artist) => simplifiedArtist(view, catalogue.artist(artist))),
    disc_number: 1,
    duration_ms: entry.durationMs,
    explicit: entry.explicit,
    external_ids: { isrc: entry.isrc },
    is_local: false,
    name: entry.name,
    preview_url: null,
    track_number: entry.number,
    ...(view.market !== undefined && { is_playable: !closed }),
    ...(closed && { restrictions: { reason: "market" } }),
    ...(keepsMembers(view) && {
      popularity: entry.popularity,
      // Spotify leaves the list of markets out where it says whether the one market has it.
      ...(view.market === undefined && {
        available_markets: MARKETS.filter((market) => market !== entry.closedMarket),
      }),
    }),
  };
}
