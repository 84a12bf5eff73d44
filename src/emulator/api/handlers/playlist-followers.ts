import { type Call, type Handlers, personOf } from "../handler.js";
import { findPlaylist, needWriteScopes } from "../playlist-access.js";

export const playlistFollowerHandlers = {
  /** Followed in public it needs the one scope, in secret the other. As documented. */
  "follow-playlist": (call: Call<"follow-playlist">) => {
    const { args, world } = call;
    const { id } = findPlaylist(call, args.playlistId);
    needWriteScopes(call, { public: args.public, collaborative: false });
    const person = personOf(call).id;
    const library = world.libraryOf(person);
    const uri = `spotify:playlist:${id}`;
    if (!library.has(uri)) library.set(uri, world.now());
    const hidden = world.hiddenFollows.get(person) ?? new Set();
    world.hiddenFollows.set(person, hidden);
    if (args.public) hidden.delete(id);
    else hidden.add(id);
    return undefined;
  },

  /** One's own playlist too is only unfollowed: who follows it keeps it, and its owner may follow it again. As documented. */
  "unfollow-playlist": (call: Call<"unfollow-playlist">) => {
    const { id } = findPlaylist(call, call.args.playlistId);
    call.world.libraryOf(personOf(call).id).delete(`spotify:playlist:${id}`);
    return undefined;
  },

  "check-if-user-follows-playlist": (call: Call<"check-if-user-follows-playlist">) => {
    const { args, world } = call;
    const { id } = findPlaylist(call, args.playlistId);
    const asked = args.ids ?? [personOf(call).id];
    return asked.map((person) => {
      const isSecret = world.hiddenFollows.get(person)?.has(id) === true && person !== call.person?.id;
      return world.follows(person, id) && !isSecret;
    });
  },
} satisfies Partial<Handlers>;
