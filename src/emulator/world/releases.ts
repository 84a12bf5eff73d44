import { KIND } from "./identifier.js";
import { type Key, pick } from "./key.js";

/** The years in which albums came out. */
export const FIRST_YEAR = 1972;
export const LAST_YEAR = 2025;

const DRAW = { year: 1, day: 2, whole: 10 } as const;

/** When an album came out, as exactly as it is known. */
export interface Release {
  readonly releaseDate: string;
  readonly precision: "year" | "month" | "day";
}

/** The year in which an album came out. */
export function releaseYearOf(key: Key, album: number): number {
  return FIRST_YEAR + pick(key, KIND.album, album, DRAW.year, LAST_YEAR - FIRST_YEAR + 1);
}

/** When an album came out, without making the album. */
export function releaseOf(key: Key, album: number): Release {
  const year = String(releaseYearOf(key, album));
  const day = pick(key, KIND.album, album, DRAW.day, 12 * 28);
  const month = `${year}-${String(1 + Math.floor(day / 28)).padStart(2, "0")}`;
  // As at Spotify, old releases are now and then known by their year or month only.
  const known = pick(key, KIND.album, album, DRAW.whole, 12);
  if (known === 0) return { releaseDate: year, precision: "year" };
  if (known === 1) return { releaseDate: month, precision: "month" };
  return { releaseDate: `${month}-${String(1 + (day % 28)).padStart(2, "0")}`, precision: "day" };
}
