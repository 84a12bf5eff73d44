import type { SimplifiedArtist } from "./artist.js";
import type { Copyright, DatePrecision, ExternalIds, ExternalUrls, Image, Restrictions } from "./common.js";
import type { Page } from "./page.js";
import type { SimplifiedTrack } from "./simplified-track.js";

/** An album as it is named on tracks, in searches and lists. */
export interface SimplifiedAlbum {
  readonly type: "album";
  readonly id: string;
  readonly name: string;
  readonly uri: string;
  readonly href: string;
  readonly album_type: "album" | "single" | "compilation" | (string & {});
  readonly artists: readonly SimplifiedArtist[];
  readonly external_urls: ExternalUrls;
  readonly images: readonly Image[];
  /** `1981`, `1981-12` or `1981-12-15`, as `release_date_precision` says. */
  readonly release_date: string;
  readonly release_date_precision: DatePrecision;
  readonly total_tracks: number;
  /** Removed for development apps in the 2026-02 wave. */
  readonly available_markets?: readonly string[];
  readonly restrictions?: Restrictions;
}

/** An album as an artist's list of albums shows it. */
export interface DiscographyAlbum extends SimplifiedAlbum {
  /** How the artist and the album belong together. Removed for development apps in the 2026-02 wave. */
  readonly album_group?: "album" | "single" | "compilation" | "appears_on" | (string & {});
}

export interface Album extends SimplifiedAlbum {
  /** The first page. */
  readonly tracks: Page<SimplifiedTrack>;
  readonly copyrights: readonly Copyright[];
  /** Announced as removed in the 2026-02 wave, and kept in March 2026. */
  readonly external_ids?: ExternalIds;
  /** Always empty; deprecated by Spotify. */
  readonly genres?: readonly string[];
  /** Removed for development apps in the 2026-02 wave. */
  readonly label?: string;
  /** 0 to 100. Removed for development apps in the 2026-02 wave. */
  readonly popularity?: number;
}

/** An album in a person's library. */
export interface SavedAlbum {
  /** ISO 8601. */
  readonly added_at: string;
  readonly album: Album;
}
