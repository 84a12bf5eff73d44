import type { CatalogueKind } from "../../world/catalogue.js";
import type { World } from "../../world/world.js";
import type { View } from "../handler.js";
import { notFound } from "../refusal.js";

interface Asking {
  readonly world: World;
  readonly view: View;
}

/** The index of a thing, or `null` where there is none or none can be had. */
export function findWanted({ world, view }: Asking, kind: CatalogueKind, id: string): number | null {
  const index = world.catalogue.find(kind, id);
  return index !== null && isOffered({ world, view }, kind, index) ? index : null;
}

/** The index of a thing that can be had. */
export function wanted(asking: Asking, kind: CatalogueKind, id: string): number {
  const index = findWanted(asking, kind, id);
  if (index === null) throw notFound(SPOKEN.has(kind) ? "non existing id" : undefined);
  return index;
}

/** One answer for each id, in their order, `null` where there is nothing. */
export function eachWanted<T>(
  asking: Asking & { readonly args: { readonly ids: readonly string[] } },
  kind: CatalogueKind,
  at: (index: number) => T,
): readonly (T | null)[] {
  return asking.args.ids.map((id) => {
    const index = findWanted(asking, kind, id);
    return index === null ? null : at(index);
  });
}

/** The words for shows and episodes are as observed, those for audiobooks and chapters guessed after them. */
const SPOKEN: ReadonlySet<CatalogueKind> = new Set(["show", "episode", "audiobook", "chapter"]);

/** Whether a thing can be had where the listener is; music can everywhere, although not all of it be played. */
export function isOffered(
  { world: { catalogue }, view: { face } }: Asking,
  kind: CatalogueKind,
  index: number,
): boolean {
  switch (kind) {
    case "show":
    case "audiobook":
      return face.offers(kind, index);
    case "episode":
      return face.offers("show", catalogue.episode(index).show);
    case "chapter":
      return face.offers("audiobook", catalogue.chapter(index).audiobook);
    default:
      return true;
  }
}
