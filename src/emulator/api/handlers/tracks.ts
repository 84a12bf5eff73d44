import type { Call, Handlers } from "../handler.js";
import { eachWanted, wanted } from "./wanted.js";

/** As documented. */
export const trackHandlers = {
  "get-track": (call: Call<"get-track">) => call.view.face.track(wanted(call, "track", call.args.id)),

  "get-several-tracks": (call: Call<"get-several-tracks">) => eachWanted(call, "track", call.view.face.track),
} satisfies Partial<Handlers>;
