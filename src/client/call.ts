import { decodeUtf8, isRecord, parseJson } from "../base/encoding.js";
import type { HttpResponse } from "../base/http.js";
import {
  type Arguments,
  type Endpoint,
  type Json,
  type JsonBy,
  missingScopes,
  type OutputOf,
  removalFor,
} from "../contract/index.js";
import { readJson, readResult, refusal } from "./answer.js";
import { endpointRemoved, scopeMissing } from "./api-error.js";
import { type CallOptions, type Connection, currentToken, exchange } from "./connection.js";
import { type ApiRequest, describe, namedTypes } from "./request.js";

type Cases = Readonly<Record<string, Json<unknown>>>;

/** The arguments of a call, and what comes back for them. */
export type Call<E extends Endpoint> =
  E["result"] extends JsonBy<infer P, infer M extends Cases>
    ? <C extends keyof M & string>(
        args: Arguments<E> & { readonly [K in P]: C },
        options?: CallOptions,
      ) => Promise<OutputOf<M[C]>>
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
  const call = (args: Readonly<Record<string, unknown>> = {}, options: CallOptions = {}) =>
    perform(connection, row, args, options);
  // The row that gives the function its type also decides at run time what it takes and gives: the one place where the compiler has to
  // take our word for it.
  return call as Call<E>;
}

async function perform(
  connection: Connection,
  row: Endpoint,
  args: Readonly<Record<string, unknown>>,
  options: CallOptions,
): Promise<unknown> {
  const request = describe(row, args, connection.tier);
  if (connection.tier !== undefined && removalFor(row.life, connection.tier)) throw endpointRemoved(0, row);
  const held = await currentToken(connection, options);
  const types = namedTypes(row, args);
  // A token says what it may do: what cannot succeed is not sent.
  const missing = missingScopes(row.scopes, held.scopes, types);
  if (missing.length > 0) throw scopeMissing(0, row, missing);
  const { response, token } = await exchange(connection, held, request, options);
  const asked = { row, token, types, now: connection.clock.now() };
  if (!isSuccess(response)) throw refusal(response, asked);
  return readResult(row.result, response, asked);
}

function isSuccess({ status }: HttpResponse): boolean {
  return status >= 200 && status <= 299;
}

/**
 * Sends a request that no row describes.
 *
 * @returns the parsed JSON; `undefined` for an empty body, and where a command answers something that is not JSON
 * @throws ApiError when the status is no success
 *
 * @example
 * await request(connection, { method: "GET", path: "/me/playlists?limit=10" });
 */
export async function request(
  connection: Connection,
  asked: ApiRequest,
  options: CallOptions = {},
): Promise<unknown> {
  const held = await currentToken(connection, options);
  const { response, token } = await exchange(connection, held, asked, options);
  const known = { row: undefined, token, types: [], now: connection.clock.now() };
  if (!isSuccess(response)) throw refusal(response, known);
  if (response.body.length === 0) return undefined;
  // What a command answers may be a text that says nothing; what a read answers must be JSON.
  return asked.method === "GET" ? readJson(response, known) : parseJson(decodeUtf8(response.body) ?? "");
}

/** The list inside an answer: the answer itself, or the one member that is a page. */
export function pageIn(data: unknown): Record<string, unknown> | undefined {
  if (!isRecord(data)) return undefined;
  if (Array.isArray(data.items)) return data;
  const pages = Object.values(data).filter((member) => isRecord(member) && Array.isArray(member.items));
  const [page] = pages;
  return pages.length === 1 && isRecord(page) ? page : undefined;
}
