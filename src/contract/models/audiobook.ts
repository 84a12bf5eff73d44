import type { Copyright, DatePrecision, ExternalUrls, Image, Restrictions, ResumePoint } from "./common.js";
import type { Page } from "./page.js";

export interface SimplifiedAudiobook {
  readonly type: "audiobook";
  readonly id: string;
  readonly name: string;
  readonly uri: string;
  readonly href: string;
  readonly authors: readonly { readonly name: string }[];
  readonly narrators: readonly { readonly name: string }[];
  readonly copyrights: readonly Copyright[];
  readonly description: string;
  readonly html_description: string;
  readonly edition?: string;
  readonly explicit: boolean;
  readonly external_urls: ExternalUrls;
  readonly images: readonly Image[];
  readonly languages: readonly string[];
  readonly media_type: string;
  readonly total_chapters: number;
  /** Removed for development apps in the 2026-02 wave. */
  readonly available_markets?: readonly string[];
  /** Removed for development apps in the 2026-02 wave. */
  readonly publisher?: string;
}

export interface Audiobook extends SimplifiedAudiobook {
  /** The first page. */
  readonly chapters: Page<SimplifiedChapter>;
}

/** An audiobook in a person's library. */
export interface SavedAudiobook {
  /** ISO 8601. */
  readonly added_at: string;
  readonly audiobook: SimplifiedAudiobook;
}

/** A chapter as an audiobook lists it. */
export interface SimplifiedChapter {
  /** Spotify calls a chapter an episode, here and in its URI. */
  readonly type: "episode" | "chapter";
  readonly id: string;
  readonly name: string;
  readonly uri: string;
  readonly href: string;
  /** Counted from 0. */
  readonly chapter_number: number;
  readonly description: string;
  readonly html_description: string;
  readonly duration_ms: number;
  readonly explicit: boolean;
  readonly external_urls: ExternalUrls;
  readonly images: readonly Image[];
  readonly is_playable: boolean;
  readonly languages: readonly string[];
  readonly release_date: string;
  readonly release_date_precision: DatePrecision;
  /** Only with the scope `user-read-playback-position`. */
  readonly resume_point?: ResumePoint;
  readonly restrictions?: Restrictions;
  /** Deprecated by Spotify. */
  readonly audio_preview_url?: string | null;
  /** Removed for development apps in the 2026-02 wave. */
  readonly available_markets?: readonly string[];
}

export interface Chapter extends SimplifiedChapter {
  readonly audiobook: SimplifiedAudiobook;
}
