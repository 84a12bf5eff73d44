/** What was typed into the search box, taken apart. */
export interface SearchQuery {
  /** Lower case; each must occur. */
  readonly words: readonly string[];
  readonly artist?: string;
  readonly album?: string;
  readonly track?: string;
  /** First and last year. */
  readonly years?: readonly [number, number];
}

const PART = /(artist|album|track|year):(?:"([^"]*)"|(\S+))|"([^"]*)"|(\S+)/gi;
const YEARS = /^(\d{4})(?:-(\d{4}))?$/;

/** Reads `moth artist:"Velvet Harbour" year:1990-1999`. */
export function parseSearch(text: string): SearchQuery {
  const words: string[] = [];
  const filters: Record<string, string> = {};
  for (const [, filter, quoted, plain, phrase, word] of text.toLowerCase().matchAll(PART)) {
    if (filter !== undefined) filters[filter] = quoted ?? plain ?? "";
    else words.push(phrase ?? word ?? "");
  }
  const { year, ...named } = filters;
  const years = YEARS.exec(year ?? "");
  const first = Number(years?.[1]);
  return {
    words,
    ...named,
    ...(years && { years: [first, years[2] === undefined ? first : Number(years[2])] }),
  };
}

/** What a query is held against; a filter for something that the thing does not have never matches. */
export interface SearchText {
  /** Everything that a word may occur in. */
  readonly text: string;
  readonly artist?: string;
  readonly album?: string;
  readonly track?: string;
  readonly year?: number;
}

export function matchesSearch(query: SearchQuery, thing: SearchText): boolean {
  const text = thing.text.toLowerCase();
  if (!query.words.every((word) => text.includes(word))) return false;
  for (const filter of ["artist", "album", "track"] as const) {
    const wanted = query[filter];
    if (wanted !== undefined && !(thing[filter]?.toLowerCase().includes(wanted) ?? false)) return false;
  }
  if (query.years === undefined) return true;
  const [first, last] = query.years;
  return thing.year !== undefined && thing.year >= first && thing.year <= last;
}
