import { DAY, SECOND } from "../base/clock.js";
import { readCacheControl } from "./cache-control.js";

/** Reads a header by its name, or gives `null`. */
export type ReadHeader = (name: string) => string | null;

/** How an answer may be used again. */
export interface Freshness {
  /** False when it must not be kept at all. */
  readonly mayKeep: boolean;
  /** For how many milliseconds from the sending of its request it may be used unasked. */
  readonly lifetimeMs: number;
  /** By what Spotify is asked whether it still holds. */
  readonly etag: string | undefined;
}

/** What all requests of one account and one `accept` have in common; `accept-encoding` is undone before an answer comes here. */
const SAME_FOR_ALL = new Set(["accept", "accept-encoding", "authorization"]);
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
const LONGEST_ETAG = 1024;
/** Whoever promises more has made a mistake, and a mistake should be over by tomorrow. */
const LONGEST_MS = DAY;

/**
 * Judges an answer by its headers.
 *
 * @param now when it came, in milliseconds since the Unix epoch
 * @see RFC 9111 section 4.2
 */
export function judge(header: ReadHeader, now: number): Freshness {
  const { noStore, noCache, maxAge } = cacheControlOf(header("cache-control"));
  if (noStore || !variesWithin(header("vary"))) return { mayKeep: false, lifetimeMs: 0, etag: undefined };
  const etag = header("etag");
  const lifetime = maxAge === undefined ? untilExpiry(header, now) : maxAge * SECOND;
  const isFresh = !noCache && lifetime > 0;
  return {
    mayKeep: true,
    lifetimeMs: isFresh ? Math.min(lifetime, LONGEST_MS) - ageOf(header, now) : 0,
    etag: etag === null || etag === "" || etag.length > LONGEST_ETAG ? undefined : etag,
  };
}

const cacheControlOf = /* @__PURE__ */ withMemory(readCacheControl);

const variesWithin = /* @__PURE__ */ withMemory((vary) => {
  const names = (vary ?? "").split(",").map((name) => name.trim().toLowerCase());
  return names.every((name) => name === "" || SAME_FOR_ALL.has(name));
});

/** Most answers say the same as the one before: 2 µs an answer. */
function withMemory<T>(read: (value: string | null) => T): (value: string | null) => T {
  let last: { readonly value: string | null; readonly found: T } | undefined;
  return (value) => {
    if (last?.value !== value || last === undefined) last = { value, found: read(value) };
    return last.found;
  };
}

/** A date that cannot be read is in the past. */
function untilExpiry(header: ReadHeader, now: number): number {
  const expires = header("expires");
  if (expires === null) return 0;
  return (readDate(expires) ?? 0) - (readDate(header("date")) ?? now);
}

/** How old an answer was when it came, in milliseconds: by what caches on the way say, or by its date. */
function ageOf(header: ReadHeader, now: number): number {
  const said = (header("age") ?? "").split(",").map((age) => (/^\s*\d+\s*$/.test(age) ? Number(age) : 0));
  return Math.max(0, ...said.map((age) => age * SECOND), now - (readDate(header("date")) ?? now));
}

function readDate(text: string | null): number | undefined {
  const time = text !== null && HTTP_DATE.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
