import type { SimplifiedAlbum } from "./album.js";
import type { ExternalIds } from "./common.js";
import type { SimplifiedTrack } from "./simplified-track.js";

export interface Track extends SimplifiedTrack {
  readonly album: SimplifiedAlbum;
  readonly external_ids?: ExternalIds;
  /** 0 to 100. Removed for development apps in the 2026-02 wave. */
  readonly popularity?: number;
}

/** A track in a person's library. */
export interface SavedTrack {
  /** ISO 8601. */
  readonly added_at: string;
  readonly track: Track;
}
