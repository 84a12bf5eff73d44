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

/** What the person is playing now, and where. */
export interface PlaybackState {
  readonly device: Device;
  readonly repeat_state: "off" | "track" | "context";
  readonly shuffle_state: boolean;
  /** Undocumented. */
  readonly smart_shuffle?: boolean;
  readonly context: PlaybackContext | null;
  /** Milliseconds since the Unix epoch at which the state last changed. */
  readonly timestamp: number;
  readonly progress_ms: number | null;
  readonly is_playing: boolean;
  /** `null` for an episode unless `additionalTypes` asks for episodes, and during advertisements. */
  readonly item: Track | Episode | null;
  readonly currently_playing_type: "track" | "episode" | "ad" | "unknown";
  /** What may not be done now; a member that is absent or false is allowed. */
  readonly actions: { readonly disallows?: Readonly<Record<string, boolean>> };
}
