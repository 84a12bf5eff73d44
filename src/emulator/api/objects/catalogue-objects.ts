import { toUri, toUrl } from "../../../contract/ids.js";
import type { Artist, SimplifiedAlbum, Track } from "../../../contract/models/index.js";
import { type Catalogue, MARKETS, type TrackEntry } from "../../world/catalogue.js";
import type { View } from "../handler.js";
import { imagesAt } from "./links.js";

export function artistObject(catalogue: Catalogue, index: number, { face }: View): Artist {
  const entry = catalogue.artist(index);
  return {
    ...face.artist(index),
    genres: entry.genres,
    images: imagesAt(face.pictures, entry.id),
    ...(face.keepsMembers && {
      followers: { href: null, total: entry.followers },
      popularity: entry.popularity,
    }),
  };
}

export function albumObject(index: number, { face }: View): SimplifiedAlbum {
  return face.album(index);
}

/** Written out member by member: of all answers this one is asked for most, and spreading costs more than all the rest. */
export function trackObject(catalogue: Catalogue, index: number, view: View): Track {
  const { face, market } = view;
  const entry = catalogue.track(index);
  const { id } = entry;
  const track: Track = {
    album: face.album(entry.album),
    artists: entry.artists.map(face.artist),
    disc_number: 1,
    duration_ms: entry.durationMs,
    explicit: entry.explicit,
    external_ids: { isrc: entry.isrc },
    external_urls: { spotify: toUrl({ type: "track", id }) },
    href: `${face.api}/tracks/${id}`,
    id,
    is_local: false,
    name: entry.name,
    preview_url: null,
    track_number: entry.number,
    type: "track",
    uri: toUri({ type: "track", id }),
  };
  if (market === undefined && !face.keepsMembers) return track;
  return { ...track, ...playability(entry, market), ...(face.keepsMembers && keptMembers(entry, market)) };
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
