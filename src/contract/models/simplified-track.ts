import type { SimplifiedArtist } from "./artist.js";
import type { ExternalUrls, Restrictions } from "./common.js";

/** The track that was asked for, where Spotify played another in its place. */
export interface LinkedTrack {
  readonly type: "track";
  readonly id: string;
  readonly uri: string;
  readonly href: string;
  readonly external_urls: ExternalUrls;
}

/** A track as an album lists it. */
export interface SimplifiedTrack {
  readonly type: "track";
  /** `null` for a local file. */
  readonly id: string | null;
  readonly name: string;
  readonly uri: string;
  /** `null` for a local file. */
  readonly href: string | null;
  readonly artists: readonly SimplifiedArtist[];
  readonly disc_number: number;
  readonly track_number: number;
  readonly duration_ms: number;
  readonly explicit: boolean;
  readonly external_urls: Partial<ExternalUrls>;
  readonly is_local: boolean;
  /** Only there when a market applies. */
  readonly is_playable?: boolean;
  readonly restrictions?: Restrictions;
  /** Removed for development apps in the 2026-02 wave. */
  readonly available_markets?: readonly string[];
  /** Removed for development apps in the 2026-02 wave. */
  readonly linked_from?: LinkedTrack;
  /** Thirty seconds of sound. Removed from most answers in the 2024-11 wave. */
  readonly preview_url?: string | null;
}
