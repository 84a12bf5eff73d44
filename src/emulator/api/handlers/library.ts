import { parseResource, toUri } from "../../../contract/ids.js";
import { MAX_LIBRARY, type World } from "../../world/world.js";
import { type Call, type Handlers, personOf } from "../handler.js";
import { badRequest } from "../refusal.js";

/** As observed: 200 with nothing in it, whether or not anything changed. */
export const libraryHandlers = {
  "save-library-items": (call: Call<"save-library-items">) => {
    const { world } = call;
    const library = world.libraryOf(personOf(call).id);
    const uris = call.args.uris.map(canonical);
    for (const uri of uris) checkExists(world, uri);
    if (library.size + uris.length > MAX_LIBRARY) throw badRequest("Library limit reached");
    for (const uri of uris) if (!library.has(uri)) library.set(uri, world.now());
    return undefined;
  },

  "remove-library-items": (call: Call<"remove-library-items">) => {
    const library = call.world.libraryOf(personOf(call).id);
    for (const uri of call.args.uris) library.delete(canonical(uri));
    return undefined;
  },

  "check-library-contains": (call: Call<"check-library-contains">) => {
    const { world } = call;
    const person = personOf(call).id;
    const library = world.libraryOf(person);
    return call.args.uris.map((uri) => {
      const name = canonical(uri);
      // One's own playlists are in the library without having been put there. Guessed.
      return (
        library.has(name) || world.playlists.get(name.replace("spotify:playlist:", ""))?.owner === person
      );
    });
  },
} satisfies Partial<Handlers>;

/** One spelling for each thing: the older URI of a playlist names its owner too. */
function canonical(uri: string): string {
  const named = parseResource(uri);
  return named === null ? uri : toUri(named);
}

/** Things of a kind that this world does not have are taken as they are. */
function checkExists(world: World, uri: string): void {
  const named = parseResource(uri);
  const missing =
    named === null ||
    ((named.type === "artist" || named.type === "album" || named.type === "track") &&
      world.catalogue.find(named.type, named.id) === null) ||
    (named.type === "playlist" && !world.playlists.has(named.id)) ||
    (named.type === "user" && !world.people.has(named.id));
  if (missing) throw badRequest("invalid id");
}
