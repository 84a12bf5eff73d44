import type { Clock } from "../../base/clock.js";
import type { Catalogue } from "../world/catalogue.js";
import type { Key } from "../world/key.js";
import { catalogueKinds } from "./catalogue-kinds.js";
import { fold } from "./fold.js";
import { isEmpty, matchesSearch, parseSearch, type SearchQuery } from "./search-query.js";
import type { Searched } from "./searched.js";
import { spokenKinds } from "./spoken-kinds.js";

/** A search gives no more than this, and counts no further: nothing beyond can be paged to. */
export const MAX_FOUND = 1000;
/** So many searches are remembered, as the next page of one is asked for right after. */
const MAX_REMEMBERED = 64;

/** The kinds of the catalogue, by the type that a search calls them. */
export type SearchedType = keyof ReturnType<typeof catalogueKinds> | keyof ReturnType<typeof spokenKinds>;

/** Finds things of the catalogue; gives their indices, at most `MAX_FOUND`. */
export type Search = (type: SearchedType, text: string) => readonly number[];

export function createSearch(key: Key, catalogue: Catalogue, clock: Clock): Search {
  const kinds = { ...catalogueKinds(key, catalogue), ...spokenKinds(key, catalogue) };
  const remembered = new Map<string, readonly number[]>();
  return (type, text) => {
    const query = parseSearch(text, clock.now());
    const name = JSON.stringify([type, text, query.released]);
    const known = remembered.get(name);
    if (known !== undefined) return known;
    const found = findIn(kinds[type], query);
    const [oldest] = remembered.size < MAX_REMEMBERED ? [] : remembered.keys();
    if (oldest !== undefined) remembered.delete(oldest);
    remembered.set(name, found);
    return found;
  };
}

/**
 * What matches a query. How Spotify ranks is its secret: here, what has just the name that was typed comes first, and all else in
 * the order of the catalogue.
 */
export function findIn(kind: Searched, query: SearchQuery): readonly number[] {
  if (isEmpty(query)) return [];
  const found = matching(kind, query, kind.candidates?.(query) ?? indicesOf(kind));
  const { name } = query;
  if (name === undefined) return found;
  const hasName = (index: number) => fold(kind.describe(index).name) === name;
  // Where there was no room for all, those with the name may be among the ones that were not reached.
  const first =
    found.length < MAX_FOUND
      ? found.filter(hasName)
      : matching(kind, query, kind.named?.(name) ?? filtered(indicesOf(kind), hasName));
  return [...new Set([...first, ...found])].slice(0, MAX_FOUND);
}

function matching(kind: Searched, query: SearchQuery, candidates: Iterable<number>): readonly number[] {
  const found: number[] = [];
  for (const index of candidates) {
    if (found.length >= MAX_FOUND) break;
    if (matchesSearch(query, kind.describe(index))) found.push(index);
  }
  return found;
}

function* indicesOf({ count }: Searched): Iterable<number> {
  for (let index = 0; index < count; index++) yield index;
}

function* filtered(indices: Iterable<number>, keep: (index: number) => boolean): Iterable<number> {
  for (const index of indices) if (keep(index)) yield index;
}
