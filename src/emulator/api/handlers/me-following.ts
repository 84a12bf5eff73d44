import { type Call, type Handlers, personOf } from "../handler.js";
import { contains, removeAll, saveAll, thingsOf } from "../library-access.js";
import { cursorPageOf } from "../page-of.js";

export const followingHandlers = {
  /** The earliest first: who follows on while they walk the list misses nothing. The order at Spotify is not known. */
  "get-followed": (call: Call<"get-followed">) => {
    const { args, world, view, path, query } = call;
    const all = world
      .savedBy(personOf(call).id, "artist")
      .toReversed()
      .map(({ id }) => world.catalogue.find("artist", id))
      .filter((index) => index !== null)
      .map((index) => view.face.artist(index));
    return cursorPageOf(args, { address: view.face.api + path, query, all });
  },

  "follow-artists-users": (call: Call<"follow-artists-users">) => {
    saveAll(call, thingsOf(call.args.type, call.args.ids));
    return undefined;
  },

  "unfollow-artists-users": (call: Call<"unfollow-artists-users">) => {
    removeAll(call, thingsOf(call.args.type, call.args.ids));
    return undefined;
  },

  "check-current-user-follows": (call: Call<"check-current-user-follows">) =>
    contains(call, thingsOf(call.args.type, call.args.ids)),
} satisfies Partial<Handlers>;
