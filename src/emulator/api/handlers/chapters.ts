import type { Call, Handlers } from "../handler.js";
import { chapterObject } from "../objects/spoken-objects.js";
import { eachWanted, wanted } from "./wanted.js";

/** As documented. An episode's id is none here: guessed. */
export const chapterHandlers = {
  "get-a-chapter": (call: Call<"get-a-chapter">) =>
    chapterObject(call, wanted(call, "chapter", call.args.id)),

  "get-several-chapters": (call: Call<"get-several-chapters">) =>
    eachWanted(call, "chapter", (index) => chapterObject(call, index)),
} satisfies Partial<Handlers>;
