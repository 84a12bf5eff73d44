import { parseResource } from "../../../contract/ids.js";
import type { Page, Playlist, PlaylistItem, SimplifiedPlaylist } from "../../../contract/models/index.js";
import type { PlaylistEntry, StoredPlaylist } from "../../world/playlist.js";
import type { World } from "../../world/world.js";
import type { View } from "../handler.js";
import { type PageRequest, pageOf } from "../page-of.js";
import { imagesAt, linksTo } from "./links.js";
import { publicUser } from "./people-objects.js";

/** For whom a playlist is shown. */
export interface PlaylistView {
  readonly world: World;
  readonly view: View;
  /** The id of the person who asks. */
  readonly person: string | undefined;
}

/** Development apps see what is in a playlist only where the person owns it or collaborates on it. As documented. */
export function showsItems({ world, view, person }: PlaylistView, playlist: StoredPlaylist): boolean {
  return view.face.tier !== "development" || world.mayEdit(playlist, person);
}

function playlistBase({ world, view }: PlaylistView, playlist: StoredPlaylist) {
  const { id, name, collaborative } = playlist;
  return {
    collaborative,
    description: playlist.description ?? "",
    images: playlist.entries.length > 0 ? imagesAt(view.face.pictures, id) : null,
    name,
    owner: publicUser(world, playlist.owner, view),
    public: playlist.public,
    snapshot_id: world.snapshotOf(playlist),
    ...linksTo("playlist", id, view.face.api),
  };
}

/** As lists of playlists show it. The older name `tracks` goes with `items`, as in Spotify's transition. */
export function simplifiedPlaylist(seen: PlaylistView, playlist: StoredPlaylist): SimplifiedPlaylist {
  const items = { href: itemsAddress(seen, playlist), total: playlist.entries.length };
  return { ...playlistBase(seen, playlist), ...(showsItems(seen, playlist) && { items, tracks: items }) };
}

/** With its first hundred items. */
export function fullPlaylist(seen: PlaylistView, playlist: StoredPlaylist): Playlist {
  const base = { ...playlistBase(seen, playlist), followers: { href: null, total: playlist.public ? 3 : 0 } };
  if (!showsItems(seen, playlist)) return base;
  const items = playlistItems(seen, playlist, { limit: 100, offset: 0 });
  return { ...base, items, tracks: items };
}

export function playlistItems(
  seen: PlaylistView,
  playlist: StoredPlaylist,
  request: PageRequest,
  query = "",
): Page<PlaylistItem> {
  const { entries } = playlist;
  return pageOf(request, {
    address: itemsAddress(seen, playlist),
    query,
    total: entries.length,
    at: (index) => playlistItem(seen, entries[index]),
  });
}

function itemsAddress({ view }: PlaylistView, playlist: StoredPlaylist): string {
  return `${view.face.api}/playlists/${playlist.id}/items`;
}

function playlistItem({ world, view }: PlaylistView, entry: PlaylistEntry | undefined): PlaylistItem {
  const id = parseResource(entry?.uri ?? "")?.id;
  const track = id === undefined ? null : world.catalogue.find("track", id);
  const item = track === null ? null : view.face.track(track);
  return {
    added_at: entry?.addedAt ?? null,
    added_by: entry === undefined ? null : publicUser(world, entry.addedBy, view),
    is_local: false,
    item,
    track: item,
  };
}
