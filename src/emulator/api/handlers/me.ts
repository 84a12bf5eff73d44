import { KIND } from "../../world/identifier.js";
import { pick } from "../../world/key.js";
import type { World } from "../../world/world.js";
import { type Call, type Handlers, personOf } from "../handler.js";
import { privateUser } from "../objects/people-objects.js";
import { pageOf } from "../page-of.js";

/** How many places a list of favourites has, at most. Guessed. */
const TOP_PLACES = 99;
const TIME_RANGES = ["short_term", "medium_term", "long_term"];

export const meHandlers = {
  "get-current-users-profile": (call: Call<"get-current-users-profile">) =>
    privateUser(call.world, personOf(call), call.view),

  "get-users-top-artists-and-tracks": (call: Call<"get-users-top-artists-and-tracks">) => {
    const { args, world, view } = call;
    const { catalogue } = world;
    const source = { address: view.face.api + call.path, query: call.query };
    const range = TIME_RANGES.indexOf(args.timeRange ?? "medium_term");
    const person = [...world.people.keys()].indexOf(personOf(call).id);
    if (args.type === "artists") {
      const ranked = ranking(world, KIND.artist, person * 3 + range, catalogue.artists);
      return pageOf(args, {
        ...source,
        ...ranked,
        at: (place) => view.face.artist(ranked.at(place)),
      });
    }
    const ranked = ranking(world, KIND.track, person * 3 + range, catalogue.tracks);
    return pageOf(args, {
      ...source,
      ...ranked,
      at: (place) => view.face.track(ranked.at(place)),
    });
  },
} satisfies Partial<Handlers>;

/** Favourites without a list of them: a walk through the catalogue in steps that come back to the start only when all were met. */
function ranking(world: World, kind: number, salt: number, count: number) {
  const start = pick(world.key, kind, salt, 401, count);
  let step = 1 + pick(world.key, kind, salt, 402, count);
  while (greatestCommonDivisor(step, count) !== 1) step++;
  return { total: Math.min(TOP_PLACES, count), at: (place: number) => (start + place * step) % count };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
