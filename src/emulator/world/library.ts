import { type Resource, type ResourceType, toUri } from "../../contract/ids.js";

/** What somebody has saved and follows: URIs, each with the time (milliseconds) since when. */
export type Library = Map<string, number>;

/** One thing of one type in a library. */
export interface Saved {
  readonly id: string;
  /** Milliseconds. */
  readonly since: number;
}

/** As at Spotify for tracks, here for everything together: a runaway test ends in an error and not in a full memory. */
export const MAX_LIBRARY = 20_000;

/** The things of one type, the latest first. */
export function savedOf(library: Library, type: ResourceType): readonly Saved[] {
  const prefix = toUri({ type, id: "" });
  const found: Saved[] = [];
  let isInOrder = true;
  for (const [uri, since] of library) {
    if (!uri.startsWith(prefix)) continue;
    if (since < (found.at(-1)?.since ?? since)) isInOrder = false;
    const id = uri.slice(prefix.length);
    found.push({ id: type === "user" ? decodeURIComponent(id) : id, since });
  }
  // Of things saved at the same moment, the last one is the latest.
  found.reverse();
  return isInOrder ? found : found.sort((a, b) => b.since - a.since);
}

/** Saves what is not saved yet; what is keeps its time. `false` when it would be too much, and then nothing is saved. */
export function save(library: Library, things: readonly Resource[], now: number): boolean {
  const added = things.map(toUri).filter((uri) => !library.has(uri));
  if (library.size + added.length > MAX_LIBRARY) return false;
  for (const uri of added) library.set(uri, now);
  return true;
}

/** The time of a saved thing as Spotify writes it: without fractions of a second. */
export function writtenTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, "Z");
}
