import {
  type Arguments,
  type Endpoint,
  type Operations,
  type OutputOf,
  operations,
} from "../contract/index.js";
import { type AccessTokenSource, type BareCallOptions, bareCall } from "./bare-call.js";

/** A bare call of one operation. */
export type BareMethod<E extends Endpoint> =
  Record<never, never> extends Arguments<E>
    ? (args?: Arguments<E>, options?: BareCallOptions) => Promise<OutputOf<E["result"]>>
    : (args: Arguments<E>, options?: BareCallOptions) => Promise<OutputOf<E["result"]>>;

/** A bare call for each row of the contract, by the names of `Client`. */
export type BareClient = {
  readonly [G in keyof Operations]: {
    readonly [M in keyof Operations[G]]: Operations[G][M] extends Endpoint
      ? BareMethod<Operations[G][M]>
      : never;
  };
};

/**
 * Makes a client of all operations whose calls are bare.
 *
 * @param options of calls that say nothing else
 * @see https://developer.spotify.com/documentation/web-api
 *
 * @example
 * const client = bareClient(() => accessToken);
 * const { items } = await client.me.top({ type: "tracks", limit: 10 });
 */
export function bareClient(source: AccessTokenSource, options: BareCallOptions = {}): BareClient {
  const method =
    (row: Endpoint) =>
    (args: Readonly<Record<string, unknown>> = {}, more: BareCallOptions = {}) =>
      // Its own row says what each method takes; what all rows take in common is not of interest here.
      bareCall(source, row, args as Arguments<Endpoint>, { ...options, ...more });
  const groups = Object.entries(operations).map(([group, rows]) => [
    group,
    Object.fromEntries(Object.entries<Endpoint>(rows).map(([name, row]) => [name, method(row)])),
  ]);
  // As in `createClient`, the rows decide at run time what their types promise.
  return Object.fromEntries(groups) as BareClient;
}
