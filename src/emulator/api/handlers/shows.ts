import type { Call, Handlers } from "../handler.js";
import { episodesOf, showObject } from "../objects/spoken-objects.js";
import { eachWanted, wanted } from "./wanted.js";

/** As documented. */
export const showHandlers = {
  "get-a-show": (call: Call<"get-a-show">) => showObject(call, wanted(call, "show", call.args.id)),

  "get-multiple-shows": (call: Call<"get-multiple-shows">) => eachWanted(call, "show", call.view.face.show),

  "get-a-shows-episodes": (call: Call<"get-a-shows-episodes">) =>
    episodesOf(call, wanted(call, "show", call.args.id), call.args, call.query),
} satisfies Partial<Handlers>;
