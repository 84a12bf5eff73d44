import { parseResource } from "../../../contract/ids.js";
import { SPOTIFY_ACCOUNT } from "../../world/people.js";
import { inserted, moved, type PlaylistEntry, type StoredPlaylist, without } from "../../world/playlist.js";
import type { World } from "../../world/world.js";
import { filterFields } from "../fields-filter.js";
import { type Call, type Handlers, personOf } from "../handler.js";
import { fullPlaylist, type PlaylistView, playlistItems, showsItems } from "../objects/playlist-objects.js";
import { badRequest, forbidden, notFound, scopeMissing } from "../refusal.js";

type PlaylistCall = Pick<Call, "world" | "view" | "person">;

export const playlistHandlers = {
  "get-playlist": (call: Call<"get-playlist">) => {
    const playlist = findReadable(call, call.args.playlistId);
    return filterFields(fullPlaylist(seenBy(call), playlist), call.args.fields);
  },

  "create-playlist": (call: Call<"create-playlist">) => {
    const { args, world } = call;
    const collaborative = args.collaborative ?? false;
    const isPublic = args.public ?? true;
    if (collaborative && isPublic) throw badRequest("Collaborative playlists can only be private");
    needWriteScopes(call, { public: isPublic, collaborative });
    const made = world.addPlaylist({
      owner: personOf(call).id,
      name: args.name,
      description: args.description ?? null,
      public: isPublic,
      collaborative,
    });
    if (made === undefined) throw badRequest("Playlist limit reached");
    return fullPlaylist(seenBy(call), made);
  },

  "get-playlists-items": (call: Call<"get-playlists-items">) => {
    const playlist = findReadable(call, call.args.playlistId);
    const seen = seenBy(call);
    if (!showsItems(seen, playlist)) throw forbidden();
    return filterFields(playlistItems(seen, playlist, call.args, call.query), call.args.fields);
  },

  "add-items-to-playlist": (call: Call<"add-items-to-playlist">) => {
    const { args, world } = call;
    const playlist = findOwn(call, args.playlistId);
    const { entries } = playlist;
    const position = args.position ?? entries.length;
    if (position > entries.length) throw badRequest("Index out of bounds");
    return change(world, playlist, inserted(entries, newEntries(call, args.uris), position));
  },

  "reorder-or-replace-playlists-items": (call: Call<"reorder-or-replace-playlists-items">) => {
    const { args, world } = call;
    const playlist = findOwn(call, args.playlistId);
    checkSnapshot(world, playlist, args.snapshotId);
    const { uris, rangeStart, insertBefore, rangeLength = 1 } = args;
    if (uris !== undefined) return change(world, playlist, newEntries(call, uris));
    if (rangeStart === undefined || insertBefore === undefined) {
      throw badRequest(`Missing required field: ${rangeStart === undefined ? "uris" : "insert_before"}`);
    }
    const { entries } = playlist;
    if (rangeStart + rangeLength > entries.length || insertBefore > entries.length) {
      throw badRequest("Index out of bounds");
    }
    return change(
      world,
      playlist,
      moved(entries, { start: rangeStart, length: rangeLength, before: insertBefore }),
    );
  },

  "remove-items-playlist": (call: Call<"remove-items-playlist">) => {
    const { args, world } = call;
    const playlist = findOwn(call, args.playlistId);
    checkSnapshot(world, playlist, args.snapshotId);
    return change(world, playlist, without(playlist.entries, new Set(args.items.map(({ uri }) => uri))));
  },
} satisfies Partial<Handlers>;

function seenBy({ world, view, person }: PlaylistCall): PlaylistView {
  return { world, view, person: person?.id };
}

/** Spotify's own playlists are lost to all but extended apps; they answer as if they did not exist. As observed. */
function find({ world, view, person }: PlaylistCall, id: string): StoredPlaylist {
  const playlist = world.playlists.get(id);
  if (playlist === undefined) throw notFound();
  if (playlist.owner === SPOTIFY_ACCOUNT.id && view.face.tier !== "extended") throw notFound();
  // Guessed: a private playlist of somebody else does not show that it exists.
  if (isPrivate(playlist) && playlist.owner !== person?.id) throw notFound();
  return playlist;
}

function findReadable(call: PlaylistCall, id: string): StoredPlaylist {
  const playlist = find(call, id);
  if (isPrivate(playlist) && !call.view.scopes.includes("playlist-read-private")) throw scopeMissing();
  return playlist;
}

function isPrivate(playlist: StoredPlaylist): boolean {
  return !playlist.public && !playlist.collaborative;
}

/** A playlist that the person may change and the app has the scopes for. */
function findOwn(call: PlaylistCall, id: string): StoredPlaylist {
  const playlist = find(call, id);
  needWriteScopes(call, playlist);
  if (!call.world.mayEdit(playlist, personOf(call).id)) throw forbidden();
  return playlist;
}

/** A collaborative playlist needs both scopes, a private one the one, a public one the other. As documented. */
function needWriteScopes(call: PlaylistCall, kind: Pick<StoredPlaylist, "public" | "collaborative">): void {
  const { scopes } = call.view;
  const needsPublic = kind.public || kind.collaborative;
  const needsPrivate = !kind.public || kind.collaborative;
  if (needsPublic && !scopes.includes("playlist-modify-public")) throw scopeMissing();
  if (needsPrivate && !scopes.includes("playlist-modify-private")) throw scopeMissing();
}

/** A snapshot that is out of date is taken, one that never was is not. What Spotify says to the latter is guessed. */
function checkSnapshot(world: World, playlist: StoredPlaylist, snapshot: string | undefined): void {
  if (snapshot !== undefined && !world.knowsSnapshot(playlist, snapshot))
    throw badRequest("Invalid snapshot_id");
}

function newEntries(call: PlaylistCall, uris: readonly string[]): readonly PlaylistEntry[] {
  const { world } = call;
  const addedAt = new Date(world.now()).toISOString().replace(/\.\d{3}Z$/, "Z");
  const addedBy = personOf(call).id;
  return uris.map((uri) => {
    // The words are remembered: guessed.
    if (world.catalogue.find("track", parseResource(uri)?.id ?? "") === null) {
      throw badRequest("Payload contains a non-existing ID");
    }
    return { uri, addedAt, addedBy };
  });
}

function change(world: World, playlist: StoredPlaylist, entries: readonly PlaylistEntry[]) {
  if (!world.changeEntries(playlist, entries)) throw badRequest("Playlist size limit reached");
  return { snapshot_id: world.snapshotOf(playlist) };
}
