import type { PlaylistDetails, PlaylistEntry, StoredPlaylist } from "./playlist.js";
import type { World } from "./world.js";

/** As at Spotify. */
export const MAX_PLAYLIST_ENTRIES = 10_000;
/** Uploaded covers that are kept, some 47 MB of them; the oldest goes first. */
const MAX_COVERS = 256;

// Each change counts the revision up, and with it the snapshot id changes; what leaves everything as it was does neither.

/** Changes what is in a playlist; `false` when it would become too long. */
export function changeEntries(playlist: StoredPlaylist, entries: readonly PlaylistEntry[]): boolean {
  if (entries.length > MAX_PLAYLIST_ENTRIES) return false;
  const { entries: old } = playlist;
  if (entries.length === old.length && entries.every((entry, place) => entry === old[place])) return true;
  playlist.entries = entries;
  playlist.revision++;
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

export function changeCover({ covers }: World, playlist: StoredPlaylist, jpeg: Uint8Array): void {
  covers.delete(playlist.id);
  const [oldest] = covers.keys();
  if (covers.size >= MAX_COVERS && oldest !== undefined) covers.delete(oldest);
  covers.set(playlist.id, jpeg);
  playlist.cover = ++playlist.revision;
}
