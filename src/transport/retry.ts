import { type Clock, steadyNow, systemClock } from "../base/clock.js";
import { hasCode } from "../base/errors.js";
import type { CallTraits, HttpRequest, HttpResponse, Layer } from "../base/http.js";
import { pause } from "../base/pause.js";
import { readRetryAfter } from "../base/retry-after.js";
import { DeadlineError } from "./deadline-error.js";
import { LimitError } from "./limit-error.js";
import { NetworkError } from "./network-error.js";
import { RetryBudget } from "./retry-budget.js";

const MOST_RETRIES = 3;
const FIRST_PAUSE_MS = 250;
const DEFAULT_TIMEOUT_MS = 30_000;
/** Nothing is begun that has no time left to be answered. */
const SHORTEST_ATTEMPT_MS = 50;
/** 501 and 505 will say the same again. */
const PASSING = new Set([500, 502, 503, 504]);

export interface RetryOptions {
  /** What all calls of a client id share. Default: one of its own. */
  readonly budget?: RetryBudget | undefined;
  /** For all attempts of a request that names no time of its own, in milliseconds: what the sender keeps to. Default: 30,000. */
  readonly timeoutMs?: number | undefined;
  /** Spreads the pauses: 0 up to 1. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
  readonly clock?: Clock | undefined;
}

/** What became of one attempt. */
type Outcome =
  | { readonly response: HttpResponse; readonly error?: never }
  | { readonly error: unknown; readonly response?: never };

/** A layer that sends again. */
export interface RetryLayer extends Layer {
  /**
   * Tells the layer how long requests are really under way: to be put further inside than a governor, so that the time for which that holds a call
   * back does not count. Without it, it does, once the attempt has failed.
   */
  readonly stopwatch: Layer;
}

/**
 * Sends again what failed for a passing reason and may be sent again: reads and repeatable writes after a broken connection, a timeout of the
 * sender's and 500, 502, 503 and 504; all others only when they certainly did not leave.
 *
 * At most three times, after pauses of at most 250 ms, 500 ms and 1 s, each drawn anew, or after what `Retry-After` asks for. All of it
 * takes place within the request's own `timeoutMs`: each attempt gets what those before it and the pauses have left.
 *
 * @throws StagedoorError what the last attempt that was sent failed with; `aborted` as soon as the request's signal fires in a pause
 * @see RFC 9110 section 9.2.2, on methods that may be sent again
 *
 * @example
 * const repeating = retry({ budget: new RetryBudget() });
 * const send = stack(fetchSender(), repeating);
 */
export function retry(options: RetryOptions = {}): RetryLayer {
  const { random = Math.random, clock = systemClock } = options;
  const { budget = new RetryBudget({ clock }) } = options;
  const { timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const underWay = stopwatch(clock);

  const layer: Layer = (next) => async (request) => {
    let leftMs = request.timeoutMs ?? timeoutMs;
    budget.deposit();
    let last: Outcome | undefined;
    for (let retries = 0; ; retries++) {
      const begun = steadyNow(clock);
      // The first attempt has all of the time that the sender keeps to anyway: a copy of each request would cost 1 µs.
      const outcome = await outcomeOf(next(retries === 0 ? request : { ...request, timeoutMs: leftMs }));
      if (outcome.response !== undefined && outcome.response.status < 400) return outcome.response;
      leftMs -= underWay.take(request) ?? steadyNow(clock) - begun;
      last = last !== undefined && isStillOpen(request, last, outcome) ? last : outcome;
      if (retries >= MOST_RETRIES || !mayBeRepeated(request, outcome)) return settle(last);
      const most = FIRST_PAUSE_MS * 2 ** retries;
      const askedMs = askedPause(outcome, clock) ?? 0;
      const pauseMs = askedMs + random() * most;
      leftMs -= pauseMs;
      const isTooLong = leftMs < SHORTEST_ATTEMPT_MS || askedMs > (request.call?.maxWaitMs ?? askedMs);
      if (isTooLong || !budget.withdraw()) return settle(last);
      await pause(pauseMs, request.signal, "The request");
    }
  };
  return Object.assign(layer, { stopwatch: underWay.layer });
}

/** Measures how long requests that fail are under way, by their traits: layers in between hand these on as they are. */
function stopwatch(clock: Clock) {
  const times = new WeakMap<CallTraits, number>();
  const add = ({ call }: HttpRequest, ms: number) => {
    if (call !== undefined) times.set(call, (times.get(call) ?? 0) + ms);
  };
  const layer: Layer = (next) => async (request) => {
    const begun = steadyNow(clock);
    try {
      const response = await next(request);
      if (PASSING.has(response.status)) add(request, steadyNow(clock) - begun);
      return response;
    } catch (error) {
      add(request, steadyNow(clock) - begun);
      throw error;
    }
  };
  const take = ({ call }: HttpRequest): number | undefined => {
    const ms = call && times.get(call);
    if (call !== undefined) times.delete(call);
    return ms;
  };
  return { layer, take };
}

function outcomeOf(answer: Promise<HttpResponse>): Promise<Outcome> {
  return answer.then(
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
