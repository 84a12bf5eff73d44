import { isRecord } from "../base/encoding.js";
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
import { type ApiRequest, describe, typesOf } from "./request.js";

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
  const types = typesOf(row, (name) => args[name]);
  const response = await send(connection, row, types, request, options);
  return readResult(row.result, response, { row });
}

/**
 * Sends a described request and takes nothing but success for an answer.
 *
 * @param row what is known of the operation, if anything is
 * @param types the types of the things that the call names, where they decide the scopes
 */
export async function send(
  connection: Connection,
  row: Endpoint | undefined,
  types: readonly string[],
  request: ApiRequest,
  options: CallOptions,
): Promise<HttpResponse> {
  if (row !== undefined && connection.tier !== undefined && removalFor(row.life, connection.tier)) {
    throw endpointRemoved(0, row);
  }
  const held = await currentToken(connection, options);
  // A token says what it may do: what cannot succeed is not sent.
  const missing = row === undefined ? [] : missingScopes(row.scopes, held.scopes, types);
  if (missing.length > 0) throw scopeMissing(0, row, missing);
  const { response, token } = await exchange(connection, held, request, options);
  if (response.status < 200 || response.status > 299) {
    throw refusal(response, { row, token, types, now: connection.clock.now() });
  }
  return response;
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
