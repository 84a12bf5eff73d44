import { StagedoorError } from "../base/errors.js";
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
  /** How many pages to read ahead at once, where a list says how long it is. Default 3; with 0, one page after another. */
  readonly readAhead?: number | undefined;
  /** Is told when the list changes on the way. */
  readonly onChange?: ((change: ListChange) => void) | undefined;
}

const READ_AHEAD = 3;

/**
 * Walks a list page by page, in order, beginning with one that is there already.
 *
 * @throws StagedoorError `origin-refused` for a link out of the API, `response-invalid` for one that leads back, `argument-invalid`
 *
 * @example
 * for await (const page of pages(connection, spotify.me.playlists())) console.log(page.offset, page.total);
 */
export async function* pages<P extends AnyPage<unknown>>(
  connection: Connection,
  first: P | Promise<P>,
  options: WalkOptions = {},
): AsyncGenerator<P, void, undefined> {
  const { limit = Number.POSITIVE_INFINITY, readAhead = READ_AHEAD, onChange } = options;
  checkCount("limit", limit);
  checkCount("readAhead", readAhead);
  const reader = pageReader<P>(connection, options);
  const seen = new Set<string>();
  try {
    let page = await first;
    if (!Array.isArray(page.items)) throw notAPage();
    let read = page.items.length;
    for (;;) {
      yield page;
      // Spotify sometimes offers a next page after an empty one, and the next is empty again.
      if (page.next === null || page.items.length === 0 || read >= limit) return;
      const path = pathOfLink(connection, page.next);
      if (seen.has(path) || leadsBack(page, path)) {
        throw new StagedoorError("response-invalid", "A list leads back to a page that was read already.");
      }
      seen.add(path);
      reader.begin([path, ...pathsAfter(path, page, { wanted: limit - read, count: readAhead })]);
      const following = await reader.take(path);
      if (page.total !== undefined && following.total !== undefined && following.total !== page.total) {
        onChange?.({ what: "total", before: page.total, after: following.total });
      }
      page = following;
      read += page.items.length;
    }
  } finally {
    reader.stop();
  }
}

function leadsBack(page: AnyPage<unknown>, path: string): boolean {
  return "offset" in page && Number(offsetOf(path)) <= page.offset;
}

function notAPage(): StagedoorError {
  return new StagedoorError("response-invalid", "A page of a list is not a page.");
}

/** Reads pages by their paths, several at once; what is not taken is given up when the walk ends. */
function pageReader<P>(connection: Connection, { signal }: CallOptions) {
  const stop = new AbortController();
  const forward = () => stop.abort(signal?.reason);
  if (signal?.aborted) forward();
  signal?.addEventListener("abort", forward, { once: true });
  // By offset, since Spotify may write the link to a page differently than we guess it.
  const begun = new Map<string, Promise<P>>();

  return {
    begin(paths: readonly string[]): void {
      for (const path of paths) {
        if (begun.has(offsetOf(path))) continue;
        const reading = read<P>(connection, path, { signal: stop.signal });
        // Looked at when it is taken; a page that is never taken may fail as it likes.
        reading.catch(() => undefined);
        begun.set(offsetOf(path), reading);
      }
    },
    take(path: string): Promise<P> {
      const reading = begun.get(offsetOf(path)) ?? read<P>(connection, path, { signal: stop.signal });
      begun.delete(offsetOf(path));
      return reading;
    },
    stop(): void {
      signal?.removeEventListener("abort", forward);
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
 * Walks a list item by item, over all its pages.
 *
 * @throws what `pages` throws
 *
 * @example
 * for await (const playlist of items(connection, spotify.me.playlists(), { limit: 100 })) console.log(playlist?.name);
 */
export async function* items<T>(
  connection: Connection,
  first: AnyPage<T> | Promise<AnyPage<T>>,
  options: WalkOptions = {},
): AsyncGenerator<T, void, undefined> {
  let left = options.limit ?? Number.POSITIVE_INFINITY;
  for await (const page of pages(connection, first, options)) {
    for (const item of page.items) {
      if (left-- <= 0) return;
      yield item;
    }
  }
}
