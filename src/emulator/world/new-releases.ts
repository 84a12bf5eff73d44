import type { Catalogue } from "./catalogue.js";
import type { Key } from "./key.js";
import { FIRST_YEAR, LAST_YEAR, releaseOf, releaseYearOf } from "./releases.js";

/** The list goes no further. Guessed. */
const MAX_NEW = 100;

/**
 * The albums that came out last, the newest first. Dates of the world are fixed, so the list grows old with the clock; what lies
 * in the clock's future is not in it.
 *
 * @param today such as `2026-11-21`
 */
export function newReleases(key: Key, { albums }: Catalogue, today: string): readonly number[] {
  const found: number[] = [];
  for (let year = Math.min(LAST_YEAR, Number(today.slice(0, 4))); year >= FIRST_YEAR; year--) {
    if (found.length >= MAX_NEW) break;
    const ofYear: (readonly [string, number])[] = [];
    for (let album = 0; album < albums; album++) {
      if (releaseYearOf(key, album) !== year) continue;
      const date = firstDay(releaseOf(key, album).releaseDate);
      if (date <= today) ofYear.push([date, album]);
    }
    ofYear.sort(([a, first], [b, second]) => (a < b ? 1 : a > b ? -1 : first - second));
    found.push(...ofYear.map(([, album]) => album));
  }
  return found.slice(0, MAX_NEW);
}

/** The first day that a date of a year or a month can mean. */
function firstDay(date: string): string {
  return `${date}-01-01`.slice(0, "2026-11-21".length);
}
