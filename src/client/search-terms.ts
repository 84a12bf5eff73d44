import { StagedoorError } from "../base/errors.js";
import { nearest } from "../base/text.js";

/** What to search for, by fields; what is left out does not matter. */
export interface SearchTerms {
  /** Words that may occur anywhere. */
  readonly text?: string | undefined;
  readonly album?: string | undefined;
  readonly artist?: string | undefined;
  readonly track?: string | undefined;
  readonly genre?: string | undefined;
  /** A year, or the first and the last of several. */
  readonly year?: number | readonly [from: number, to: number] | undefined;
  /** Of a recording (ISO 3901). */
  readonly isrc?: string | undefined;
  /** Of an album (GS1). */
  readonly upc?: string | undefined;
  /** `new`: albums of the last two weeks; `hipster`: albums of the least popular tenth. */
  readonly tags?: readonly ("new" | "hipster")[] | undefined;
}

const FIELDS = ["album", "artist", "track", "genre", "isrc", "upc"] as const;

/**
 * Writes a search in Spotify's notation, with quotation marks where a value has several words.
 *
 * @throws StagedoorError `argument-invalid` for years that are none, and when there is nothing to search for
 * @see https://developer.spotify.com/documentation/web-api/reference/search
 *
 * @example
 * searchQuery({ text: "night", artist: "Velvet Harbour", year: [1990, 1999], tags: ["hipster"] });
 * // night artist:"Velvet Harbour" year:1990-1999 tag:hipster
 */
export function searchQuery(terms: SearchTerms): string {
  refuseUnknown(terms);
  const parts = [
    terms.text?.trim() ?? "",
    ...FIELDS.map((field) => filter(field, terms[field])),
    terms.year === undefined ? "" : `year:${years(terms.year)}`,
    ...(terms.tags ?? []).map((tag) => `tag:${tag}`),
  ].filter((part) => part !== "");
  if (parts.length === 0) {
    throw new StagedoorError("argument-invalid", "There is nothing to search for.", {
      hint: "Give at least one of text, album, artist, track, genre, year, isrc, upc and tags.",
    });
  }
  return parts.join(" ");
}

function refuseUnknown(terms: SearchTerms): void {
  const known: readonly string[] = [...FIELDS, "text", "year", "tags"];
  for (const name of Object.keys(terms)) {
    if (known.includes(name)) continue;
    const near = nearest(name, known);
    throw new StagedoorError("argument-invalid", `A search has no term ${name}.`, {
      hint: near === undefined ? `Its terms are ${known.join(", ")}.` : `Did you mean ${near}?`,
    });
  }
}

/** A quotation mark in a value would end it early, and Spotify has no way to write one. */
function filter(field: string, value: string | undefined): string {
  const plain = value?.replaceAll('"', " ").trim().replaceAll(/\s+/g, " ") ?? "";
  if (plain === "") return "";
  return `${field}:${/^[\p{L}\p{N}_-]+$/u.test(plain) ? plain : `"${plain}"`}`;
}

function years(year: number | readonly [number, number]): string {
  const [from, to] = typeof year === "number" ? [year, year] : year;
  const valid = [from, to].every((one) => Number.isInteger(one) && one >= 1000 && one <= 9999) && from <= to;
  if (!valid) {
    throw new StagedoorError(
      "argument-invalid",
      "A year has four digits, and the first of two comes first.",
      {
        hint: "Write year: 1994, or year: [1990, 1999].",
      },
    );
  }
  return from === to ? String(from) : `${from}-${to}`;
}
