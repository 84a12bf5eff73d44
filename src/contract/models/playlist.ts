import type { ExternalUrls, Followers, Image } from "./common.js";
import type { Page } from "./page.js";
import type { Episode } from "./show.js";
import type { Track } from "./track.js";
import type { SimplifiedUser } from "./user.js";

/** How many items a playlist has and where they are. */
export interface ItemsReference {
  readonly href: string;
  readonly total: number;
}

interface PlaylistBase {
  readonly type: "playlist";
  readonly id: string;
  readonly name: string;
  readonly uri: string;
  readonly href: string;
  readonly collaborative: boolean;
  readonly description: string | null;
  readonly external_urls: ExternalUrls;
  /** Spotify sends `null` for some playlists without a cover. */
  readonly images: readonly Image[] | null;
  readonly owner: SimplifiedUser;
  /** `null` where it does not apply. */
  readonly public: boolean | null;
  readonly snapshot_id: string;
}

/** A playlist as a list of playlists shows it. */
export interface SimplifiedPlaylist extends PlaylistBase {
  /** Absent for playlists that the person neither owns nor collaborates on (development apps). */
  readonly items?: ItemsReference;
  /** The older name of `items`; Spotify sends both while it moves over. */
  readonly tracks?: ItemsReference;
}

export interface Playlist extends PlaylistBase {
  /** The first page. Absent for playlists that the person neither owns nor collaborates on (development apps). */
  readonly items?: Page<PlaylistItem>;
  /** The older name of `items`; Spotify sends both while it moves over. */
  readonly tracks?: Page<PlaylistItem>;
  readonly followers?: Followers;
}

/** One place in a playlist. */
export interface PlaylistItem {
  /** ISO 8601; `null` in very old playlists. */
  readonly added_at: string | null;
  readonly added_by: SimplifiedUser | null;
  readonly is_local: boolean;
  /** `null` when Spotify no longer has it. */
  readonly item?: Track | Episode | null;
  /** The older name of `item`; Spotify sends both while it moves over. */
  readonly track?: Track | Episode | null;
}

/** The state of a playlist after a change; hand it back to make the next change apply to exactly that state. */
export interface Snapshot {
  readonly snapshot_id: string;
}
