import { DAY } from "../../base/clock.js";
import { fold } from "./fold.js";

/** Where a word may occur: anywhere, or in what a filter names. */
export type Field = "any" | "artist" | "album" | "track" | "genre";

export interface Term {
  readonly field: Field;
  /** Folded; several words must stand together in this order. */
  readonly text: string;
}

/** What was typed into the search box, taken apart. */
export interface SearchQuery {
  /** Of each, one must occur. */
  readonly clauses: readonly (readonly Term[])[];
  /** None of them may. */
  readonly without: readonly Term[];
  /** All that was typed, folded, when it has no filter and no operator: it may be a full name. */
  readonly name?: string;
  /** First and last year. */
  readonly years?: readonly [number, number];
  readonly isrc?: string;
  readonly upc?: string;
  /** First and last day of what counts as new, such as `2026-02-11`. */
  readonly released?: readonly [string, string];
  /** Only what few know. */
  readonly hipster?: true;
}

const PART = /(artist|album|track|genre|year|isrc|upc|tag):(?:"([^"]*)"|(\S+))|"([^"]*)"|(\S+)/gi;
const YEARS = /^(\d{4})(?:-(\d{4}))?$/;
const OPERATORS = ["AND", "OR", "NOT"];
const NEW_DAYS = 14;
/** Between two texts, so that no phrase is found across. */
const BORDER = "\n";
/** Below this popularity, of 0 to 100, is about the lowest tenth. */
const HIPSTER_POPULARITY = 10;

/**
 * Reads `moth OR comet NOT live artist:"Velvet Harbour" year:1990-1999 tag:new`.
 *
 * @param now milliseconds since the Unix epoch, for what is new
 */
export function parseSearch(text: string, now: number): SearchQuery {
  const clauses: Term[][] = [];
  const without: Term[] = [];
  let filters: Partial<SearchQuery> = {};
  let isPlain = true;
  let operator = "AND";
  for (const [, filter, quoted, bare, phrase, word] of text.matchAll(PART)) {
    if (word !== undefined && OPERATORS.includes(word)) {
      operator = word;
      isPlain = false;
      continue;
    }
    const name = filter?.toLowerCase();
    const value = quoted ?? bare ?? phrase ?? word ?? "";
    const field = isField(name) ? name : "any";
    if (name !== undefined) isPlain = false;
    if (name !== undefined && field === "any") {
      filters = { ...filters, ...filterFor(name, value, now) };
    } else {
      const term: Term = { field, text: fold(value) };
      if (term.text === "") continue;
      if (operator === "NOT") without.push(term);
      else if (operator === "OR" && clauses.length > 0) clauses.at(-1)?.push(term);
      else clauses.push([term]);
    }
    operator = "AND";
  }
  return { clauses, without, ...filters, ...(isPlain && { name: fold(text) }) };
}

function isField(name: string | undefined): name is Exclude<Field, "any"> {
  return name === "artist" || name === "album" || name === "track" || name === "genre";
}

/** What is not understood filters nothing. */
function filterFor(name: string, value: string, now: number): Partial<SearchQuery> {
  const plain = value.toLowerCase();
  if (name === "isrc") return { isrc: plain.replaceAll("-", "") };
  if (name === "upc") return { upc: plain };
  if (name === "year") {
    const [, first, last = first] = YEARS.exec(plain) ?? [];
    return first === undefined ? {} : { years: [Number(first), Number(last)] };
  }
  if (plain === "new") return { released: [dayOf(now - NEW_DAYS * DAY), dayOf(now)] };
  return plain === "hipster" ? { hipster: true } : {};
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** True when nothing was asked that could be found: `&`, or an operator alone. */
export function isEmpty({ clauses, name: _, without: __, ...filters }: SearchQuery): boolean {
  return clauses.length === 0 && Object.keys(filters).length === 0;
}

/** What a query is held against; a filter for something that the thing does not have never matches. */
export interface SearchText {
  readonly name: string;
  /** What words may occur in besides the name. */
  readonly more?: readonly string[];
  readonly artist?: string;
  readonly album?: string;
  readonly track?: string;
  readonly genre?: string;
  readonly year?: number;
  readonly isrc?: string;
  readonly upc?: string;
  /** Of albums only: the filters by tag are for them. */
  readonly releaseDate?: string;
  readonly popularity?: number;
}

export function matchesSearch(query: SearchQuery, thing: SearchText): boolean {
  const { years, isrc, upc, released, hipster } = query;
  if (years !== undefined && !isWithin(thing.year, years)) return false;
  if (released !== undefined && !isWithin(thing.releaseDate, released)) return false;
  if (hipster && !((thing.popularity ?? HIPSTER_POPULARITY) < HIPSTER_POPULARITY)) return false;
  if (isrc !== undefined && thing.isrc?.toLowerCase() !== isrc) return false;
  if (upc !== undefined && thing.upc !== upc) return false;
  const folded: Partial<Record<Field, string>> = {};
  const occurs = ({ field, text }: Term) => {
    folded[field] ??=
      field === "any" ? [thing.name, ...(thing.more ?? [])].map(fold).join(BORDER) : fold(thing[field] ?? "");
    return folded[field].includes(text);
  };
  return query.clauses.every((terms) => terms.some(occurs)) && !query.without.some(occurs);
}

function isWithin<T extends number | string>(value: T | undefined, [first, last]: readonly [T, T]): boolean {
  return value !== undefined && value >= first && value <= last;
}
