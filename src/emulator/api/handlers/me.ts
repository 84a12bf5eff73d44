import { parseResource } from "../../../contract/ids.js";
import { KIND } from "../../world/identifier.js";
import { pick } from "../../world/key.js";
import type { World } from "../../world/world.js";
import { type Call, type Handlers, personOf } from "../handler.js";
import { privateUser } from "../objects/people-objects.js";
import { simplifiedPlaylist } from "../objects/playlist-objects.js";
import { cursorPageOf, pageOf } from "../page-of.js";

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

  "get-a-list-of-current-users-playlists": (call: Call<"get-a-list-of-current-users-playlists">) => {
    const { args, world, view, query } = call;
    const person = personOf(call).id;
    const followed = world.libraryOf(person);
    const sharing = view.scopes.includes("playlist-read-collaborative");
    const shown = [...world.playlists.values()].filter(
      (list) =>
        list.owner === person ||
        followed.has(`spotify:playlist:${list.id}`) ||
        (sharing && list.collaborators.includes(person)),
    );
    return pageOf(args, {
      address: `${view.face.api}/me/playlists`,
      query,
      total: shown.length,
      at: (index) => {
        const list = shown[index];
        return list === undefined ? null : simplifiedPlaylist({ world, view, person }, list);
      },
    });
  },

  "get-followed": (call: Call<"get-followed">) => {
    const { args, world, view, query } = call;
    const all = [...world.libraryOf(personOf(call).id).keys()]
      .filter((uri) => uri.startsWith("spotify:artist:"))
      .map((uri) => world.catalogue.find("artist", parseResource(uri)?.id ?? ""))
      .filter((index) => index !== null)
      .map((index) => view.face.artist(index));
    return cursorPageOf(args, { address: `${view.face.api}/me/following`, query, all });
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
