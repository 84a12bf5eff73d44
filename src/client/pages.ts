import { listen, stopListening } from "../base/abort-listeners.js";
import { abortable, abortError, StagedoorError } from "../base/errors.js";
import type { CursorPage, Page } from "../contract/index.js";
import { readPage } from "./call.js";
import { type CallOptions, type Connection, pathOfLink } from "./connection.js";
import { offsetOf, pathsAfter } from "./page-links.js";

/** A page of either kind. */
export type AnyPage<T> = Page<T> | CursorPage<T>;

/** What was seen to change while a list was walked: items may have been missed, or come twice. */
export interface ListChange {
  /** The number of items, or the state of a playlist. */
  readonly what: "total" | "snapshot_id";
  readonly before: number | string;
  readonly after: number | string;
}

export interface WalkOptions extends CallOptions {
  /** After how many items to stop. Default: at the end. */
  readonly limit?: number | undefined;
  /** How many pages to read ahead at once, where a list says how long it is. Default 9; with 0, one page after another. */
  readonly readAhead?: number | undefined;
  /** Is told when the list changes on the way. */
  readonly onChange?: ((change: ListChange) => void) | undefined;
}

const WALK = "The walk";
/** Ten requests at once: a list of 10,000 items comes in 1.2 s where an answer takes 50 ms, and in 10 s one after another. */
const READ_AHEAD = 9;
const MAX_EMPTY_PAGES = 2;

/**
 * Walks a list page by page, in order, beginning with one that is there already.
 *
 * @throws StagedoorError `origin-refused` for a link out of the API, `response-invalid` for one that leads back, `argument-invalid`
 *
 * @example
 * for await (const page of pages(connection, spotify.me.playlists())) console.log(page.offset, page.total);
 */
export function pages<P extends AnyPage<unknown>>(
  connection: Connection,
  first: P | Promise<P>,
  options: WalkOptions = {},
): AsyncGenerator<P, void, undefined> {
  // Whoever never walks must not be told of its failure by the end of the process.
  if (first instanceof Promise) first.catch(() => undefined);
  return walk(connection, first, options);
}

async function* walk<P extends AnyPage<unknown>>(
  connection: Connection,
  first: P | Promise<P>,
  options: WalkOptions,
): AsyncGenerator<P, void, undefined> {
  const { limit = Number.POSITIVE_INFINITY, readAhead = READ_AHEAD, onChange, signal } = options;
  checkCount("limit", limit);
  checkCount("readAhead", readAhead);
  const reader = pageReader<P>(connection, options);
  const seen = new Set<string>();
  try {
    const begun: Promise<P> = (async () => first)();
    let page: P = await abortable(begun, signal, WALK);
    const start = startOf(checkPage(page));
    let read = page.items.length;
    let given = countOf(page);
    let empty = 0;
    for (;;) {
      if (signal?.aborted) throw abortError(signal, WALK);
      yield page;
      empty = page.items.length === 0 ? empty + 1 : 0;
      if (given >= limit) return;
      if (page.next === null || isOver(page, empty)) {
        const missing = missingFrom(page, start + read, empty);
        if (missing > 0) onChange?.({ what: "total", before: read + missing, after: read });
        return;
      }
      const path = pathOfLink(connection, page.next);
      if (seen.has(path) || leadsBack(page, path)) {
        throw new StagedoorError("response-invalid", "A list leads back to a page that was read already.");
      }
      seen.add(path);
      reader.begin([path, ...pathsAfter(path, page, { wanted: limit - given, count: readAhead })]);
      const following = await abortable(reader.take(path), signal, WALK);
      if (page.total !== undefined && following.total !== undefined && following.total !== page.total) {
        onChange?.({ what: "total", before: page.total, after: following.total });
      }
      page = checkPage(following);
      read += page.items.length;
      given += countOf(page);
    }
  } finally {
    reader.stop();
  }
}

/**
 * How many items of a list that was walked to its end did not come; a search ends before its end.
 *
 * @param reached how many came, with those before the first page, which nobody asked for
 */
function missingFrom(page: AnyPage<unknown>, reached: number, empty: number): number {
  if (!("offset" in page) || page.total === undefined) return 0;
  const isWhole = page.offset + page.limit >= page.total || empty > 0;
  return isWhole ? Math.max(0, page.total - reached) : 0;
}

function startOf(page: AnyPage<unknown>): number {
  return "offset" in page ? page.offset : 0;
}

function checkPage<P extends AnyPage<unknown>>(page: P): P {
  if (!Array.isArray(page?.items))
    throw notAPage("Hand in a page, such as what me.playlists gives, or found.tracks of a search.");
  if (page.next === undefined)
    throw notAPage("Where fields are named, next, total, limit and offset must be among them.");
  return page;
}

/**
 * True where no more can be expected, whatever the link says. Spotify offers a next page after an empty one, and where things are gone
 * a page in the middle of a list can be empty: the first of a list that says how long it is does not end it, the second in a row does.
 */
function isOver(page: AnyPage<unknown>, empty: number): boolean {
  if (empty === 0) return false;
  return empty >= MAX_EMPTY_PAGES || !("offset" in page) || page.offset + page.limit >= page.total;
}

/** How many things are on a page; what is gone does not count toward a limit. */
function countOf(page: AnyPage<unknown>): number {
  return page.items.filter((item) => item !== null).length;
}

function leadsBack(page: AnyPage<unknown>, path: string): boolean {
  return "offset" in page && Number(offsetOf(path)) <= page.offset;
}

function notAPage(hint?: string): StagedoorError {
  return new StagedoorError("response-invalid", "This is no page of a list.", { hint });
}

/** Reads pages by their paths, several at once; what is not taken is given up when the walk ends. */
function pageReader<P>(connection: Connection, options: CallOptions) {
  const { signal } = options;
  const stop = new AbortController();
  const own = { ...options, signal: stop.signal };
  const forward = { onAbort: () => stop.abort(signal?.reason) };
  if (signal?.aborted) forward.onAbort();
  else if (signal !== undefined) listen(signal, forward);
  // By offset, since Spotify may write the link to a page differently than we guess it.
  const begun = new Map<string, Promise<P>>();

  return {
    begin(paths: readonly string[]): void {
      for (const path of paths) {
        if (begun.has(offsetOf(path))) continue;
        const reading = read<P>(connection, path, own);
        // Looked at when it is taken; a page that is never taken may fail as it likes.
        reading.catch(() => undefined);
        begun.set(offsetOf(path), reading);
      }
    },
    take(path: string): Promise<P> {
      const reading = begun.get(offsetOf(path)) ?? read<P>(connection, path, own);
      begun.delete(offsetOf(path));
      return reading;
    },
    stop(): void {
      if (signal !== undefined) stopListening(signal, forward);
      stop.abort();
    },
  };
}

async function read<P>(connection: Connection, path: string, options: CallOptions): Promise<P> {
  const page = await readPage(connection, path, options);
  if (page === undefined) throw notAPage();
  // A page holds what the page before it held.
  return page as P;
}

function checkCount(name: string, count: number): void {
  if (count >= 0 && (Number.isInteger(count) || count === Number.POSITIVE_INFINITY)) return;
  throw new StagedoorError("argument-invalid", `The argument ${name} must be a whole number from 0 on.`);
}

/**
 * Walks a list item by item, over all its pages. Where Spotify has `null` on a page, for something that is gone, nothing is given;
 * `pages` shows it.
 *
 * @throws what `pages` throws
 *
 * @example
 * for await (const playlist of items(connection, spotify.me.playlists(), { limit: 100 })) console.log(playlist.name);
 */
export function items<T>(
  connection: Connection,
  first: AnyPage<T> | Promise<AnyPage<T>>,
  options: WalkOptions = {},
): AsyncGenerator<NonNullable<T>, void, undefined> {
  return itemsOf(pages(connection, first, options), options);
}

async function* itemsOf<T>(
  all: AsyncGenerator<AnyPage<T>, void, undefined>,
  { limit = Number.POSITIVE_INFINITY, signal }: WalkOptions,
): AsyncGenerator<NonNullable<T>, void, undefined> {
  let left = limit;
  for await (const page of all) {
    for (const item of page.items) {
      if (item === null || item === undefined) continue;
      if (left-- <= 0) return;
      if (signal?.aborted) throw abortError(signal, WALK);
      yield item;
    }
  }
}
