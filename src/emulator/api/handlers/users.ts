import type { Page, Playlist, SimplifiedPlaylist } from "../../../contract/models/index.js";
import { SPOTIFY_ACCOUNT } from "../../world/people.js";
import type { StoredPlaylist } from "../../world/playlist.js";
import { type Call, type Handlers, personOf } from "../handler.js";
import { publicProfile } from "../objects/people-objects.js";
import { fullPlaylist, simplifiedPlaylist } from "../objects/playlist-objects.js";
import { type PageRequest, pageOf } from "../page-of.js";
import { checkKind, isLost, mayRead, type PlaylistCall } from "../playlist-access.js";
import { badRequest, notFound, playlistForAnother } from "../refusal.js";

/** What people show of themselves: their pages and their playlists, one's own among them. */
export const userHandlers = {
  "get-users-profile": (call: Call<"get-users-profile">) => {
    const { userId } = call.args;
    if (!call.world.has({ type: "user", id: userId })) throw notFound();
    return publicProfile(call.world, userId, call.view);
  },

  "get-a-list-of-current-users-playlists": (call: Call<"get-a-list-of-current-users-playlists">) =>
    listed(call, personOf(call).id),

  "get-list-users-playlists": (call: Call<"get-list-users-playlists">) => {
    const { userId } = call.args;
    if (!call.world.has({ type: "user", id: userId })) throw notFound();
    return listed(call, userId);
  },

  "create-playlist": (call: Call<"create-playlist">) => create(call, call.args),

  "create-playlist-for-user": (call: Call<"create-playlist-for-user">) => {
    if (call.args.userId !== personOf(call).id) throw playlistForAnother();
    return create(call, call.args);
  },
} satisfies Partial<Handlers>;

function create(call: PlaylistCall, args: Call<"create-playlist">["args"]): Playlist {
  const { name, description = null, public: isPublic = true, collaborative = false } = args;
  checkKind(call, { public: isPublic, collaborative });
  const owner = personOf(call).id;
  const made = call.world.addPlaylist({ owner, name, description, public: isPublic, collaborative });
  if (made === undefined) throw badRequest("Playlist limit reached");
  return fullPlaylist(call, made);
}

type ListCall = PlaylistCall & Pick<Call, "path" | "query"> & { readonly args: PageRequest };

/** The playlists in somebody's library, the latest first, as far as the caller may see them. */
function listed(call: ListCall, owner: string): Page<SimplifiedPlaylist | null> {
  const { args, view, path, query } = call;
  const shown = playlistsOf(call, owner).filter((playlist) => isListed(call, playlist, owner));
  return pageOf(args, {
    address: view.face.api + path,
    query,
    total: shown.length,
    at: (index) => {
      const playlist = shown[index];
      // Null in place of the lost ones. As observed since December 2024.
      if (playlist === undefined || isLost(call, playlist)) return null;
      return simplifiedPlaylist(call, playlist);
    },
  });
}

function playlistsOf({ world }: PlaylistCall, owner: string): readonly StoredPlaylist[] {
  if (owner === SPOTIFY_ACCOUNT.id)
    return [...world.playlists.values()].filter((list) => list.owner === owner);
  return world
    .savedBy(owner, "playlist")
    .map(({ id }) => world.playlists.get(id))
    .filter((playlist) => playlist !== undefined);
}

/** Others see what is public and is not followed in secret; oneself all that the app has the scopes for. */
function isListed(call: PlaylistCall, playlist: StoredPlaylist, owner: string): boolean {
  const { world, view, person } = call;
  if (owner !== person?.id)
    return playlist.public && world.hiddenFollows.get(owner)?.has(playlist.id) !== true;
  // Guessed: the scope is needed for one's own collaborative ones as well.
  if (playlist.collaborative) return view.scopes.includes("playlist-read-collaborative");
  return mayRead(call, playlist);
}
