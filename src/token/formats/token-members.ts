import { DAY, MINUTE, SECOND } from "../../base/clock.js";
import { hasCode, StagedoorError } from "../../base/errors.js";
import { SPOTIFY_ACCOUNTS_URL } from "../../base/origins.js";
import { DEFAULT_PROFILE, tokenKey } from "../key.js";
import { normalizeScopes } from "../scopes.js";
import { isTokenText } from "../serialization.js";
import { type Grant, REFRESH_LIFE_MONTHS, Token } from "../token.js";
import type { ImportedLogin, ImportTerms } from "./form.js";
import { type Json, JsonNumber, quoted } from "./strict-json.js";

/** Where members are read from, and how a message names that place. */
export interface TokenMembers {
  readonly program: string;
  /** `the token of spotipy`, or an entry of a file. */
  readonly place: string;
  readonly values: ReadonlyMap<string, Json>;
}

/** How long an access token worked and works, in milliseconds since the Unix epoch. */
export interface TokenLife {
  readonly obtainedAt: number;
  readonly expiresAt: number;
}

/** Spotify had no such tokens before. */
const EARLIEST_MS = Date.UTC(2014, 0, 1);
/** Access tokens live an hour; a year is beyond anything. */
const LONGEST_LIFE_S = (366 * DAY) / SECOND;
/** Two machines' clocks may differ by this much. */
const CLOCK_SKEW_MS = 5 * MINUTE;

/** @throws StagedoorError `token-invalid` when the data is no JSON object */
export function tokenMembers(data: Json | undefined, program: string, place?: string): TokenMembers {
  const members = { program, place: place ?? `the token of ${program}`, values: new Map<string, Json>() };
  if (!isMap(data)) throw refused(members, `it is ${kindOf(data)}, not a JSON object`);
  return { ...members, values: data };
}

/** The error for a token that is not as its program writes it. */
export function refused({ program, place }: TokenMembers, why: string, hint?: string): StagedoorError {
  return new StagedoorError("token-invalid", `${capital(place)} cannot be used: ${why}.`, {
    hint: hint ?? `Log in again with ${program}, or here: stagedoor login`,
  });
}

/** An access or refresh token. */
export function readSecret(members: TokenMembers, name: string): string {
  const value = members.values.get(name);
  if (isTokenText(value)) return value;
  const why =
    typeof value === "string"
      ? "is empty, too long, or holds characters that no token has"
      : `is ${kindOf(value)}, not a token`;
  throw refused(members, `its member "${name}" ${why}`);
}

/** A refresh token; missing and `null` both mean that there is none. */
export function readOptionalSecret(members: TokenMembers, name: string): string | undefined {
  return (members.values.get(name) ?? null) === null ? undefined : readSecret(members, name);
}

/** Refuses a token that is no bearer token: nothing here could use it. */
export function checkTokenType(members: TokenMembers): void {
  const value = members.values.get("token_type");
  if (typeof value === "string" && value.toLowerCase() === "bearer") return;
  throw refused(
    members,
    `its member "token_type" is ${typeof value === "string" ? "not Bearer" : kindOf(value)}`,
  );
}

/** A time that is given in seconds since the Unix epoch, in milliseconds. */
export function readTime(members: TokenMembers, name: string, now: number): number {
  const seconds = readNumber(members, name, "a number of seconds");
  const ms = Math.round(seconds * SECOND);
  if (ms >= EARLIEST_MS && ms <= now + LONGEST_LIFE_S * SECOND) return ms;
  const hint =
    seconds >= EARLIEST_MS && seconds <= now + LONGEST_LIFE_S * SECOND
      ? "It looks like milliseconds; seconds are needed."
      : undefined;
  throw refused(members, `its member "${name}" is no time that can be right`, hint);
}

/** The life of a token from `expires_at` and `expires_in`. */
export function readLife(members: TokenMembers, now: number): TokenLife {
  const expiresAt = readTime(members, "expires_at", now);
  const seconds = readNumber(members, "expires_in", "a number of seconds");
  if (!(seconds >= 1 && seconds <= LONGEST_LIFE_S)) {
    throw refused(members, 'its member "expires_in" is no length of time that can be right');
  }
  const obtainedAt = expiresAt - Math.round(seconds * SECOND);
  checkObtained(members, obtainedAt, now, 'its members "expires_at" and "expires_in" contradict each other');
  return { obtainedAt, expiresAt };
}

/** Refuses a token from the future. */
export function checkObtained(members: TokenMembers, obtainedAt: number, now: number, what: string): void {
  if (obtainedAt >= EARLIEST_MS && obtainedAt <= now + CLOCK_SKEW_MS) return;
  const when = obtainedAt > now ? "in the future" : "before Spotify had such tokens";
  throw refused(
    members,
    `${what}: the token would have been obtained ${when}`,
    "See if the clock is right: date -u",
  );
}

/**
 * The scopes, from a text with spaces or commas or from a list.
 *
 * @returns `undefined` when there are none to read: the member is missing or `null`
 */
export function readScopes(members: TokenMembers): readonly string[] | undefined {
  const value = members.values.get("scope") ?? null;
  if (value === null) return undefined;
  const texts = typeof value === "string" ? [value] : value;
  if (!isTexts(texts)) {
    const why = Array.isArray(value) ? "a list with something else than text" : kindOf(value);
    throw refused(members, `its member "scope" is ${why}`);
  }
  try {
    return normalizeScopes(texts);
  } catch (error) {
    // That message shows what it refuses, which may be anything here.
    if (!hasCode(error, "argument-invalid")) throw error;
    throw refused(members, 'its member "scope" holds characters that no scope has');
  }
}

/** Names members that the program does not write; nothing of them is kept. */
export function noteUnknown(members: TokenMembers, known: readonly string[], terms: ImportTerms): void {
  const unknown = [...members.values.keys()].filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  const names = unknown.map(quoted).join(", ");
  terms.note(
    `Passed over in ${members.place}: the member ${names}, which ${members.program} does not write.`,
  );
}

/** What a client id can be; Spotify's have 32 hexadecimal digits. */
const CLIENT_ID = /^[\x20-\x7e]{1,512}$/;

/** The app, where the form does not name it. */
export function neededClientId(members: TokenMembers, terms: ImportTerms): string {
  if (terms.clientId !== undefined) return terms.clientId;
  throw new StagedoorError(
    "client-id-missing",
    `${capital(members.place)} does not say which app it belongs to.`,
    {
      hint: "Name the app: --client-id CLIENT_ID, or set SPOTIFY_CLIENT_ID",
    },
  );
}

/** What is known of a token once its members are read. */
export interface ReadToken extends TokenLife {
  readonly clientId: string;
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  readonly scopes: readonly string[];
  readonly grant: Grant;
}

/** Makes the login of what was read. */
export function importedLogin(members: TokenMembers, read: ReadToken, terms: ImportTerms): ImportedLogin {
  const { issuer, profile = DEFAULT_PROFILE } = terms;
  if (!CLIENT_ID.test(read.clientId)) throw refused(members, "its client id holds characters that none has");
  if (issuer !== SPOTIFY_ACCOUNTS_URL) {
    // No form says whose tokens it holds, and they are sent where the issuer is.
    terms.note(
      `${capital(members.place)} is taken for one of ${issuer}, not of Spotify, because that is set.`,
    );
  }
  const authorizedAt = read.refreshToken === undefined ? read.obtainedAt : consentOf(members, read, terms);
  if (read.grant === "client_credentials") {
    terms.note(
      `${capital(members.place)} is an app's own, without a person: it is renewed with the client secret.`,
    );
  }
  const token = new Token({ ...read, issuer, authorizedAt });
  return { key: tokenKey(issuer, read.clientId, profile), token };
}

/**
 * When the person consented. No form says it. All that is certain is that the login still worked when the token was obtained, so the
 * consent was at most six months old then: the oldest that is possible is taken, and nothing is promised that may not hold.
 */
function consentOf(members: TokenMembers, { obtainedAt }: TokenLife, terms: ImportTerms): number {
  const { authorizedAt, now } = terms;
  if (authorizedAt !== undefined) {
    if (authorizedAt <= obtainedAt + CLOCK_SKEW_MS && authorizedAt >= EARLIEST_MS) return authorizedAt;
    throw new StagedoorError(
      "argument-invalid",
      `The consent cannot have been given then: ${members.place} was obtained on ${day(obtainedAt)}.`,
      { hint: "Leave the time of the consent out when it is not known." },
    );
  }
  const oldest = new Date(obtainedAt);
  oldest.setUTCMonth(oldest.getUTCMonth() - REFRESH_LIFE_MONTHS);
  // 31 August has no counterpart in February: the last day of that month then.
  if (oldest.getUTCDate() !== new Date(obtainedAt).getUTCDate()) oldest.setUTCDate(0);
  const isOver = monthsLater(obtainedAt) <= now;
  terms.note(
    isOver
      ? `${capital(members.place)} was obtained on ${day(obtainedAt)}, more than six months ago: Spotify lets no login live that long, so a new one is needed.`
      : `${capital(members.place)} does not say when the person consented: the login may end any day, or live until ${day(monthsLater(obtainedAt))}. It counts as due for a new login, and is refreshed for as long as Spotify allows.`,
  );
  return oldest.getTime();
}

function monthsLater(time: number): number {
  const end = new Date(time);
  end.setUTCMonth(end.getUTCMonth() + REFRESH_LIFE_MONTHS);
  return end.getTime();
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function readNumber(members: TokenMembers, name: string, what: string): number {
  const value = members.values.get(name);
  if (value instanceof JsonNumber && Number.isFinite(value.value)) return value.value;
  throw refused(members, `its member "${name}" is ${kindOf(value)}, not ${what}`);
}

function isMap(value: Json | undefined): value is ReadonlyMap<string, Json> {
  return value instanceof Map;
}

function isTexts(value: Json): value is readonly string[] {
  return Array.isArray(value) && value.every((element) => typeof element === "string");
}

function kindOf(value: Json | undefined): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (typeof value === "boolean") return "true or false";
  if (typeof value === "string") return "text";
  if (value instanceof JsonNumber) return "a number";
  return Array.isArray(value) ? "a list" : "an object";
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
