import { type Clock, steadyNow, systemClock } from "../base/clock.js";
import { hasCode } from "../base/errors.js";
import type { HttpRequest, HttpResponse, Layer, Send } from "../base/http.js";
import { pause } from "../base/pause.js";
import { readRetryAfter } from "../base/retry-after.js";
import { DeadlineError } from "./deadline-error.js";
import { LimitError } from "./limit-error.js";
import { NetworkError } from "./network-error.js";
import { RetryBudget } from "./retry-budget.js";

const MOST_RETRIES = 3;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 8_000;
const DEFAULT_TIMEOUT_MS = 30_000;
/** 501 and 505 will say the same again. */
const PASSING = new Set([500, 502, 503, 504]);

export interface RetryOptions {
  /** What all calls of a client id share. Default: one of its own. */
  readonly budget?: RetryBudget | undefined;
  /** For all attempts of a request that names no time of its own, in milliseconds. Default: 30,000. */
  readonly timeoutMs?: number | undefined;
  /** Spreads the pauses: 0 up to 1. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
  readonly clock?: Clock | undefined;
}

/** What became of one attempt. */
type Outcome =
  | { readonly response: HttpResponse; readonly error?: never }
  | { readonly error: unknown; readonly response?: never };

/**
 * Sends again what failed for a passing reason and may be sent again: reads and repeatable writes after a broken connection, a timeout of the
 * sender's and 500, 502, 503 and 504; all others only when they certainly did not leave.
 *
 * At most three times, after pauses of at most 250 ms, 500 ms and 1 s, each drawn anew, or after what `Retry-After` asks for. All of it
 * takes place within the request's own `timeoutMs`: each attempt gets what the failed ones and the pauses before it have left. What a
 * governor further inside holds a call back counts for an attempt that failed, since from here the two cannot be told apart, so a call
 * that had waited long is sent again less often; the attempt itself always begins with its whole share.
 *
 * @throws StagedoorError what the last attempt that was sent failed with; `aborted` as soon as the request's signal fires in a pause
 * @see RFC 9110 section 9.2.2, on methods that may be sent again
 *
 * @example
 * const send = stack(fetchSender(), retry({ budget: new RetryBudget() }));
 */
export function retry(options: RetryOptions = {}): Layer {
  const { budget = new RetryBudget(), random = Math.random, clock = systemClock } = options;
  const { timeoutMs = DEFAULT_TIMEOUT_MS } = options;

  return (next) => async (request) => {
    const wholeMs = request.timeoutMs ?? timeoutMs;
    const ends = steadyNow(clock) + wholeMs;
    budget.deposit();
    let last: Outcome | undefined;
    for (let retries = 0; ; retries++) {
      const leftMs = retries === 0 ? wholeMs : Math.max(1, ends - steadyNow(clock));
      const outcome = await attempt(next, { ...request, timeoutMs: leftMs });
      last = last !== undefined && isStillOpen(request, last, outcome) ? last : outcome;
      if (retries >= MOST_RETRIES || !mayBeRepeated(request, outcome)) return settle(last);
      const most = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** retries);
      const askedMs = askedPause(outcome, clock) ?? 0;
      const pauseMs = askedMs + random() * most;
      const isTooLong = pauseMs >= ends - steadyNow(clock) || askedMs > (request.call?.maxWaitMs ?? askedMs);
      if (isTooLong || !budget.withdraw()) return settle(last);
      await pause(pauseMs, request.signal, "The request");
    }
  };
}

function attempt(next: Send, request: HttpRequest): Promise<Outcome> {
  return next(request).then(
    (response) => ({ response }),
    (error: unknown) => ({ error }),
  );
}

function settle(outcome: Outcome): HttpResponse {
  if (outcome.response === undefined) throw outcome.error;
  return outcome.response;
}

/**
 * Whether a call that may have been done stays one that may have been done: its repetition did not leave, or was refused, as a pause is
 * when the music has stopped already. A 401 is for the session, which has it sent once more.
 */
function isStillOpen(request: HttpRequest, before: Outcome, repetition: Outcome): boolean {
  const { status = 0 } = repetition.response ?? {};
  const isRefused = !isRead(request) && status >= 400 && status < 500 && status !== 401;
  return !isUnsent(before) && (isUnsent(repetition) || isRefused);
}

/** Nothing of the request can have left. */
function isUnsent({ error }: Outcome): boolean {
  if (error instanceof LimitError) return true;
  return (error instanceof NetworkError || error instanceof DeadlineError) && error.delivered === "no";
}

function mayBeRepeated(request: HttpRequest, outcome: Outcome): boolean {
  if (request.signal?.aborted) return false;
  const { response, error } = outcome;
  const isPassing =
    response === undefined
      ? (error instanceof NetworkError && error.temporary) || hasCode(error, "timeout")
      : PASSING.has(response.status);
  return isPassing && (isRepeatable(request) || isUnsent(outcome));
}

function isRepeatable(request: HttpRequest): boolean {
  return isRead(request) || request.call?.repeatable === true;
}

function isRead({ method }: HttpRequest): boolean {
  return method === "GET" || method === "HEAD";
}

/** What an answer says of when to come back, in milliseconds from now. */
function askedPause({ response }: Outcome, clock: Clock): number | undefined {
  const now = clock.now();
  const at = readRetryAfter(response?.header("retry-after") ?? null, now);
  return at === undefined ? undefined : at - now;
}
