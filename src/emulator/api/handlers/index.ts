import type { Handlers } from "../handler.js";
import { albumHandlers } from "./albums.js";
import { artistHandlers } from "./artists.js";
import { audiobookHandlers } from "./audiobooks.js";
import { browseHandlers } from "./browse.js";
import { chapterHandlers } from "./chapters.js";
import { episodeHandlers } from "./episodes.js";
import { libraryHandlers } from "./library.js";
import { marketHandlers } from "./markets.js";
import { meHandlers } from "./me.js";
import { followingHandlers } from "./me-following.js";
import { savedHandlers } from "./me-library.js";
import { playerHandlers } from "./player.js";
import { playerReadHandlers } from "./player-reads.js";
import { playlistFollowerHandlers } from "./playlist-followers.js";
import { playlistItemHandlers } from "./playlist-items.js";
import { playlistHandlers } from "./playlists.js";
import { recommendationHandlers } from "./recommendations.js";
import { searchHandlers } from "./search.js";
import { showHandlers } from "./shows.js";
import { trackHandlers } from "./tracks.js";
import { userHandlers } from "./users.js";

/** What every operation does, by its id. */
export const handlers: Handlers = {
  ...albumHandlers,
  ...artistHandlers,
  ...audiobookHandlers,
  ...browseHandlers,
  ...chapterHandlers,
  ...episodeHandlers,
  ...followingHandlers,
  ...libraryHandlers,
  ...marketHandlers,
  ...meHandlers,
  ...playerHandlers,
  ...playerReadHandlers,
  ...playlistFollowerHandlers,
  ...playlistHandlers,
  ...playlistItemHandlers,
  ...savedHandlers,
  ...recommendationHandlers,
  ...searchHandlers,
  ...showHandlers,
  ...trackHandlers,
  ...userHandlers,
};
