import { decodeUtf8, parseJson } from "../base/encoding.js";
import { findOperation } from "../contract/index.js";
import { readJson } from "./answer.js";
import { send } from "./call.js";
import type { CallOptions, Connection } from "./connection.js";
import { type ApiRequest, endpointOf, typesOf } from "./request.js";

/**
 * Sends a request that is written out by hand. Where the contract has a row for it, scopes are checked before it is sent.
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
  const [path = "", query = ""] = asked.path.split("?", 2);
  // `fetch` would send `post` as POST: whether it may be repeated is asked of what is sent.
  const method = asked.method.toUpperCase();
  const row = findOperation(method, path)?.row;
  const types =
    row === undefined ? [] : typesOf(row, (name) => new URLSearchParams(query).get(name)?.split(","));
  const known = row && { endpoint: endpointOf(row.path), repeatable: row.repeatable };
  const response = await send(connection, row, types, { ...asked, method, ...known }, options);
  if (response.body.length === 0) return undefined;
  // What a command answers may be a text that says nothing; what a read answers must be JSON.
  return method === "GET" ? readJson(response, { row }) : parseJson(decodeUtf8(response.body) ?? "");
}
