import type { SearchQuery, SearchText } from "./search-query.js";

/** A kind of things that can be searched. A small one only says how many there are and what is in each. */
export interface Searched {
  readonly count: number;
  describe(index: number): SearchText;
  /** Those that can match, at the least; without it, all are looked at one by one. */
  candidates?(query: SearchQuery): Iterable<number>;
  /** Those whose folded name is just this. */
  named?(name: string): Iterable<number>;
}
