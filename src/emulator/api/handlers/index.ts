import type { Handlers } from "../handler.js";
import { libraryHandlers } from "./library.js";
import { meHandlers } from "./me.js";
import { playerHandlers } from "./player.js";
import { playlistHandlers } from "./playlists.js";
import { searchHandlers } from "./search.js";
import { trackHandlers } from "./tracks.js";

/** What every operation does, by its id. */
export const handlers: Handlers = {
  ...libraryHandlers,
  ...meHandlers,
  ...playerHandlers,
  ...playlistHandlers,
  ...searchHandlers,
  ...trackHandlers,
};
