import type { SimplifiedAlbum } from "./album.js";
import type { Artist } from "./artist.js";
import type { SimplifiedAudiobook } from "./audiobook.js";
import type { Page } from "./page.js";
import type { SimplifiedPlaylist } from "./playlist.js";
import type { SimplifiedEpisode, SimplifiedShow } from "./show.js";
import type { Track } from "./track.js";

/** One page for each type that was asked for; a page may hold `null` where Spotify has nothing to show. */
export interface SearchResult {
  readonly albums?: Page<SimplifiedAlbum | null>;
  readonly artists?: Page<Artist | null>;
  readonly audiobooks?: Page<SimplifiedAudiobook | null>;
  readonly episodes?: Page<SimplifiedEpisode | null>;
  readonly playlists?: Page<SimplifiedPlaylist | null>;
  readonly shows?: Page<SimplifiedShow | null>;
  readonly tracks?: Page<Track | null>;
}
