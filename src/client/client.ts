import { type Arguments, type Endpoint, type GroupName, operations } from "../contract/index.js";
import { type Call, method } from "./call.js";
import { type CallOptions, type Connection, type ConnectionOptions, connect } from "./connection.js";
import { libraryOf } from "./library.js";
import { type AnyPage, items, pages, type WalkOptions } from "./pages.js";
import { playerHelpers } from "./player.js";
import { playlistEdits } from "./playlist-edits.js";
import { playlistItems } from "./playlist-items.js";
import { request } from "./raw-request.js";
import { replacing } from "./replacements.js";
import type { ApiRequest } from "./request.js";
import { getResource } from "./resource.js";
import { type SearchTerms, searchQuery } from "./search-terms.js";
import { type BatchRow, severalOf } from "./several.js";

type Rows = Readonly<Record<string, Endpoint>>;

/** The methods of one group of operations. */
export type Group<R> = { readonly [M in keyof R]: R[M] extends Endpoint ? Call<R[M]> : never };

/** The whole Web API: `client.tracks.get({ id })`, a method for each row of the contract, and what is made of them. */
export type Client = ReturnType<typeof createClient>;

/**
 * Makes a client of the Web API.
 *
 * @throws StagedoorError `endpoint-url-invalid`, `argument-invalid` for a market that is none
 * @see https://developer.spotify.com/documentation/web-api
 *
 * @example
 * const client = createClient({ source: session });
 * const me = await client.me.profile();
 */
export function createClient(options: ConnectionOptions) {
  const connection = connect(options);
  const groups = {
    albums: withSeveral(connection, operations.albums),
    artists: withSeveral(connection, operations.artists),
    audiobooks: withSeveral(connection, operations.audiobooks),
    browse: group(connection, operations.browse),
    chapters: withSeveral(connection, operations.chapters),
    episodes: withSeveral(connection, operations.episodes),
    library: libraryOf(connection),
    markets: group(connection, operations.markets),
    me: group(connection, operations.me),
    player: { ...group(connection, operations.player), ...playerHelpers(connection) },
    playlists: {
      ...group(connection, operations.playlists),
      ...playlistEdits(connection),
      /** Walks the items of a playlist, and tells when it changes meanwhile. */
      allItems: (args: Arguments<typeof operations.playlists.items>, walk?: WalkOptions) =>
        playlistItems(connection, args, walk),
    },
    search: searchGroup(connection),
    shows: withSeveral(connection, operations.shows),
    tracks: {
      ...withSeveral(connection, operations.tracks),
      /** What Spotify computed of the sound of any number of tracks, in the order of the ids. */
      severalAudioFeatures: severalOf(
        connection,
        operations.tracks.severalAudioFeatures,
        operations.tracks.audioFeatures,
      ),
    },
    users: group(connection, operations.users),
  } satisfies Record<GroupName, unknown>;
  return {
    ...groups,
    /** Reads whatever a URI or a URL of Spotify's names. */
    get: (uriOrUrl: string, call?: CallOptions) => getResource(connection, uriOrUrl, call),
    /** Walks a list page by page. */
    pages: <P extends AnyPage<unknown>>(first: P | Promise<P>, walk?: WalkOptions) =>
      pages(connection, first, walk),
    /** Walks a list item by item, over all its pages. */
    items: <T>(first: AnyPage<T> | Promise<AnyPage<T>>, walk?: WalkOptions) => items(connection, first, walk),
    /** Sends a request that is written out by hand; the path is below the API's address. */
    request: (asked: ApiRequest, call?: CallOptions) => request(connection, asked, call),
  };
}

/** A method for each row; where some kinds of app have lost an operation, one that knows what to do instead. */
function group<R extends Rows>(connection: Connection, rows: R): Group<R> {
  const methods = Object.entries(rows).map(([name, row]) => [
    name,
    row.life.removed?.replacement == null ? method(connection, row) : replacing(connection, row),
  ]);
  return Object.fromEntries(methods);
}

/** A group in which any number of things can be read at once. */
function withSeveral<R extends Rows & { readonly get: Endpoint; readonly several: BatchRow }>(
  connection: Connection,
  rows: R,
) {
  return {
    ...group(connection, rows),
    /** Any number of things, in the order of the ids, `null` for those that Spotify does not have. */
    several: severalOf<R["get"]>(connection, rows.several, rows.get),
  };
}

function searchGroup(connection: Connection) {
  const find = method(connection, operations.search.find);
  type Find = Omit<Arguments<typeof operations.search.find>, "q"> & { readonly q: string | SearchTerms };
  return {
    /** Things of the catalogue that match a text, or terms by field. */
    find: async (args: Find, call?: CallOptions) =>
      find(
        { ...args, q: typeof args?.q === "object" && args.q !== null ? searchQuery(args.q) : args?.q },
        call,
      ),
  };
}
