import type { PlaylistDetails, PlaylistEntry, StoredPlaylist } from "./playlist.js";
import type { World } from "./world.js";

/** As at Spotify. */
export const MAX_PLAYLIST_ENTRIES = 10_000;
/** How many former states of a playlist's entries are kept for changes that name an older snapshot. */
const MAX_PAST = 8;
/** Uploaded covers that are kept, some 47 MB of them; the oldest goes first. */
const MAX_COVERS = 256;

// Each change counts the revision up, and with it the snapshot id changes; what leaves everything as it was does neither.

/** Changes what is in a playlist; `false` when it would become too long. */
export function changeEntries(playlist: StoredPlaylist, entries: readonly PlaylistEntry[]): boolean {
  if (entries.length > MAX_PLAYLIST_ENTRIES) return false;
  const { entries: old } = playlist;
  if (entries.length === old.length && entries.every((entry, place) => entry === old[place])) return true;
  playlist.past = [...playlist.past, { since: playlist.entriesSince, entries: old }].slice(-MAX_PAST);
  playlist.entries = entries;
  playlist.entriesSince = ++playlist.revision;
  return true;
}

export function changeDetails(playlist: StoredPlaylist, details: PlaylistDetails): void {
  const isSame =
    playlist.name === details.name &&
    playlist.description === details.description &&
    playlist.public === details.public &&
    playlist.collaborative === details.collaborative;
  if (isSame) return;
  Object.assign(playlist, details);
  playlist.revision++;
}

export function changeCover({ covers, playlists }: World, playlist: StoredPlaylist, jpeg: Uint8Array): void {
  covers.delete(playlist.id);
  const [oldest] = covers.keys();
  if (covers.size >= MAX_COVERS && oldest !== undefined) {
    covers.delete(oldest);
    const bare = playlists.get(oldest);
    if (bare !== undefined) bare.cover = null;
  }
  covers.set(playlist.id, jpeg);
  playlist.cover = ++playlist.revision;
}
