import type { ExternalUrls, Followers, Image } from "./common.js";

/** An artist as it is named on tracks and albums. */
export interface SimplifiedArtist {
  readonly type: "artist";
  readonly id: string;
  readonly name: string;
  readonly uri: string;
  readonly href: string;
  readonly external_urls: ExternalUrls;
}

export interface Artist extends SimplifiedArtist {
  readonly images: readonly Image[];
  /** Removed for development apps in the 2026-02 wave. */
  readonly followers?: Followers;
  /** Deprecated by Spotify. */
  readonly genres?: readonly string[];
  /** 0 to 100. Removed for development apps in the 2026-02 wave. */
  readonly popularity?: number;
}
