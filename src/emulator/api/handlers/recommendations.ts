import type { Recommendations } from "../../../contract/models/index.js";
import {
  GENRE_SEEDS,
  RANGES,
  recommend,
  type Seed,
  type Tunable,
  type Wish,
} from "../../world/recommendations.js";
import type { Call, Handlers } from "../handler.js";
import { badRequest } from "../refusal.js";

/** As documented. */
const MAX_SEEDS = 5;
// The keys of the table are the tunables and nothing else.
const TUNABLES = Object.keys(RANGES) as Tunable[];

/** As documented; the words of the refusals are guessed. */
export const recommendationHandlers = {
  "get-recommendations": (call: Call<"get-recommendations">): Recommendations => {
    const { args, world, view } = call;
    const seeds = seedsOf(args);
    if (seeds.length === 0) throw badRequest("At least one seed is required");
    if (seeds.length > MAX_SEEDS) throw badRequest("Too many seeds requested");
    const { tracks, pools } = recommend(world, seeds, wishesOf(args), view.face.plays);
    return {
      seeds: seeds.map(({ type, id }, place) => ({
        id,
        type,
        href: type === "genre" ? null : `${view.face.api}/${type}s/${id}`,
        initialPoolSize: pools[place]?.initial ?? 0,
        afterFilteringSize: pools[place]?.wished ?? 0,
        afterRelinkingSize: pools[place]?.playable ?? 0,
      })),
      tracks: tracks.slice(0, args.limit).map(view.face.track),
    };
  },

  "get-recommendation-genres": () => GENRE_SEEDS,
} satisfies Partial<Handlers>;

type Args = Call<"get-recommendations">["args"];

function seedsOf({ seedArtists = [], seedGenres = [], seedTracks = [] }: Args): readonly Seed[] {
  return [
    ...seedArtists.map((id): Seed => ({ type: "artist", id })),
    ...seedGenres.map((id): Seed => ({ type: "genre", id })),
    ...seedTracks.map((id): Seed => ({ type: "track", id })),
  ];
}

function wishesOf(args: Args): readonly Wish[] {
  return TUNABLES.map((tunable) => ({
    tunable,
    min: args[`min${tunable}`],
    max: args[`max${tunable}`],
    target: args[`target${tunable}`],
  })).filter(({ min, max, target }) => (min ?? max ?? target) !== undefined);
}
