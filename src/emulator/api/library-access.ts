import { isId, type Resource, type ResourceType, toUri } from "../../contract/ids.js";
import { type Library, save } from "../world/library.js";
import type { World } from "../world/world.js";
import { type Call, personOf } from "./handler.js";
import { badRequest } from "./refusal.js";

type LibraryCall = Pick<Call, "world" | "person">;

/** The library of the person who asks. */
export function libraryOf(call: LibraryCall): Library {
  return call.world.libraryOf(personOf(call).id);
}

/** Saves or follows all of the things, or none. That one is enough to refuse them all is guessed. */
export function saveAll(call: LibraryCall, things: readonly Resource[]): void {
  const { world } = call;
  if (!things.every((thing) => world.has(thing))) throw badRequest("invalid id");
  if (!save(libraryOf(call), things, world.now())) throw badRequest("Library limit reached");
}

export function removeAll(call: LibraryCall, things: readonly Resource[]): void {
  const library = libraryOf(call);
  for (const thing of things) {
    if (thing.type === "artist") rememberPlace(call, thing.id);
    library.delete(toUri(thing));
  }
}

/** For whoever is walking through the list just then, with this artist as the cursor. */
function rememberPlace(call: LibraryCall, artist: string): void {
  const { world } = call;
  const { id } = personOf(call);
  const followed = followedArtists(world, id);
  const place = followed.indexOf(artist);
  if (place < 0) return;
  const former = world.formerFollows.get(id) ?? new Map<string, string | null>();
  world.formerFollows.set(id, former.set(artist, followed[place - 1] ?? null));
}

/** The ids of those whom somebody follows, the earliest first. */
export function followedArtists(world: World, person: string): readonly string[] {
  return world
    .savedBy(person, "artist")
    .map(({ id }) => id)
    .reverse();
}

/** For each thing, in order, whether it is there. */
export function contains(call: LibraryCall, things: readonly Resource[]): readonly boolean[] {
  const library = libraryOf(call);
  return things.map((thing) => library.has(toUri(thing)));
}

/** Things of one type, by their ids. */
export function thingsOf(type: ResourceType, ids: readonly string[]): readonly Resource[] {
  if (!ids.every((id) => isId(type, id))) throw badRequest("Invalid base62 id");
  return ids.map((id) => ({ type, id }));
}
