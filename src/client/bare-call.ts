import { isRecord, parseJson } from "../base/encoding.js";
import type { Fetch } from "../base/http.js";
import { SPOTIFY_API_URL } from "../base/origins.js";
import {
  type Arguments,
  type Endpoint,
  type OutputOf,
  type Reason,
  type Result,
  wireName,
} from "../contract/index.js";

/**
 * Gives an access token, and another one in the place of one that the API has just refused with a 401; when it gives the same again,
 * the call fails.
 */
export type AccessTokenSource = (refused?: string) => string | Promise<string>;

export interface BareCallOptions {
  readonly signal?: AbortSignal | undefined;
  /** How long the call may take, in milliseconds. Default: 30,000. */
  readonly timeoutMs?: number | undefined;
  /** Where to call and to send the token, without a slash at its end. Default: Spotify's. */
  readonly apiUrl?: string | undefined;
  /** In place of the runtime's own. */
  readonly fetch?: Fetch | undefined;
}

/** A bare call that failed. It stands by itself: the class that all other errors extend is as large as a whole bare call. */
export class BareCallError extends Error {
  override readonly name = "BareCallError";
  /** 0 when there was no answer. */
  readonly status: number;
  /** Spotify's own word for it, with player errors and the quota. */
  readonly reason: Reason | undefined;
  /** For a limit: when to come back, in milliseconds since the Unix epoch. */
  readonly retryAt: number | undefined;

  constructor(message: string, status = 0, reason?: Reason, retryAt?: number) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.retryAt = retryAt;
  }
}

/**
 * Calls one operation with as little code as can be, for pages and Workers where bytes count.
 *
 * Left out, against `call`: all checks of arguments but the one that ids stay in the path, URIs and URLs in the place of ids, waiting for
 * limits and repeating, what replaces operations that an app has lost, pictures, codes and hints of errors, and the bound on the size of
 * an answer.
 *
 * @throws BareCallError; the reason of the signal, or a `TimeoutError`; what the source fails with
 * @see https://developer.spotify.com/documentation/web-api/concepts/api-calls
 *
 * @example
 * const track = await bareCall(() => accessToken, tracks.get, { id: "11dFghVXANMlKmJXsNCbNl" });
 */
export async function bareCall<E extends Endpoint>(
  source: AccessTokenSource,
  row: E,
  args: Arguments<E>,
  options: BareCallOptions = {},
): Promise<OutputOf<E["result"]>> {
  const { apiUrl = SPOTIFY_API_URL, fetch = globalThis.fetch, timeoutMs = 30_000 } = options;
  const { path, body } = describe(row, args);
  const deadline = AbortSignal.timeout(timeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;

  async function send(token: string) {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    try {
      // Spotify sends no redirect, and following one could carry the token to a stranger.
      const response = await fetch(apiUrl + path, {
        method: row.method,
        headers,
        body,
        redirect: "manual",
        signal,
      });
      return { response, data: parseJson(await response.text()) };
    } catch {
      signal.throwIfAborted();
      // What fetch itself says may hold the token.
      throw new BareCallError("The connection to the Web API failed.");
    }
  }

  const first = await source();
  let { response, data } = await send(first);
  let token = first;
  if (response.status === 401) {
    token = await source(first);
    if (token !== first) ({ response, data } = await send(token));
  }
  if (!response.ok) throw refusal(response, data, token);
  // The row says what comes back, to the compiler and to `read`.
  return read(row.result, response.status, data) as OutputOf<E["result"]>;
}

function describe({ path, parameters }: Endpoint, args: Readonly<Record<string, unknown>>) {
  let target: string = path;
  let separator = "?";
  let body: Record<string, unknown> | undefined;
  for (const [name, { in: place }] of Object.entries(parameters)) {
    const wire = wireName(name);
    const value = toWire(args[name]);
    if (place === "path") target = target.replace(`{${wire}}`, pathPart(name, value));
    else if (value === undefined) continue;
    else if (place === "content") throw new BareCallError("A bare call cannot send a picture.");
    else if (place === "body") body = { ...body, [wire]: value };
    else {
      target += `${separator}${wire}=${encodeURIComponent(String(value))}`;
      separator = "&";
    }
  }
  return { path: target, body: body === undefined ? null : JSON.stringify(body) };
}

/** Members of lists and objects have Spotify's names too. */
function toWire(input: unknown): unknown {
  if (Array.isArray(input)) return input.map(toWire);
  if (!isRecord(input)) return input;
  return Object.fromEntries(Object.entries(input).map(([name, member]) => [wireName(name), toWire(member)]));
}

/** Nothing and dots would leave the path, and no encoding prevents it. */
function pathPart(name: string, value: unknown): string {
  const text = String(value ?? "");
  if (/^\.{0,2}$/.test(text)) throw new BareCallError(`The argument ${name} is missing or no id.`);
  return encodeURIComponent(text);
}

function read(result: Result, status: number, data: unknown): unknown {
  if (result.kind === "nothing" || result.kind === "ignored") return undefined;
  if (result.kind === "json-or-nothing" && status === 204) return null;
  const under = result.kind === "json" ? result.under : undefined;
  const value = under !== undefined && isRecord(data) ? data[under] : data;
  if (value === undefined) throw new BareCallError("Spotify's answer cannot be read.", status);
  return value;
}

function refusal({ status, headers }: Response, data: unknown, token: string): BareCallError {
  const { message, reason } = isRecord(data) && isRecord(data.error) ? data.error : {};
  const seconds = Number(headers.get("retry-after"));
  return new BareCallError(
    `Spotify answered ${status}${message ? `: ${message}` : ""}`.replaceAll(token, "[redacted]"),
    status,
    typeof reason === "string" ? reason : undefined,
    seconds > 0 ? Date.now() + seconds * 1000 : undefined,
  );
}
