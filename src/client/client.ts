import {
  type Arguments,
  type AudioFeatures,
  type Endpoint,
  type GroupName,
  type OutputOf,
  operations,
  type PlaylistItem,
  type SearchResult,
} from "../contract/index.js";
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
import { type AnyResource, getResource } from "./resource.js";
import { type SearchTerms, searchQuery } from "./search-terms.js";
import { type BatchRow, type Several, severalOf } from "./several.js";

type Rows = Readonly<Record<string, Endpoint>>;

/** The methods of one group of operations. */
export type Group<R> = { readonly [M in keyof R]: R[M] extends Endpoint ? Call<R[M]> : never };

/** The methods of a group of things that have ids. */
export type GroupOfThings<R extends Things> = Omit<Group<R>, "several"> & {
  /**
   * Any number of things by their ids, URIs or web addresses, in this order; `null` for those that Spotify does not have.
   *
   * The client makes as many requests as it takes, and single ones for apps that have lost the batches.
   */
  readonly several: Several<OutputOf<R["get"]["result"]>>;
};
type Things = Rows & { readonly get: Endpoint; readonly several: BatchRow };

type FindRow = typeof operations.search.find;
// With `& {}` editors show the members, not the name.
type FindArguments = {
  readonly [K in keyof Arguments<FindRow>]: K extends "q" ? string | SearchTerms : Arguments<FindRow>[K];
} & {};

type PlaylistWalk<E extends Endpoint> = (
  args: Arguments<E>,
  walk?: WalkOptions,
) => AsyncGenerator<PlaylistItem, void, undefined>;

/**
 * The whole Web API: `client.tracks.get({ id })`, a method for each row of the contract, and what is made of them.
 *
 * Written out, and not what `createClient` happens to return, since editors show documentation only where a type still leads to the rows.
 */
export interface Client extends Readonly<Record<GroupName, object>> {
  readonly albums: GroupOfThings<typeof operations.albums>;
  readonly artists: GroupOfThings<typeof operations.artists>;
  readonly audiobooks: GroupOfThings<typeof operations.audiobooks>;
  readonly browse: Group<typeof operations.browse>;
  readonly chapters: GroupOfThings<typeof operations.chapters>;
  readonly episodes: GroupOfThings<typeof operations.episodes>;
  /** The person's library, for any number of things at once. */
  readonly library: ReturnType<typeof libraryOf>;
  readonly markets: Group<typeof operations.markets>;
  /** The person who is logged in. */
  readonly me: Group<typeof operations.me>;
  readonly player: Group<typeof operations.player> & ReturnType<typeof playerHelpers>;
  readonly playlists: Group<typeof operations.playlists> &
    ReturnType<typeof playlistEdits> & {
      /**
       * Walks all items of a playlist, however many, and tells when it changes meanwhile; `item` is always there, also where Spotify calls it
       * `track`.
       */
      readonly allItems: PlaylistWalk<typeof operations.playlists.items>;
    };
  readonly search: {
    /**
     * Things of the catalogue that match a text, or terms by field.
     *
     * @see https://developer.spotify.com/documentation/web-api/reference/search
     */
    readonly find: (args: FindArguments, options?: CallOptions) => Promise<SearchResult>;
  };
  readonly shows: GroupOfThings<typeof operations.shows>;
  readonly tracks: Omit<GroupOfThings<typeof operations.tracks>, "severalAudioFeatures"> & {
    /**
     * What Spotify computed of the sound of any number of tracks, in the order of the ids; `null` where it has nothing.
     *
     * Apps without extended quota on 2024-11-27 have lost this operation, and nothing replaces it.
     *
     * @see https://developer.spotify.com/documentation/web-api/reference/get-several-audio-features
     */
    readonly severalAudioFeatures: Several<AudioFeatures>;
  };
  readonly users: Group<typeof operations.users>;
  /** Reads whatever a URI or a web address of Spotify's names; `type` tells what it is. */
  readonly get: (uriOrUrl: string, options?: CallOptions) => Promise<AnyResource>;
  /** Walks a list page by page, beginning with one that a call gives: `pages(client.me.tracks())`. */
  readonly pages: <P extends AnyPage<unknown>>(
    first: P | Promise<P>,
    walk?: WalkOptions,
  ) => AsyncGenerator<P, void, undefined>;
  /**
   * Walks a list item by item over all its pages, beginning with one that a call gives: `items(client.me.tracks())`. Passes over `null`, which
   * stands for what is gone.
   */
  readonly items: <T>(
    first: AnyPage<T> | Promise<AnyPage<T>>,
    walk?: WalkOptions,
  ) => AsyncGenerator<NonNullable<T>, void, undefined>;
  /** Sends a request that is written out by hand; the path is below the API's address. */
  readonly request: (asked: ApiRequest, options?: CallOptions) => Promise<unknown>;
}

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
export function createClient(options: ConnectionOptions): Client {
  const connection = connect(options);
  return {
    get albums() {
      return keep(this, "albums", withSeveral(connection, operations.albums));
    },
    get artists() {
      return keep(this, "artists", withSeveral(connection, operations.artists));
    },
    get audiobooks() {
      return keep(this, "audiobooks", withSeveral(connection, operations.audiobooks));
    },
    get browse() {
      return keep(this, "browse", group(connection, operations.browse));
    },
    get chapters() {
      return keep(this, "chapters", withSeveral(connection, operations.chapters));
    },
    get episodes() {
      return keep(this, "episodes", withSeveral(connection, operations.episodes));
    },
    get library() {
      return keep(this, "library", libraryOf(connection));
    },
    get markets() {
      return keep(this, "markets", group(connection, operations.markets));
    },
    get me() {
      return keep(this, "me", group(connection, operations.me));
    },
    get player() {
      const helpers = playerHelpers(connection);
      return keep(this, "player", { ...group(connection, operations.player), ...helpers });
    },
    get playlists() {
      return keep(this, "playlists", playlistGroup(connection));
    },
    get search() {
      return keep(this, "search", searchGroup(connection));
    },
    get shows() {
      return keep(this, "shows", withSeveral(connection, operations.shows));
    },
    get tracks() {
      return keep(this, "tracks", trackGroup(connection));
    },
    get users() {
      return keep(this, "users", group(connection, operations.users));
    },
    get: (uriOrUrl: string, call?: CallOptions) => getResource(connection, uriOrUrl, call),
    pages: <P extends AnyPage<unknown>>(first: P | Promise<P>, walk?: WalkOptions) =>
      pages(connection, first, walk),
    items: <T>(first: AnyPage<T> | Promise<AnyPage<T>>, walk?: WalkOptions) => items(connection, first, walk),
    request: (asked: ApiRequest, call?: CallOptions) => request(connection, asked, call),
  };
}

/**
 * Makes a group the client's own when it is first used: a client that uses two of the fifteen takes half the memory, and a server may have one
 * for each of its users.
 */
function keep<G>(client: object, name: GroupName, group: G): G {
  Object.defineProperty(client, name, { value: group, enumerable: true });
  return group;
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
function withSeveral<R extends Things>(connection: Connection, rows: R): GroupOfThings<R> {
  return {
    ...group(connection, rows),
    several: severalOf<R["get"]>(connection, rows.several, rows.get),
  };
}

function playlistGroup(connection: Connection) {
  return {
    ...group(connection, operations.playlists),
    ...playlistEdits(connection),
    allItems: (args: Arguments<typeof operations.playlists.items>, walk?: WalkOptions) =>
      playlistItems(connection, args, walk),
  };
}

function trackGroup(connection: Connection) {
  const { severalAudioFeatures, audioFeatures } = operations.tracks;
  return {
    ...withSeveral(connection, operations.tracks),
    severalAudioFeatures: severalOf(connection, severalAudioFeatures, audioFeatures),
  };
}

function searchGroup(connection: Connection) {
  const find = method(connection, operations.search.find);
  return {
    find: async (args: FindArguments, call?: CallOptions) =>
      find(
        { ...args, q: typeof args?.q === "object" && args.q !== null ? searchQuery(args.q) : args?.q },
        call,
      ),
  };
}
