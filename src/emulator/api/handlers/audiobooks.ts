import type { Call, Handlers } from "../handler.js";
import { audiobookObject, chaptersOf } from "../objects/spoken-objects.js";
import { eachWanted, wanted } from "./wanted.js";

/** As documented. */
export const audiobookHandlers = {
  "get-an-audiobook": (call: Call<"get-an-audiobook">) =>
    audiobookObject(call, wanted(call, "audiobook", call.args.id)),

  "get-multiple-audiobooks": (call: Call<"get-multiple-audiobooks">) =>
    eachWanted(call, "audiobook", (index) => audiobookObject(call, index)),

  "get-audiobook-chapters": (call: Call<"get-audiobook-chapters">) =>
    chaptersOf(call, wanted(call, "audiobook", call.args.id), call.args, call.query),
} satisfies Partial<Handlers>;
