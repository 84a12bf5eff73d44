export * as library from "./library.js";
export * as me from "./me.js";
export * as player from "./player.js";
export * as playlists from "./playlists.js";
export * as search from "./search.js";
export * as tracks from "./tracks.js";
