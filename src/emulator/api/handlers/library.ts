import { parseResource, type Resource } from "../../../contract/ids.js";
import type { Call, Handlers } from "../handler.js";
import { contains, removeAll, saveAll } from "../library-access.js";
import { badRequest } from "../refusal.js";

/** As observed: 200 with nothing in it, whether or not anything changed. */
export const libraryHandlers = {
  "save-library-items": (call: Call<"save-library-items">) => {
    saveAll(call, changeable(call));
    return undefined;
  },

  "remove-library-items": (call: Call<"remove-library-items">) => {
    removeAll(call, changeable(call));
    return undefined;
  },

  "check-library-contains": (call: Call<"check-library-contains">) => contains(call, named(call.args.uris)),
} satisfies Partial<Handlers>;

function changeable({ args, world }: Call<"save-library-items">): readonly Resource[] {
  const things = named(args.uris);
  if (!world.libraryTakesArtists && things.some(({ type }) => type === "artist"))
    throw badRequest("Invalid uri");
  return things;
}

/** The older URI of a playlist names its owner too; both are one thing. */
function named(uris: readonly string[]): readonly Resource[] {
  return uris.map((uri) => {
    const thing = parseResource(uri);
    if (thing === null) throw badRequest("Invalid uri");
    return thing;
  });
}
