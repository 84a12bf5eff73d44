import type { SimplifiedArtist } from "./artist.js";
import type { DatePrecision, ExternalUrls, Image, Restrictions } from "./common.js";

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
