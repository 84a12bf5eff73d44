import type { World } from "../../world/world.js";
import { type Call, type Handlers, personOf } from "../handler.js";
import { contains, followedArtists, removeAll, saveAll, thingsOf } from "../library-access.js";
import { cursorPageOf } from "../page-of.js";

export const followingHandlers = {
  /**
   * The earliest first: who follows on while they walk the list misses nothing. The order at Spotify is not known; that the walk goes
   * on behind an artist who was unfollowed meanwhile, and ends at one who was never followed, is guessed.
   */
  "get-followed": (call: Call<"get-followed">) => {
    const { args, world, view, path, query } = call;
    const person = personOf(call).id;
    const followed = followedArtists(world, person).filter((id) => world.has({ type: "artist", id }));
    const all = followed
      .map((id) => world.catalogue.find("artist", id))
      .filter((index) => index !== null)
      .map((index) => view.face.artist(index));
    const start = args.after === undefined ? 0 : placeBehind(world, { person, followed, cursor: args.after });
    return cursorPageOf(args, { address: view.face.api + path, query, all, start });
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

interface Walk {
  readonly person: string;
  readonly followed: readonly string[];
  readonly cursor: string;
}

/** Where a walk goes on. Who is gone is led back, by those who are gone as well, to somebody who is still there. */
function placeBehind(world: World, { person, followed, cursor }: Walk): number {
  const former = world.formerFollows.get(person) ?? new Map<string, string | null>();
  const present = new Set(followed);
  let last: string | null | undefined = cursor;
  // Each of them was unfollowed later than the one before; in a library that a test has changed by hand they may lead in a circle.
  for (let left = former.size; typeof last === "string" && !present.has(last); left--)
    last = left > 0 ? former.get(last) : undefined;
  if (last === undefined) return followed.length;
  return last === null ? 0 : followed.indexOf(last) + 1;
}
