import { SPOTIFY_ACCOUNT } from "../world/people.js";
import type { StoredPlaylist } from "../world/playlist.js";
import { type Call, personOf } from "./handler.js";
import { badRequest, forbidden, notFound, scopeMissing } from "./refusal.js";

export type PlaylistCall = Pick<Call, "world" | "view" | "person">;
/** What decides which scopes a playlist takes. */
export type PlaylistKind = Pick<StoredPlaylist, "public" | "collaborative">;

/** Spotify's own playlists are lost to all but extended apps. As observed. */
export function isLost({ view }: Pick<Call, "view">, { owner }: StoredPlaylist): boolean {
  return owner === SPOTIFY_ACCOUNT.id && view.face.tier !== "extended";
}

/** A playlist that shows itself to the caller; the lost ones answer as if they did not exist. As observed. */
export function findPlaylist(call: PlaylistCall, id: string): StoredPlaylist {
  const { world, person } = call;
  const playlist = world.playlists.get(id);
  if (playlist === undefined || isLost(call, playlist)) throw notFound();
  // Guessed: a private playlist of somebody else shows itself only to who followed it when it was not.
  const mayKnow = person !== undefined && (playlist.owner === person.id || world.follows(person.id, id));
  if (!playlist.public && !playlist.collaborative && !mayKnow) throw notFound();
  return playlist;
}

/** A playlist that the person may see and the app has the scope for. */
export function findReadable(call: PlaylistCall, id: string): StoredPlaylist {
  const playlist = findPlaylist(call, id);
  if (!mayRead(call, playlist)) throw scopeMissing();
  return playlist;
}

/** A collaborative playlist is read by its own scope; the owner's scope for private ones serves too: guessed. */
export function mayRead({ view, person }: PlaylistCall, playlist: StoredPlaylist): boolean {
  if (playlist.public) return true;
  const { scopes } = view;
  if (playlist.collaborative && scopes.includes("playlist-read-collaborative")) return true;
  const isForCollaborators = playlist.collaborative && playlist.owner !== person?.id;
  return !isForCollaborators && scopes.includes("playlist-read-private");
}

/** A playlist whose items the person may change and the app has the scopes for. */
export function findWritable(call: PlaylistCall, id: string): StoredPlaylist {
  const playlist = findPlaylist(call, id);
  needWriteScopes(call, playlist);
  if (!call.world.mayEdit(playlist, personOf(call).id)) throw forbidden();
  return playlist;
}

/** The same for what only the owner may change: the details and the cover. */
export function findOwned(call: PlaylistCall, id: string): StoredPlaylist {
  const playlist = findWritable(call, id);
  if (playlist.owner !== personOf(call).id) throw forbidden();
  return playlist;
}

/** A collaborative playlist needs both scopes, a private one the one, a public one the other. As documented. */
export function needWriteScopes({ view }: Pick<Call, "view">, kind: PlaylistKind): void {
  const needsPublic = kind.public || kind.collaborative;
  const needsPrivate = !kind.public || kind.collaborative;
  if (needsPublic && !view.scopes.includes("playlist-modify-public")) throw scopeMissing();
  if (needsPrivate && !view.scopes.includes("playlist-modify-private")) throw scopeMissing();
}

/** For a playlist that is made, or changed into this kind. */
export function checkKind(call: Pick<Call, "view">, kind: PlaylistKind): void {
  if (kind.collaborative && kind.public) throw badRequest("Collaborative playlists can only be private");
  needWriteScopes(call, kind);
}
