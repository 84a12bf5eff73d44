import type { Tier } from "../../contract/life.js";
import type { SimplifiedAlbum, SimplifiedArtist } from "../../contract/models/index.js";
import { memo } from "../memo.js";
import { type Catalogue, MARKETS } from "../world/catalogue.js";
import { imagesAt, linksTo } from "./objects/links.js";

/** What the catalogue looks like to all apps of one tier. It depends on nobody's market or scopes, so its parts are made once. */
export interface Face {
  readonly tier: Tier;
  /** Start of every `href`; ends in `/v1`. */
  readonly api: string;
  /** Start of every picture's address. */
  readonly pictures: string;
  /** True for apps that keep the members which the wave of February 2026 took away. */
  readonly keepsMembers: boolean;
  album(index: number): SimplifiedAlbum;
  artist(index: number): SimplifiedArtist;
}

export function createFace(catalogue: Catalogue, frame: Pick<Face, "tier" | "api" | "pictures">): Face {
  const { tier, api, pictures } = frame;
  const keepsMembers = tier !== "development";

  const artist = memo((index): SimplifiedArtist => {
    const { id, name } = catalogue.artist(index);
    return { ...linksTo("artist", id, api), name };
  });

  const album = memo((index): SimplifiedAlbum => {
    const entry = catalogue.album(index);
    return {
      ...linksTo("album", entry.id, api),
      album_type: entry.type,
      artists: [artist(entry.artist)],
      images: imagesAt(pictures, entry.id),
      name: entry.name,
      release_date: entry.releaseDate,
      release_date_precision: entry.precision,
      total_tracks: entry.totalTracks,
      ...(keepsMembers && { available_markets: MARKETS }),
    };
  });

  return { ...frame, keepsMembers, artist, album };
}
