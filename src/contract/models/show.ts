import type { Copyright, DatePrecision, ExternalUrls, Image, Restrictions, ResumePoint } from "./common.js";
import type { Page } from "./page.js";

export interface SimplifiedShow {
  readonly type: "show";
  readonly id: string;
  readonly name: string;
  readonly uri: string;
  readonly href: string;
  readonly copyrights: readonly Copyright[];
  readonly description: string;
  readonly html_description: string;
  readonly explicit: boolean;
  readonly external_urls: ExternalUrls;
  readonly images: readonly Image[];
  readonly is_externally_hosted: boolean | null;
  readonly languages: readonly string[];
  readonly media_type: string;
  readonly total_episodes: number;
  /** Removed for development apps in the 2026-02 wave. */
  readonly available_markets?: readonly string[];
  /** Removed for development apps in the 2026-02 wave. */
  readonly publisher?: string;
}

export interface Show extends SimplifiedShow {
  /** The first page. */
  readonly episodes: Page<SimplifiedEpisode | null>;
}

/** A show in a person's library. */
export interface SavedShow {
  /** ISO 8601. */
  readonly added_at: string;
  readonly show: SimplifiedShow;
}

export interface SimplifiedEpisode {
  readonly type: "episode";
  readonly id: string;
  readonly name: string;
  readonly uri: string;
  readonly href: string;
  readonly description: string;
  readonly html_description: string;
  readonly duration_ms: number;
  readonly explicit: boolean;
  readonly external_urls: ExternalUrls;
  readonly images: readonly Image[];
  readonly is_externally_hosted: boolean;
  readonly is_playable: boolean;
  readonly languages: readonly string[];
  readonly release_date: string;
  readonly release_date_precision: DatePrecision;
  /** Only with the scope `user-read-playback-position`. */
  readonly resume_point?: ResumePoint;
  readonly restrictions?: Restrictions;
  /** Deprecated by Spotify. */
  readonly audio_preview_url?: string | null;
  /** Deprecated by Spotify in favour of `languages`. */
  readonly language?: string;
}

export interface Episode extends SimplifiedEpisode {
  readonly show: SimplifiedShow;
}

/** An episode in a person's library. */
export interface SavedEpisode {
  /** ISO 8601. */
  readonly added_at: string;
  readonly episode: Episode;
}
