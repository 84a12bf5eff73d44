import type { ExternalUrls } from "./common.js";
import type { Episode } from "./show.js";
import type { Track } from "./track.js";

export interface Device {
  /** `null` for a device that cannot be addressed. */
  readonly id: string | null;
  readonly is_active: boolean;
  readonly is_private_session: boolean;
  /** True when the Web API may not control it. */
  readonly is_restricted: boolean;
  readonly name: string;
  /** Such as `computer`, `smartphone`, `speaker`. */
  readonly type: string;
  /** 0 to 100. */
  readonly volume_percent: number | null;
  readonly supports_volume: boolean;
}

/** What is being played from: an album, an artist, a playlist, a show, or a kind added later. */
export interface PlaybackContext {
  readonly type: "album" | "artist" | "playlist" | "show" | (string & {});
  readonly href: string;
  readonly uri: string;
  readonly external_urls: ExternalUrls;
}

/** What may not be done now; a member that is absent or false is allowed. */
export interface Disallows {
  readonly interrupting_playback?: boolean;
  readonly pausing?: boolean;
  readonly resuming?: boolean;
  readonly seeking?: boolean;
  readonly skipping_next?: boolean;
  readonly skipping_prev?: boolean;
  readonly toggling_repeat_context?: boolean;
  readonly toggling_repeat_track?: boolean;
  readonly toggling_shuffle?: boolean;
  readonly transferring_playback?: boolean;
}

/** What the person is playing now. */
export interface CurrentlyPlaying {
  readonly context: PlaybackContext | null;
  /** Milliseconds since the Unix epoch at which the state last changed. */
  readonly timestamp: number;
  readonly progress_ms: number | null;
  readonly is_playing: boolean;
  /** `null` for an episode unless `additionalTypes` asks for episodes, and during advertisements. */
  readonly item: Track | Episode | null;
  readonly currently_playing_type: "track" | "episode" | "ad" | "unknown" | (string & {});
  readonly actions: { readonly disallows?: Disallows };
}

/** What the person is playing now, and where. */
export interface PlaybackState extends CurrentlyPlaying {
  readonly device: Device;
  readonly repeat_state: "off" | "track" | "context" | (string & {});
  readonly shuffle_state: boolean;
  /** Undocumented. */
  readonly smart_shuffle?: boolean;
}

/** What plays now and what comes after it. */
export interface Queue {
  /** `null` when nothing plays. */
  readonly currently_playing: Track | Episode | null;
  readonly queue: readonly (Track | Episode)[];
}

/** Something that was played. */
export interface PlayHistory {
  readonly track: Track;
  /** ISO 8601, with milliseconds. */
  readonly played_at: string;
  readonly context: PlaybackContext | null;
}
