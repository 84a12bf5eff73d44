import type { CursorPage, Page } from "../../contract/models/index.js";

export interface PageRequest {
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
}

export interface PageSource<T> {
  /** Absolute, without the query. */
  readonly address: string;
  /** The query of the request: what is not about paging is carried on. */
  readonly query?: string;
  readonly total: number;
  readonly at: (index: number) => T;
  /** The most that the address takes as a limit, where this page holds more. */
  readonly maxLimit?: number;
}

/** One page of a list that is counted from 0. The bounds were filled in and checked by the row. */
export function pageOf<T>(request: PageRequest, source: PageSource<T>): Page<T> {
  const { limit = 20, offset = 0 } = request;
  const { address, query = "", total, at, maxLimit = limit } = source;
  const items: T[] = [];
  for (let index = offset; index < Math.min(offset + limit, total); index++) items.push(at(index));
  const href = (start: number) =>
    withQuery(address, query, { offset: String(start), limit: String(Math.min(limit, maxLimit)) });
  return {
    href: href(offset),
    items,
    limit,
    next: offset + limit < total ? href(offset + limit) : null,
    offset,
    previous: offset > 0 ? href(Math.max(0, offset - limit)) : null,
    total,
  };
}

/** One page of a list that is walked by the id of its last element. */
export function cursorPageOf<T extends { readonly id: string }>(
  request: { readonly limit?: number | undefined; readonly after?: string | undefined },
  source: {
    readonly address: string;
    readonly query: string;
    readonly all: readonly T[];
    /** Where the page begins: behind the element that the cursor names. */
    readonly start: number;
  },
): CursorPage<T> {
  const { limit = 20, after } = request;
  const { address, query, all, start } = source;
  const items = all.slice(start, start + limit);
  const last = start + limit < all.length ? (items.at(-1)?.id ?? null) : null;
  const size = String(limit);
  return {
    href: withQuery(address, query, { limit: size, ...(after !== undefined && { after }) }),
    items,
    limit,
    next: last === null ? null : withQuery(address, query, { after: last, limit: size }),
    cursors: { after: last },
    total: all.length,
  };
}

export function withQuery(address: string, query: string, members: Readonly<Record<string, string>>): string {
  const merged = new URLSearchParams(query);
  for (const [name, value] of Object.entries(members)) merged.set(name, value);
  return `${address}?${merged}`;
}
