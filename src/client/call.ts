import { isRecord } from "../base/encoding.js";
import { isAbort, StagedoorError } from "../base/errors.js";
import type { HttpResponse } from "../base/http.js";
import {
  type Arguments,
  type Endpoint,
  type Json,
  type JsonBy,
  missingScopes,
  type OutputOf,
  type Removal,
} from "../contract/index.js";
import type { TokenSource } from "../token/index.js";
import { LimitError } from "../transport/index.js";
import { readJson, readResult, refusal } from "./answer.js";
import { endpointRemoved, notSent, personNeeded, scopeMissing } from "./api-error.js";
import { invalid } from "./arguments.js";
import {
  type CallOptions,
  type Connection,
  connect,
  currentToken,
  type Exchanged,
  exchange,
} from "./connection.js";
import { warnOfWrite } from "./outcome.js";
import { inPlaylistTurn, playlistChangedBy } from "./playlist-turns.js";
import { type ApiRequest, describe, typesOf } from "./request.js";

type Cases = Readonly<Record<string, Json<unknown>>>;

/** The arguments of a call, and what comes back for them. */
export type Call<E extends Endpoint> =
  E["result"] extends JsonBy<infer P, infer M extends Cases>
    ? <C extends keyof M & string>(
        args: { readonly [K in keyof Arguments<E>]: K extends P ? C : Arguments<E>[K] },
        options?: CallOptions,
      ) => Promise<OutputOf<M[C]>>
    : keyof E["parameters"] extends never
      ? (args?: Readonly<Record<string, never>>, options?: CallOptions) => Promise<OutputOf<E["result"]>>
      : Record<never, never> extends Arguments<E>
        ? (args?: Arguments<E>, options?: CallOptions) => Promise<OutputOf<E["result"]>>
        : (args: Arguments<E>, options?: CallOptions) => Promise<OutputOf<E["result"]>>;

/**
 * Makes the function that calls one operation.
 *
 * @throws StagedoorError from the function it makes: `argument-invalid` before anything is sent; `ApiError`; what the token source and
 * the network fail with
 *
 * @example
 * const getTrack = method(connection, tracks.get);
 * const track = await getTrack({ id: "11dFghVXANMlKmJXsNCbNl" });
 */
export function method<E extends Endpoint>(connection: Connection, row: E): Call<E> {
  const bound = (args: Readonly<Record<string, unknown>> = {}, options: CallOptions = {}) =>
    invoke(connection, row, args, options);
  // The row that gives the function its type also decides at run time what it takes and gives: the one place where the compiler has to
  // take our word for it.
  return bound as Call<E>;
}

/**
 * Calls one operation, without a client: a bundle then holds this row and what every call needs, and no other row.
 *
 * @param on where to call: a source of tokens, for Spotify itself, or what `connect` gave
 * @throws what the functions of `method` throw
 *
 * @example
 * const track = await call(session, tracks.get, { id: "11dFghVXANMlKmJXsNCbNl" });
 */
export function call<E extends Endpoint>(
  on: Connection | TokenSource,
  row: E,
  ...given: Parameters<Call<E>>
): ReturnType<Call<E>> {
  const connection = "source" in on ? on : connectionOf(on);
  // As in `method`: the row decides what goes in and what comes out.
  return invoke(connection, row, given[0] ?? {}, given[1] ?? {}) as ReturnType<Call<E>>;
}

const connections = new WeakMap<TokenSource, Connection>();

function connectionOf(source: TokenSource): Connection {
  const known = connections.get(source);
  if (known !== undefined) return known;
  const made = connect({ source });
  connections.set(source, made);
  return made;
}

/** Calls an operation whose row is known at run time only. */
export async function invoke(
  connection: Connection,
  row: Endpoint,
  args: Readonly<Record<string, unknown>>,
  options: CallOptions,
): Promise<unknown> {
  if (!isRecord(args)) throw invalid("args", "must be an object with the call's arguments");
  const request = describe(row, withMarket(connection, row, args), connection.tiers.tier);
  const types = typesOf(row, (name) => args[name]);
  const response = await send(connection, row, types, request, options);
  try {
    return readResult(row.result, response, { row });
  } catch (error) {
    throw error instanceof StagedoorError ? warnOfWrite(error, row.method, row) : error;
  }
}

/**
 * Sends a described request and takes nothing but success for an answer.
 *
 * @param row what is known of the operation, if anything is
 * @param types the types of the things that the call names, where they decide the scopes
 */
export function send(
  connection: Connection,
  row: Endpoint | undefined,
  types: readonly string[],
  request: ApiRequest,
  options: CallOptions,
): Promise<HttpResponse> {
  const playlist = playlistChangedBy(request);
  if (playlist === undefined) return sendNow(connection, row, types, request, options);
  return inPlaylistTurn(connection, playlist, options, (turn) => sendNow(turn, row, types, request, options));
}

async function sendNow(
  connection: Connection,
  row: Endpoint | undefined,
  types: readonly string[],
  request: ApiRequest,
  options: CallOptions,
): Promise<HttpResponse> {
  const removal = row?.life.removed;
  if (row !== undefined && removal !== undefined && connection.tiers.hasLost(removal)) {
    throw endpointRemoved(0, row);
  }
  const held = await currentToken(connection, options);
  if (row !== undefined && isPersonal(row) && held.grant === "client_credentials") throw personNeeded(row);
  // A token says what it may do: what cannot succeed is not sent.
  const missing = row === undefined ? [] : missingScopes(row.scopes, held.scopes, types);
  if (missing.length > 0) throw scopeMissing(0, row, missing, held.scopes);
  let exchanged: Exchanged;
  try {
    exchanged = await exchange(connection, held, request, options);
  } catch (error) {
    if (error instanceof LimitError && !isAbort(error)) throw notSent(error, row);
    throw error instanceof StagedoorError ? warnOfWrite(error, request.method, row) : error;
  }
  const { response, token } = exchanged;
  if (response.status < 200 || response.status > 299) {
    const error = refusal(response, { row, token, types, now: connection.clock.now() });
    if (
      removal !== undefined &&
      error.code === "endpoint-removed" &&
      tellsTier(connection, response.status, removal)
    ) {
      connection.tiers.learnLost(removal);
    }
    throw warnOfWrite(error, request.method, row);
  }
  return response;
}

/** Everything under `/me` is about the person who is logged in. */
function isPersonal({ path }: Endpoint): boolean {
  return path === "/me" || path.startsWith("/me/");
}

/**
 * A 404 may be about the thing, and where the tier was told a refusal proves nothing. Operations that something replaces teach when that
 * has worked (`replacements.ts`, `several.ts`).
 */
function tellsTier({ tiers }: Connection, status: number, { replacement }: Removal): boolean {
  return status === 403 && replacement === null && tiers.tier === undefined;
}

/** The country that was set for all calls, where the operation takes one and the call names none. */
function withMarket(
  { market }: Connection,
  row: Endpoint,
  args: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const isWanted = market !== undefined && args.market === undefined && "market" in row.parameters;
  return isWanted ? { ...args, market } : args;
}

/** Reads one page of a list by the path of a link. */
export async function readPage(
  connection: Connection,
  path: string,
  options: CallOptions,
): Promise<Record<string, unknown> | undefined> {
  const response = await send(connection, undefined, [], { method: "GET", path }, options);
  return pageIn(readJson(response, { row: undefined }));
}

/** The list inside an answer: the answer itself, or the one member that is a page. */
function pageIn(data: unknown): Record<string, unknown> | undefined {
  if (!isRecord(data)) return undefined;
  if (Array.isArray(data.items)) return data;
  const pages = Object.values(data).filter((member) => isRecord(member) && Array.isArray(member.items));
  const [page] = pages;
  return pages.length === 1 && isRecord(page) ? page : undefined;
}
