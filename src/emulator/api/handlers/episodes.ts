import type { Call, Handlers } from "../handler.js";
import { episodeObject } from "../objects/spoken-objects.js";
import { eachWanted, wanted } from "./wanted.js";

/** As documented. A chapter's id is none here, although its URI says `episode`: guessed. */
export const episodeHandlers = {
  "get-an-episode": (call: Call<"get-an-episode">) =>
    episodeObject(call, wanted(call, "episode", call.args.id)),

  "get-multiple-episodes": (call: Call<"get-multiple-episodes">) =>
    eachWanted(call, "episode", (index) => episodeObject(call, index)),
} satisfies Partial<Handlers>;
