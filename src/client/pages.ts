import { StagedoorError } from "../base/errors.js";
import type { CursorPage, Page } from "../contract/index.js";
import { readPage } from "./call.js";
import { type CallOptions, type Connection, pathOfLink } from "./connection.js";

/** A page of either kind. */
export type AnyPage<T> = Page<T> | CursorPage<T>;

/**
 * Walks a list page by page, beginning with one that is there already.
 *
 * @throws StagedoorError `origin-refused` for a link out of the API, `response-invalid` for one that leads back
 *
 * @example
 * for await (const page of pages(connection, spotify.playlists.items({ playlistId }))) console.log(page.offset, page.total);
 */
export async function* pages<P extends AnyPage<unknown>>(
  connection: Connection,
  first: P | Promise<P>,
  options: CallOptions = {},
): AsyncGenerator<P, void, undefined> {
  let page = await first;
  const seen = new Set<string>();
  for (;;) {
    yield page;
    // Spotify sometimes offers a next page after an empty one, and the next is empty again.
    if (page.next === null || page.items.length === 0) return;
    if (seen.has(page.next)) {
      throw new StagedoorError("response-invalid", "A list leads back to a page that was read already.");
    }
    seen.add(page.next);
    page = await nextPage<P>(connection, page.next, options);
  }
}

async function nextPage<P>(connection: Connection, link: string, options: CallOptions): Promise<P> {
  const page = await readPage(connection, pathOfLink(connection, link), options);
  if (page === undefined) throw new StagedoorError("response-invalid", "A page of a list is not a page.");
  // A page holds what the page before it held.
  return page as P;
}

/**
 * Walks a list item by item, over all its pages.
 *
 * @example
 * for await (const playlist of items(connection, spotify.me.playlists())) console.log(playlist?.name);
 */
export async function* items<T>(
  connection: Connection,
  first: AnyPage<T> | Promise<AnyPage<T>>,
  options: CallOptions = {},
): AsyncGenerator<T, void, undefined> {
  for await (const page of pages(connection, first, options)) yield* page.items;
}
