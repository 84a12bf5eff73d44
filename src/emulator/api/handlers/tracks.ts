import type { Call, Handlers } from "../handler.js";
import { audioAnalysis, audioFeatures } from "../objects/audio-objects.js";
import { eachWanted, wanted } from "./wanted.js";

/** As documented. */
export const trackHandlers = {
  "get-track": (call: Call<"get-track">) => call.view.face.track(wanted(call, "track", call.args.id)),

  "get-several-tracks": (call: Call<"get-several-tracks">) => eachWanted(call, "track", call.view.face.track),

  "get-audio-features": (call: Call<"get-audio-features">) =>
    audioFeatures(call.world, wanted(call, "track", call.args.id), call.view.face.api),

  "get-several-audio-features": (call: Call<"get-several-audio-features">) =>
    eachWanted(call, "track", (index) => audioFeatures(call.world, index, call.view.face.api)),

  "get-audio-analysis": (call: Call<"get-audio-analysis">) =>
    audioAnalysis(call.world, wanted(call, "track", call.args.id)),
} satisfies Partial<Handlers>;
