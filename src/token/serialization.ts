import { isRecord, parseJson } from "../base/encoding.js";
import { StagedoorError } from "../base/errors.js";
import type { Grant, TokenStatus } from "./token.js";
import { Token } from "./token.js";

const VERSION = 1;
const GRANTS: readonly string[] = [
  "authorization_code",
  "client_credentials",
  "implicit",
] satisfies readonly Grant[];

/** RFC 6749 appendix A.12 and A.17: visible ASCII. What is longer than 8 KiB is no token of Spotify's. */
const TOKEN = /^[\x21-\x7e]{1,8192}$/;

/** True when the text can be an access or refresh token: it may go into a header as it is. */
export function isTokenText(value: unknown): value is string {
  return typeof value === "string" && TOKEN.test(value);
}

/**
 * Writes a token, secrets included, as versioned JSON for a store.
 *
 * @example
 * await database.save(serializeToken(token));
 */
export function serializeToken(token: Token): string {
  return JSON.stringify({
    version: VERSION,
    issuer: token.issuer,
    clientId: token.clientId,
    grant: token.grant,
    accessToken: token.accessToken,
    refreshToken: token.refreshToken,
    scopes: token.scopes,
    expiresAt: token.expiresAt,
    authorizedAt: token.authorizedAt,
    obtainedAt: token.obtainedAt,
    status: token.status,
  });
}

const KNOWN_KEYS = new Set([
  "version",
  "issuer",
  "clientId",
  "grant",
  "accessToken",
  "refreshToken",
  "scopes",
  "expiresAt",
  "authorizedAt",
  "obtainedAt",
  "status",
]);

export interface ParseTokenOptions {
  /** What to do with a member that this version does not know. Default: `ignore`. */
  readonly unknownKeys?: "ignore" | "refuse";
}

/**
 * Reads what `serializeToken` wrote.
 *
 * @throws StagedoorError `token-invalid` when anything is missing, of the wrong type, or from a newer version; the message names the
 * member, never its value
 */
export function parseToken(text: string, options: ParseTokenOptions = {}): Token {
  const data = parseJson(text);
  if (!isRecord(data)) throw invalid("it is not a JSON object");
  if (data.version !== VERSION) {
    throw invalid(
      `its version is not ${VERSION}`,
      "A newer stagedoor may have written it: update stagedoor.",
    );
  }
  if (options.unknownKeys === "refuse") {
    const unknown = Object.keys(data).find((key) => !KNOWN_KEYS.has(key));
    if (unknown !== undefined) throw invalid(`it has the unknown member "${unknown}"`);
  }
  return new Token({
    accessToken: read(data, "accessToken", isTokenText),
    refreshToken: data.refreshToken === undefined ? undefined : read(data, "refreshToken", isTokenText),
    scopes: read(data, "scopes", isTextList),
    issuer: read(data, "issuer", isText),
    clientId: read(data, "clientId", isText),
    grant: read(data, "grant", isGrant),
    expiresAt: read(data, "expiresAt", isTime),
    authorizedAt: read(data, "authorizedAt", isTime),
    obtainedAt: read(data, "obtainedAt", isTime),
    status: data.status === undefined ? { state: "active" } : read(data, "status", isStatus),
  });
}

function read<T>(data: Record<string, unknown>, key: string, accepts: (value: unknown) => value is T): T {
  const value = data[key];
  if (!accepts(value)) throw invalid(`its member "${key}" is missing or wrong`);
  return value;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.length > 0;
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((element) => typeof element === "string");
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isGrant(value: unknown): value is Grant {
  return typeof value === "string" && GRANTS.includes(value);
}

function isStatus(value: unknown): value is TokenStatus {
  if (!isRecord(value)) return false;
  if (value.state === "active") return true;
  if (!isTime(value.at)) return false;
  return value.state === "uncertain" || (value.state === "reauthorization-required" && isText(value.reason));
}

function invalid(why: string, hint?: string): StagedoorError {
  return new StagedoorError("token-invalid", `The stored token cannot be used: ${why}.`, {
    hint: hint ?? "Log in again: stagedoor login",
  });
}
