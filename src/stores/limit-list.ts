import { DAY } from "../base/clock.js";
import { isRecord, parseJson } from "../base/encoding.js";
import { StagedoorError } from "../base/errors.js";
import type { KnownLimit, LimitKey } from "../base/limits.js";

/** An end that is further away is a mistake: Spotify's quotas are for a day. */
export const FURTHEST_MS = 30 * DAY;
/** How many are kept for one app; Spotify has about a hundred paths. */
export const MOST_LIMITS = 200;
/** Three times as long as the longest path pattern. */
const LONGEST_ENDPOINT = 200;

const VERSION = 1;

/** What a limit is about. */
export type About = Pick<KnownLimit, "kind" | "endpoint">;

/** The limits that are written down for one app; `newer` where a newer stagedoor wrote them, in a form that only it knows. */
export type LimitList = readonly KnownLimit[] | "newer";

/**
 * Refuses an app without a name.
 *
 * @throws StagedoorError `argument-invalid`
 */
export function checkLimitKey({ provider, clientId }: LimitKey): void {
  for (const [name, part] of Object.entries({ provider, clientId })) {
    if (typeof part === "string" && part !== "") continue;
    throw new StagedoorError("argument-invalid", `The ${name} of a limit must have a name.`, {
      hint: `Give a ${name} of at least one character.`,
    });
  }
}

/** One text for one app: two never share one, whatever characters their parts hold. */
export function limitKeyText({ provider, clientId }: LimitKey): string {
  return JSON.stringify([provider, clientId]);
}

/** One text for what a limit is about, in ASCII. */
export function aboutText({ kind, endpoint }: About): string {
  return ascii(JSON.stringify(endpoint === undefined ? [kind] : [kind, endpoint]));
}

/** What `aboutText` was made of; `undefined` for any other text. */
export function parseAbout(text: unknown): About | undefined {
  const parts = typeof text === "string" ? parseJson(text) : undefined;
  return Array.isArray(parts) && parts.length <= 2 ? checkedAbout(parts[0], parts[1]) : undefined;
}

/** True for a limit that holds at `now`, and that can be believed. */
export function isWorthKeeping({ kind, endpoint, until }: KnownLimit, now: number): boolean {
  return checkedAbout(kind, endpoint) !== undefined && until > now && until <= now + FURTHEST_MS;
}

/** Those of the limits that hold at `now`. */
export function holding(limits: LimitList, now: number): readonly KnownLimit[] {
  return limits === "newer" ? [] : limits.filter((limit) => isWorthKeeping(limit, now)).slice(0, MOST_LIMITS);
}

/**
 * Those of the limits that hold at `now`, and one more. Of two about the same the later end counts.
 *
 * @returns `undefined` where the one more says nothing new
 */
export function withLimit(
  limits: readonly KnownLimit[],
  added: KnownLimit,
  now: number,
): readonly KnownLimit[] | undefined {
  if (!isWorthKeeping(added, now)) return undefined;
  const about = aboutText(added);
  const same = limits.find((limit) => aboutText(limit) === about);
  if (same !== undefined && same.until >= added.until && isWorthKeeping(same, now)) return undefined;
  const { kind, endpoint, until } = added;
  const others = limits.filter((limit) => limit !== same && isWorthKeeping(limit, now));
  return [...others, { kind, endpoint, until }].sort(byWeight).slice(0, MOST_LIMITS);
}

/** The limits of an app as text, for a file or a browser's storage. */
export function serializeLimits({ provider, clientId }: LimitKey, limits: readonly KnownLimit[]): string {
  return ascii(JSON.stringify({ version: VERSION, provider, clientId, limits }));
}

/** Reads what `serializeLimits` wrote for this app; where that is damaged, nothing is known. */
export function parseLimits({ provider, clientId }: LimitKey, text: string | null | undefined): LimitList {
  const data = typeof text === "string" ? parseJson(text) : undefined;
  if (!isRecord(data)) return [];
  if (typeof data.version === "number" && data.version > VERSION) return "newer";
  const isOurs = data.version === VERSION && data.provider === provider && data.clientId === clientId;
  if (!isOurs || !Array.isArray(data.limits)) return [];
  return data.limits.flatMap((limit: unknown) => {
    if (!isRecord(limit) || typeof limit.until !== "number") return [];
    const about = checkedAbout(limit.kind, limit.endpoint);
    return about === undefined ? [] : [{ ...about, until: limit.until }];
  });
}

function checkedAbout(kind: unknown, endpoint: unknown): About | undefined {
  if (kind !== "rate" && kind !== "quota") return undefined;
  if (endpoint === undefined) return { kind, endpoint };
  return typeof endpoint === "string" && endpoint.length <= LONGEST_ENDPOINT ? { kind, endpoint } : undefined;
}

/** Where there is no room for all, those about the whole app stay, then those that hold longest. */
function byWeight(a: KnownLimit, b: KnownLimit): number {
  return Number(b.endpoint === undefined) - Number(a.endpoint === undefined) || b.until - a.until;
}

/** JSON in which no place depends on an encoding, and half a character of a hostile name is no fault. */
function ascii(json: string): string {
  return json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
