import { parseResource } from "../../../contract/ids.js";
import { writtenTime } from "../../world/library.js";
import {
  entriesAt,
  inserted,
  movedSince,
  type PlaylistEntry,
  type StoredPlaylist,
  without,
} from "../../world/playlist.js";
import { changeEntries } from "../../world/playlist-changes.js";
import type { World } from "../../world/world.js";
import { filterFields } from "../fields-filter.js";
import { type Call, type Handlers, personOf } from "../handler.js";
import { playlistItems, showsItems } from "../objects/playlist-objects.js";
import { findReadable, findWritable, type PlaylistCall } from "../playlist-access.js";
import { badRequest, forbidden } from "../refusal.js";

/** The operations at `/items`, and the same under their older names at `/tracks`. */
export const playlistItemHandlers = {
  "get-playlists-items": (call: Call<"get-playlists-items">) => read(call),
  "get-playlists-tracks": (call: Call<"get-playlists-tracks">) => read(call),
  "add-items-to-playlist": (call: Call<"add-items-to-playlist">) => add(call),
  "add-tracks-to-playlist": (call: Call<"add-tracks-to-playlist">) => add(call),
  "reorder-or-replace-playlists-items": (call: Call<"reorder-or-replace-playlists-items">) => update(call),
  "reorder-or-replace-playlists-tracks": (call: Call<"reorder-or-replace-playlists-tracks">) => update(call),
  "remove-items-playlist": (call: Call<"remove-items-playlist">) => remove(call, call.args.items),
  "remove-tracks-playlist": (call: Call<"remove-tracks-playlist">) => remove(call, call.args.tracks),
} satisfies Partial<Handlers>;

function read(call: Call<"get-playlists-items">) {
  const { args, view, path, query } = call;
  const playlist = findReadable(call, args.playlistId);
  const seen = { ...call, additionalTypes: args.additionalTypes };
  if (!showsItems(seen, playlist)) throw forbidden();
  const page = playlistItems(seen, playlist, args, { address: view.face.api + path, query });
  return filterFields(page, args.fields);
}

function add(call: Call<"add-items-to-playlist">) {
  const { args } = call;
  const playlist = findWritable(call, args.playlistId);
  const { entries } = playlist;
  const position = args.position ?? entries.length;
  if (position > entries.length) throw badRequest("Index out of bounds");
  return change(call.world, playlist, inserted(entries, newEntries(call, args.uris), position));
}

function update(call: Call<"reorder-or-replace-playlists-items">) {
  const { args, world } = call;
  const playlist = findWritable(call, args.playlistId);
  const then = entriesBy(world, playlist, args.snapshotId);
  const { uris, rangeStart, insertBefore, rangeLength } = args;
  if (uris !== undefined) return change(world, playlist, newEntries(call, uris));
  if (rangeStart === undefined || insertBefore === undefined) {
    throw badRequest(`Missing required field: ${rangeStart === undefined ? "uris" : "insert_before"}`);
  }
  if (rangeStart + rangeLength > then.length || insertBefore > then.length) {
    throw badRequest("Index out of bounds");
  }
  const move = { start: rangeStart, length: rangeLength, before: insertBefore };
  return change(world, playlist, movedSince(then, playlist.entries, move));
}

/** Every occurrence goes: Spotify no longer looks at positions. */
function remove(
  call: PlaylistCall & {
    readonly args: { readonly playlistId: string; readonly snapshotId?: string | undefined };
  },
  items: readonly { readonly uri: string }[],
) {
  const { args, world } = call;
  const playlist = findWritable(call, args.playlistId);
  entriesBy(world, playlist, args.snapshotId);
  return change(world, playlist, without(playlist.entries, new Set(items.map(({ uri }) => uri))));
}

/**
 * The entries that the numbers of a change count, those of the snapshot that it names: Spotify documents that changes are made against
 * it, and not how they are merged with later ones. What it says to a snapshot that the playlist never had is guessed.
 */
function entriesBy(world: World, playlist: StoredPlaylist, snapshot: string | undefined) {
  const revision = snapshot === undefined ? playlist.revision : world.revisionOf(playlist, snapshot);
  if (revision === undefined) throw badRequest("Invalid snapshot_id");
  return entriesAt(playlist, revision);
}

function newEntries(call: PlaylistCall, uris: readonly string[]): readonly PlaylistEntry[] {
  const { world } = call;
  const addedAt = writtenTime(world.now());
  const addedBy = personOf(call).id;
  return uris.map((uri) => {
    const named = parseResource(uri);
    // Words remembered, not confirmed.
    if (named === null || !world.has(named)) throw badRequest("Payload contains a non-existing ID");
    return { uri, addedAt, addedBy };
  });
}

function change(world: World, playlist: StoredPlaylist, entries: readonly PlaylistEntry[]) {
  if (!changeEntries(playlist, entries)) throw badRequest("Playlist size limit reached");
  return { snapshot_id: world.snapshotOf(playlist) };
}
