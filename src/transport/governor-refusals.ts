import { duration, HOUR, MINUTE, SECOND } from "../base/clock.js";
import { decodeUtf8, isRecord, parseJson } from "../base/encoding.js";
import type { HttpRequest, HttpResponse } from "../base/http.js";
import type { KnownLimit } from "../base/limits.js";
import { LimitError } from "./limit-error.js";

/** No refusal of Spotify's is near this, in bytes. */
const MAX_REFUSAL_BYTES = 64 * 1024;

/** The quota's refusals differ from the rate limit's by a word in the body. */
export function isQuotaRefusal({ body }: HttpResponse): boolean {
  if (body.length === 0 || body.length > MAX_REFUSAL_BYTES) return false;
  const data = parseJson(decodeUtf8(body) ?? "");
  return isRecord(data) && isRecord(data.error) && data.error.reason === "QUOTA_EXCEEDED";
}

/** Where Spotify does not say when, or names a time that is over, an hour from now: none would mean to ask again and again. */
export function quotaEnd(retryAt: number | undefined, now: number): number {
  return retryAt !== undefined && retryAt > now ? retryAt : now + HOUR;
}

/** A raw request has no pattern; its own path stands for it. */
export function endpointOf({ call, url }: HttpRequest): string {
  return call?.endpoint || new URL(url).pathname;
}

/** For a call whose path has a limit that is known. */
export function stillLimited({ kind, endpoint, until }: KnownLimit, now: number): LimitError {
  const isQuota = kind === "quota";
  const what = isQuota ? "Spotify's quota" : "Spotify's rate limit";
  return new LimitError(
    isQuota ? "quota-exceeded" : "rate-limited",
    `${what} for ${endpoint} is used up for another ${duration(until - now)}; nothing was sent.`,
    { retryAt: until, hint: `Try again at ${dateOf(until)}; calls of other paths go on.` },
  );
}

/** For a call that would have to wait longer than it may. */
export function tooLong(waitMs: number, now: number): LimitError {
  const wait = duration(waitMs + SECOND - 1);
  const message = `Spotify's rate limit holds the call back for about ${wait}, longer than it may wait; nothing was sent.`;
  return heldBack(message, waitMs, now);
}

/** For a call that has waited for as long as it may. */
export function waitedTooLong(waitMs: number, now: number): LimitError {
  const wait = duration(waitMs + SECOND - 1);
  const message = `Spotify's rate limit held the call back for as long as it may wait, and would for about ${wait} more; nothing was done.`;
  return heldBack(message, waitMs, now);
}

/** Nobody waits for hours on a call. */
const LONG_MS = 10 * MINUTE;

function heldBack(message: string, waitMs: number, now: number): LimitError {
  const retryAt = now + waitMs;
  const hint =
    waitMs > LONG_MS
      ? `Try again at ${dateOf(retryAt)}.`
      : `Try again in ${duration(waitMs + SECOND - 1)}, or give the call a larger maxWaitMs.`;
  return new LimitError("rate-limited", message, { retryAt, hint });
}

/** For a call that comes when too many wait. */
export function queueFull(size: number): LimitError {
  return new LimitError("queue-full", `${size} calls wait already; this one was not sent.`, {
    hint: "Start fewer calls at once, or wait for some of them before starting more.",
  });
}

/** A server may name a time that no date can be. */
function dateOf(time: number): string {
  return time <= 8.64e15 ? new Date(time).toISOString() : "the end of time";
}
