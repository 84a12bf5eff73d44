import { type CursorPage, type Page, search } from "../contract/index.js";

const OFFSET = /([?&]offset=)(\d{1,9})(?=&|$)/;

/** The offset in the path of a page, by which it is known while it is being read; the path itself where it has none. */
export function offsetOf(path: string): string {
  return OFFSET.exec(path)?.[2] ?? path;
}

interface Wanted {
  /** How many items, from `path` on. */
  readonly wanted: number;
  /** How many paths, at most. */
  readonly count: number;
}

/**
 * The paths of the pages that come after the one at `path`, guessed from the length of the list.
 *
 * @param page the page before the one at `path`
 */
export function pathsAfter(
  path: string,
  page: Page<unknown> | CursorPage<unknown>,
  { wanted, count }: Wanted,
): readonly string[] {
  const start = Number(OFFSET.exec(path)?.[2] ?? Number.NaN);
  if (!("offset" in page) || !(page.limit > 0) || Number.isNaN(start)) return [];
  const end = Math.min(page.total, start + wanted, lastOffset(path) + 1);
  const paths: string[] = [];
  for (let offset = start + page.limit; offset < end && paths.length < count; offset += page.limit) {
    paths.push(path.replace(OFFSET, `$1${offset}`));
  }
  return paths;
}

/** A search says how much there is, but shows only so much of it. */
function lastOffset(path: string): number {
  const { max } = search.find.parameters.offset.value;
  return path.startsWith("/search?") && typeof max === "number" ? max : Number.POSITIVE_INFINITY;
}
