import { decodeUtf8, isRecord, parseJson } from "../base/encoding.js";
import type { HttpResponse } from "../base/http.js";
import { readRetryAfter } from "../base/retry-after.js";
import { cleanRemoteText } from "../base/text.js";
import { type Endpoint, limitFor, missingScopes, type Result } from "../contract/index.js";
import type { Token } from "../token/index.js";
import { ApiError, endpointRemoved, scopeMissing } from "./api-error.js";

/** No refusal of Spotify's is near this, in bytes; what is longer is not read. */
const MAX_ERROR_BYTES = 256 * 1024;

/** What is known of the call that an answer belongs to. */
export interface Asked {
  /** `undefined` for a raw request. */
  readonly row: Endpoint | undefined;
  readonly token: Token;
  readonly types: readonly string[];
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/**
 * Reads a successful answer as the row says.
 *
 * @throws ApiError `response-invalid`
 */
export function readResult(result: Result, response: HttpResponse, asked: Pick<Asked, "row">): unknown {
  switch (result.kind) {
    case "ignored":
    case "nothing":
      // Spotify answers commands with nothing or a short text. A web page comes from somebody in between.
      if (isWebPage(response)) throw unreadable(response, asked, "the body is a web page");
      if (result.kind === "nothing" && isBrokenJson(response))
        throw unreadable(response, asked, "the body is cut off");
      return undefined;
    case "json-or-nothing":
      return response.status === 204 || response.body.length === 0 ? null : readJson(response, asked);
    case "json-by":
      return readJson(response, asked);
    case "json": {
      const data = readJson(response, asked);
      if (result.under === undefined) return data;
      if (isRecord(data) && data[result.under] !== undefined) return data[result.under];
      throw unreadable(response, asked, `the member "${result.under}" is missing`);
    }
  }
}

/** Commands of the player may answer anything; what else answers nothing has not said "done" with half an object. */
function isBrokenJson({ body }: HttpResponse): boolean {
  const text =
    body.length > 0 && "{[".includes(String.fromCharCode(body[0] ?? 0)) ? decodeUtf8(body) : "null";
  return text === undefined || parseJson(text) === undefined;
}

function isWebPage(response: HttpResponse): boolean {
  const isCalledSo = (response.header("content-type") ?? "").toLowerCase().startsWith("text/html");
  return response.body.length > 0 && (isCalledSo || response.body[0] === "<".charCodeAt(0));
}

export function readJson(response: HttpResponse, asked: Pick<Asked, "row">): unknown {
  const text = decodeUtf8(response.body);
  const data = text === undefined ? undefined : parseJson(text);
  if (data === undefined) throw unreadable(response, asked, "the body is not JSON");
  return data;
}

function unreadable(response: HttpResponse, { row }: Pick<Asked, "row">, why: string): ApiError {
  const what = row === undefined ? "The Web API" : `${row.method} ${row.path}`;
  return new ApiError("response-invalid", `${what} answered ${response.status}, but ${why}.`, {
    status: response.status,
    operationId: row?.operationId,
    hint: "Check that no proxy or captive portal stands in between, and try again.",
  });
}

/** The error for an answer that is no success. */
export function refusal(response: HttpResponse, asked: Asked): ApiError {
  const { row, token } = asked;
  const { status } = response;
  const { message, reason, isSpotifys } = readError(response, token);
  const operationId = row?.operationId;
  const what = row === undefined ? "" : ` to ${row.method} ${row.path}`;
  const said = `Spotify answered ${status}${what}: ${message}`;
  const challenge = response.header("www-authenticate") ?? "";
  switch (true) {
    case status === 401:
      return new ApiError("unauthorized", said, {
        status,
        reason,
        operationId,
        hint: "Log in again: stagedoor login",
      });
    case status === 403 &&
      (/insufficient (client )?scope/i.test(message) || challenge.includes("insufficient_scope")):
      return scopeMissing(
        status,
        row,
        row === undefined ? [] : missingScopes(row.scopes, token.scopes, asked.types),
        token.scopes,
      );
    case row !== undefined && reason === undefined && tellsRemoval(row, status, isSpotifys && message):
      return endpointRemoved(status, row);
    case status === 429:
      return new ApiError(reason === "QUOTA_EXCEEDED" ? "quota-exceeded" : "rate-limited", said, {
        status,
        reason,
        operationId,
        ...comeBack(response, asked.now),
      });
    case status === 400:
      return new ApiError("bad-request", said, {
        status,
        reason,
        operationId,
        hint: hintFor400(row, message),
      });
    case status === 403:
      return new ApiError("forbidden", said, { status, reason, operationId, hint: hintFor403(message) });
    case status === 404:
      return new ApiError("not-found", said, { status, reason, operationId });
    case status >= 500:
      return new ApiError("server-error", said, {
        status,
        reason,
        operationId,
        ...comeBack(response, asked.now),
      });
    default:
      return new ApiError("api-error", said, { status, reason, operationId });
  }
}

/** Where a limit depends on the kind of app, and this is not known, the smaller one may have been met. */
function hintFor400(row: Endpoint | undefined, message: string): string | undefined {
  const limit = row?.parameters.limit?.value;
  if (limit?.kind !== "integer" || typeof limit.max !== "object" || !/^invalid limit$/i.test(message))
    return undefined;
  return `Development apps get at most ${limitFor(limit.max, "development")} a page.`;
}

/**
 * A lost operation is refused as JSON with a bare "Forbidden", or with the 404 that its row names. A 403 that says more is about
 * something else, and one that is no JSON comes from somebody in between.
 */
function tellsRemoval({ life }: Endpoint, status: number, message: string | false): boolean {
  return life.removed?.status === status && (status === 404 || message === "Forbidden");
}

/** The two refusals that are about the app, not about the call; what to do about them is done at the dashboard. */
function hintFor403(message: string): string | undefined {
  if (/not registered in the developer dashboard/i.test(message)) {
    return "Add the person under User Management of the app at https://developer.spotify.com/dashboard";
  }
  if (/valid user authentication required/i.test(message)) {
    return "Log a person in: the token is an app's own. stagedoor login";
  }
  if (/premium subscription required for the owner/i.test(message)) {
    return "The owner of the app needs Spotify Premium; after a renewal it takes a few hours.";
  }
  return undefined;
}

/** Some refusals are bare text; whatever came is cut, cleaned and cleared of the token. */
function readError(
  response: HttpResponse,
  token: Token,
): { readonly message: string; readonly reason: string | undefined; readonly isSpotifys: boolean } {
  const text = response.body.length > MAX_ERROR_BYTES ? "" : (decodeUtf8(response.body) ?? "");
  const clean = (words: string) => cleanRemoteText(words, [token.accessToken, token.refreshToken]);
  const data = parseJson(text);
  const error = isRecord(data) ? data.error : undefined;
  if (isRecord(error) && typeof error.message === "string") {
    return {
      message: clean(error.message),
      reason: typeof error.reason === "string" ? clean(error.reason) : undefined,
      isSpotifys: true,
    };
  }
  const rest = { reason: undefined, isSpotifys: false };
  if (typeof error === "string") return { message: clean(error), ...rest };
  const isMarkup = text.trimStart().startsWith("<");
  return { message: isMarkup || text === "" ? "no message" : clean(text), ...rest };
}

/** When Spotify wants to be asked again, where it says so, and the hint that tells. */
function comeBack(
  response: HttpResponse,
  now: number,
): { readonly retryAt: number | undefined; readonly hint: string } {
  const retryAt = readRetryAfter(response.header("retry-after"), now);
  const when = retryAt === undefined ? "later" : `at ${new Date(retryAt).toISOString()}`;
  return { retryAt, hint: `Try again ${when}.` };
}
