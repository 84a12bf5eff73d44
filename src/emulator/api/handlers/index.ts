import type { Handlers } from "../handler.js";
import { libraryHandlers } from "./library.js";
import { meHandlers } from "./me.js";
import { playerHandlers } from "./player.js";
import { playerReadHandlers } from "./player-reads.js";
import { playlistHandlers } from "./playlists.js";
import { searchHandlers } from "./search.js";
import { trackHandlers } from "./tracks.js";

/** What every operation does, by its id. */
const present: Partial<Handlers> = {
  ...libraryHandlers,
  ...meHandlers,
  ...playerHandlers,
  ...playerReadHandlers,
  ...playlistHandlers,
  ...searchHandlers,
  ...trackHandlers,
};

// Until the last of them is there, an operation without a handler is answered as an unknown route.
export const handlers = present as Handlers;
