import { type Endpoint, type GroupName, operations } from "../contract/index.js";
import { type Call, method } from "./call.js";
import { type CallOptions, type Connection, type ConnectionOptions, connect } from "./connection.js";
import { type AnyPage, items, pages } from "./pages.js";
import { request } from "./raw-request.js";
import type { ApiRequest } from "./request.js";

/** The methods of one group of operations. */
export type Group<R> = { readonly [M in keyof R]: R[M] extends Endpoint ? Call<R[M]> : never };

/** The whole Web API: `client.tracks.get({ id })`, a method for each row of the contract. */
export type Client = ReturnType<typeof createClient>;

/**
 * Makes a client of the Web API.
 *
 * @throws StagedoorError `endpoint-url-invalid`
 * @see https://developer.spotify.com/documentation/web-api
 *
 * @example
 * const client = createClient({ source: session });
 * const me = await client.me.profile();
 */
export function createClient(options: ConnectionOptions) {
  const connection = connect(options);
  const groups = {
    albums: group(connection, operations.albums),
    artists: group(connection, operations.artists),
    audiobooks: group(connection, operations.audiobooks),
    browse: group(connection, operations.browse),
    chapters: group(connection, operations.chapters),
    episodes: group(connection, operations.episodes),
    library: group(connection, operations.library),
    markets: group(connection, operations.markets),
    me: group(connection, operations.me),
    player: group(connection, operations.player),
    playlists: group(connection, operations.playlists),
    search: group(connection, operations.search),
    shows: group(connection, operations.shows),
    tracks: group(connection, operations.tracks),
    users: group(connection, operations.users),
  } satisfies Record<GroupName, unknown>;
  return {
    ...groups,
    /** Walks a list page by page. */
    pages: <P extends AnyPage<unknown>>(first: P | Promise<P>, call?: CallOptions) =>
      pages(connection, first, call),
    /** Walks a list item by item, over all its pages. */
    items: <T>(first: AnyPage<T> | Promise<AnyPage<T>>, call?: CallOptions) => items(connection, first, call),
    /** Sends a request that is written out by hand; the path is below the API's address. */
    request: (asked: ApiRequest, call?: CallOptions) => request(connection, asked, call),
  };
}

function group<R extends Readonly<Record<string, Endpoint>>>(connection: Connection, rows: R): Group<R> {
  const methods = Object.entries(rows).map(([name, row]) => [name, method(connection, row)]);
  return Object.fromEntries(methods);
}
