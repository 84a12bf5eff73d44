import type {
  Image,
  Page,
  Playlist,
  PlaylistItem,
  SimplifiedPlaylist,
} from "../../../contract/models/index.js";
import type { PlaylistEntry, StoredPlaylist } from "../../world/playlist.js";
import type { World } from "../../world/world.js";
import type { View } from "../handler.js";
import { type PageRequest, type PageSource, pageOf } from "../page-of.js";
import { imagesAt, linksTo } from "./links.js";
import { publicUser } from "./people-objects.js";
import { playableAt } from "./playlist-playables.js";
import type { Listener } from "./spoken-objects.js";

/** For whom a playlist is shown. */
export interface PlaylistView extends Listener {
  /** What the app understands besides tracks. */
  readonly additionalTypes?: readonly ("track" | "episode")[] | undefined;
}

/** Development apps see what is in a playlist only where the person owns it or collaborates on it. As documented. */
export function showsItems({ world, view, person }: PlaylistView, playlist: StoredPlaylist): boolean {
  return view.face.tier !== "development" || world.mayEdit(playlist, person?.id);
}

/** An uploaded cover has one picture of unknown size; its address lasts until the next upload. */
export function imagesOf({ view }: PlaylistView, playlist: StoredPlaylist): readonly Image[] | null {
  const { id, cover, entries } = playlist;
  const { pictures } = view.face;
  if (cover !== null) return [{ height: null, url: `${pictures}/${id}-cover${cover}.jpg`, width: null }];
  return entries.length > 0 ? imagesAt(pictures, id) : null;
}

function playlistBase(seen: PlaylistView, playlist: StoredPlaylist) {
  const { world, view } = seen;
  return {
    collaborative: playlist.collaborative,
    description: playlist.description ?? "",
    images: imagesOf(seen, playlist),
    name: playlist.name,
    owner: publicUser(world, playlist.owner, view),
    public: playlist.public,
    snapshot_id: world.snapshotOf(playlist),
    ...linksTo("playlist", playlist.id, view.face.api),
  };
}

/** As lists of playlists show it. */
export function simplifiedPlaylist(seen: PlaylistView, playlist: StoredPlaylist): SimplifiedPlaylist {
  const items = { href: itemsAddress(seen, playlist), total: playlist.entries.length };
  return { ...playlistBase(seen, playlist), ...(showsItems(seen, playlist) && named(seen, { items })) };
}

/**
 * With its first hundred items.
 *
 * @param query of the request: what is about the items goes on in the links to more of them
 */
export function fullPlaylist(seen: PlaylistView, playlist: StoredPlaylist, query = ""): Playlist {
  const { id, owner, distantFollowers } = playlist;
  const total = distantFollowers + seen.world.followersOf(`spotify:playlist:${id}`, owner);
  const base = { ...playlistBase(seen, playlist), followers: { href: null, total } };
  if (!showsItems(seen, playlist)) return base;
  const carried = new URLSearchParams(query);
  carried.delete("fields");
  const items = playlistItems(
    seen,
    playlist,
    { limit: 100, offset: 0 },
    // Guessed: fifty is what `/items` is documented to take.
    { address: itemsAddress(seen, playlist), query: carried.toString(), maxLimit: 50 },
  );
  return { ...base, ...named(seen, { items }) };
}

/** The older name goes with the new one, as in Spotify's transition; only a development app can be past it. */
function named<T>({ world, view }: PlaylistView, { items }: { readonly items: T }) {
  return hasOlderNames(world, view) ? { items, tracks: items } : { items };
}

function hasOlderNames(world: World, view: View): boolean {
  return world.transition === "both" || view.face.tier !== "development";
}

export function playlistItems(
  seen: PlaylistView,
  playlist: StoredPlaylist,
  request: PageRequest,
  source: Omit<PageSource<PlaylistItem>, "total" | "at">,
): Page<PlaylistItem> {
  const { entries } = playlist;
  return pageOf(request, {
    ...source,
    total: entries.length,
    at: (index) => playlistItem(seen, entries[index]),
  });
}

function itemsAddress({ view }: PlaylistView, playlist: StoredPlaylist): string {
  return `${view.face.api}/playlists/${playlist.id}/items`;
}

function playlistItem(seen: PlaylistView, entry: PlaylistEntry | undefined): PlaylistItem {
  const { world, view, additionalTypes = [] } = seen;
  const item = entry === undefined ? null : playableAt(seen, entry.uri, additionalTypes);
  return {
    added_at: entry?.addedAt ?? null,
    // Without a name, unlike the owner. As documented.
    added_by: entry === undefined ? null : linksTo("user", entry.addedBy, view.face.api),
    is_local: entry?.uri.startsWith("spotify:local:") ?? false,
    item,
    ...(hasOlderNames(world, view) && { track: item }),
  };
}
