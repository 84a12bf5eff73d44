import type { Image } from "./common.js";
import type { Page } from "./page.js";
import type { SimplifiedPlaylist } from "./playlist.js";
import type { Track } from "./track.js";

/** A shelf of Spotify's browse page. */
export interface Category {
  /** Such as `party`, or 22 characters of base62. */
  readonly id: string;
  readonly name: string;
  readonly href: string;
  readonly icons: readonly Image[];
}

/** Playlists under a headline. */
export interface FeaturedPlaylists {
  /** The headline, in the language that was asked for. */
  readonly message?: string;
  readonly playlists: Page<SimplifiedPlaylist | null>;
}

/** How many tracks one seed brought in. The members are spelt as Spotify spells them. */
export interface RecommendationSeed {
  readonly id: string;
  readonly type: "artist" | "track" | "genre" | (string & {});
  /** `null` for a genre. */
  readonly href: string | null;
  readonly initialPoolSize: number;
  readonly afterFilteringSize: number;
  readonly afterRelinkingSize: number;
}

export interface Recommendations {
  readonly seeds: readonly RecommendationSeed[];
  readonly tracks: readonly Track[];
}
