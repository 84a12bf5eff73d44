import { HOUR, MINUTE, SECOND } from "../base/clock.js";
import {
  bestCandidate,
  type Candidate,
  candidate,
  type Episode,
  nextLonger,
  TOLERANCE_MS,
} from "./span-candidates.js";
import { Tally } from "./tally.js";

const LONGEST_MS = 30 * SECOND;
/** As many as go out at once before anything is known. */
const FIRST_RAMP = 4;
/**
 * While nothing is known, as many more go out at once as the root of three times the answers: what is in flight when the limit is met is
 * refused. To find a limit of 10 costs at most 9 refusals, one of 180 at most 27.
 */
const GROWTH = 3;
/** After a `Retry-After` of 0, doubled with each refusal that follows without a success. */
const SHORTEST_COOLDOWN_MS = 250;
/** Where there is no `Retry-After`, doubled likewise. */
const FIRST_BACKOFF_MS = SECOND;
const LONGEST_BACKOFF_MS = 30 * SECOND;
const PROBE_PAUSE_MS = 2 * MINUTE;
const LONGEST_PROBE_PAUSE_MS = HOUR;
/** How often the span may be chosen anew before the limit is only lowered: a server that fits none of them must not be asked for ever. */
const MAX_CHANGES = 2;
/** How often, with no longer pauses than this, a refusal that our own requests, fewer than these, do not explain is put down to others. */
const MAX_UNEXPLAINED = 2;
const UNEXPLAINED_FOR_MS = 10 * MINUTE;
const FEW = 4;

/** How a request ended: `unknown` when no answer came, or one that says nothing about the rate. */
export type Ending = "answered" | "unknown";

interface Probe {
  /** The limit before. */
  readonly before: number;
  /** Since when more than that is used. */
  since: number | undefined;
  /** The most that was used. */
  most: number;
}

export interface RateWindowOptions {
  /** How many may be in flight at most. Default: 64. */
  readonly maxInFlight?: number | undefined;
  /** From 0 to 1, for the jitter. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/**
 * Keeps the requests of one app below a limit that nobody publishes: a rolling window whose size and span are learnt from the refusals.
 *
 * Pure bookkeeping: the time is handed in, in milliseconds of a clock that does not step.
 *
 * @see https://developer.spotify.com/documentation/web-api/concepts/rate-limits
 */
export class RateWindow {
  readonly #maxInFlight: number;
  readonly #random: () => number;
  /** What was let through, by when it was sent: what is learnt from. */
  readonly #passed = new Tally(LONGEST_MS);
  /** What ended, by when it did: the server counted it at the latest then, so its slot is free a span later. */
  readonly #ended = new Tally(withMargin(LONGEST_MS));
  #limit: number | undefined;
  #spanMs = LONGEST_MS;
  #inFlight = 0;
  #ramp: number;
  #cooldownUntil = Number.NEGATIVE_INFINITY;
  #episode: Episode | undefined;
  #guessed: Candidate | undefined;
  /** Episodes since something was let through. */
  #refusals = 0;
  /** How long the limit has been in the way since it last changed, and when it last was. */
  #pressedMs = 0;
  #pressedAt = 0;
  /** How often the span was chosen anew since the limit was last raised. */
  #changes = 0;
  #unexplained = 0;
  #unexplainedAt = Number.NEGATIVE_INFINITY;
  #probePauseMs = PROBE_PAUSE_MS;
  /** A raised limit that has not proved itself. */
  #probe: Probe | undefined;
  /** Raises in a row that have. */
  #borne = 0;

  constructor({ maxInFlight = 64, random = Math.random }: RateWindowOptions = {}) {
    this.#maxInFlight = maxInFlight;
    this.#ramp = Math.min(FIRST_RAMP, maxInFlight);
    this.#random = random;
  }

  /** What was learnt; `undefined` before the first refusal. */
  get limit(): { readonly requests: number; readonly spanMs: number } | undefined {
    return this.#limit === undefined ? undefined : { requests: this.#limit, spanMs: this.#spanMs };
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Until when nothing goes out; in the past when nothing is in the way. */
  get cooldownUntil(): number {
    return this.#cooldownUntil;
  }

  /** @returns how many of the wanted requests may be sent now; each must be settled */
  take(wanted: number, now: number): number {
    if (now < this.#cooldownUntil) return 0;
    if (this.#episode !== undefined) this.#learn(this.#episode, now);
    let free = Math.floor(this.#ramp) - this.#inFlight;
    if (this.#limit !== undefined) free = Math.min(free, this.#room(wanted, now));
    const granted = Math.max(0, Math.min(wanted, free));
    this.#inFlight += granted;
    if (this.#probe !== undefined && this.#limit !== undefined)
      this.#watchProbe(this.#probe, this.#limit, now);
    return granted;
  }

  /** Counts requests that somebody else has let through. */
  add(count: number): void {
    this.#inFlight += count;
  }

  /** Says that a request ended with anything but a 429 for the rate. */
  settle(sentAt: number, now: number, ending: Ending): void {
    this.#end(now);
    if (ending === "unknown") return;
    this.#passed.add(sentAt, now);
    // What was sent before a cooldown says nothing about what comes after it.
    if (sentAt < this.#cooldownUntil) return;
    this.#refusals = 0;
    const isCareful = this.#limit === undefined && this.#ramp >= FIRST_RAMP;
    const more = isCareful ? FIRST_RAMP + Math.sqrt((this.#ramp - FIRST_RAMP) ** 2 + GROWTH) : this.#ramp + 1;
    this.#ramp = Math.min(this.#maxInFlight, more);
  }

  /**
   * Says that a request was answered with 429.
   *
   * @param retryAfterMs what the answer said, in milliseconds from now
   * @returns true for the first one of a row
   */
  refuse(sentAt: number, now: number, retryAfterMs: number | undefined): boolean {
    this.#inFlight = Math.max(0, this.#inFlight - 1);
    const isFirst = sentAt >= this.#cooldownUntil;
    if (isFirst) {
      this.#episode = { sentAt, answeredAt: now, retryAfterMs };
      this.#guessed = undefined;
      this.#refusals += 1;
    } else if (retryAfterMs === undefined) {
      return false;
    }
    this.hold(now + this.#cooldown(retryAfterMs));
    return isFirst;
  }

  /** Lets nothing out until then, and begins again with one. */
  hold(until: number): void {
    if (until <= this.#cooldownUntil) return;
    this.#cooldownUntil = until;
    this.#ramp = 1;
  }

  /** Ends a cooldown through which the machine slept. */
  wake(now: number): void {
    this.#cooldownUntil = Math.min(this.#cooldownUntil, now);
  }

  /** True when a limit of the server's keeps requests back, and not only how many are in flight. */
  isHolding(now: number): boolean {
    return (
      now < this.#cooldownUntil ||
      (this.#limit !== undefined && this.#inFlight + this.#ended.sum(now) >= this.#limit)
    );
  }

  /** Milliseconds until asking again can help; `Infinity` when that takes a request to end. */
  waitMs(now: number): number {
    if (now < this.#cooldownUntil) return this.#cooldownUntil - now;
    if (this.#limit === undefined || !this.isHolding(now)) return Number.POSITIVE_INFINITY;
    return (this.#ended.nextLeaves(now) ?? Number.POSITIVE_INFINITY) - now;
  }

  /** About how many milliseconds the server's limits will keep a request back that has so many before it. */
  estimateMs(ahead: number, now: number): number {
    const cooling = Math.max(0, this.#cooldownUntil - now);
    if (this.#limit === undefined) {
      const guess = this.#guess();
      return guess === undefined ? cooling : cooling + Math.floor(ahead / guess.passed) * guess.spanMs;
    }
    const free = cooling > 0 ? this.#limit : this.#limit - this.#inFlight - this.#ended.sum(now);
    if (ahead < free) return cooling;
    const next = cooling > 0 ? cooling : (this.#ended.nextLeaves(now) ?? now + this.#spanMs) - now;
    return next + Math.floor((ahead - Math.max(0, free)) / this.#limit) * this.#spanMs;
  }

  /** What a refusal seems to say while its cooldown lasts, if it says anything: enough to send away who would wait for too long. */
  #guess(): Candidate | undefined {
    if (this.#episode === undefined) return undefined;
    this.#guessed ??= bestCandidate(this.#passed, this.#episode);
    return this.#guessed !== undefined && this.#guessed.passed >= FEW ? this.#guessed : undefined;
  }

  #end(now: number): void {
    this.#inFlight = Math.max(0, this.#inFlight - 1);
    this.#ended.add(now, now);
  }

  /** What the limit leaves; raised a little when it has been in the way for long without a refusal. */
  #room(wanted: number, now: number): number {
    const limit = this.#limit ?? 0;
    const used = this.#inFlight + this.#ended.sum(now);
    if (this.#probe === undefined) {
      if (wanted <= limit - used) return limit - used;
      this.#pressedMs += Math.min(now - this.#pressedAt, this.#spanMs);
      this.#pressedAt = now;
      if (this.#pressedMs < this.#probePauseMs) return limit - used;
      this.#probe = { before: limit, since: undefined, most: 0 };
      // A limit that was learnt while others used the app up is far too low: what is borne again and again doubles it.
      this.#limit = limit + Math.min(limit, Math.max(1, Math.round(limit / 20)) * 2 ** this.#borne);
      this.#pressedMs = 0;
      this.#changes = 0;
    }
    const { before } = this.#probe;
    if (used < before) return before - used;
    // What is beyond goes one by one, so that a raise that was wrong costs a single refusal.
    return this.#inFlight === 0 && used < (this.#limit ?? 0) ? 1 : 0;
  }

  /** A probe has succeeded when more than the old limit was used for a whole span: as many as that are proved. */
  #watchProbe(probe: Probe, limit: number, now: number): void {
    probe.most = Math.max(probe.most, this.#inFlight + this.#ended.sum(now));
    if (probe.since === undefined) {
      if (probe.most > probe.before) probe.since = now;
    } else if (now - probe.since > this.#spanMs + TOLERANCE_MS) {
      if (probe.most >= limit) this.#borne += 1;
      this.#limit = Math.min(limit, probe.most);
      this.#probe = undefined;
      this.#probePauseMs = PROBE_PAUSE_MS;
    }
  }

  #cooldown(retryAfterMs: number | undefined): number {
    const doubled = 2 ** Math.min(10, Math.max(0, this.#refusals - 1));
    if (retryAfterMs === undefined) {
      const half = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * doubled) / 2;
      return half + this.#random() * half;
    }
    const wait = Math.max(retryAfterMs, Math.min(LONGEST_BACKOFF_MS, SHORTEST_COOLDOWN_MS * doubled));
    // Those who were told the same must not come back in the same millisecond.
    return wait + this.#random() * Math.min(250, wait / 20);
  }

  /** Not before the cooldown is over: what was in flight at the refusal has been answered by then, and is part of the evidence. */
  #learn(episode: Episode, now: number): void {
    this.#episode = undefined;
    const probe = this.#probe;
    this.#probe = undefined;
    this.#borne = 0;
    this.#pressedMs = 0;
    if (probe?.since !== undefined && this.#limit !== undefined) {
      this.#limit = probe.before;
      this.#probePauseMs = Math.min(LONGEST_PROBE_PAUSE_MS, 2 * this.#probePauseMs);
      return;
    }
    const best = bestCandidate(this.#passed, episode);
    if (best === undefined || !this.#isEvidence(best, episode)) {
      if (this.#limit !== undefined) this.#limit = Math.max(1, Math.floor(this.#limit * 0.8));
      return;
    }
    if (this.#limit === undefined) {
      this.#adopt(best.spanMs, best.passed, now);
      return;
    }
    const current = candidate(this.#passed, this.#spanMs, episode);
    const isRight =
      best.spanMs === this.#spanMs || (current !== undefined && current.errorMs <= TOLERANCE_MS);
    if (!isRight && this.#changes < MAX_CHANGES) {
      this.#changes += 1;
      this.#adopt(best.spanMs, best.passed, now);
      return;
    }
    // Fewer in the same time, or where there cannot be fewer, and where no span is right, as many in a longer one.
    const lower = Math.min(current?.passed ?? Number.POSITIVE_INFINITY, Math.floor(this.#limit * 0.8));
    this.#adopt(isRight && this.#limit > 1 ? this.#spanMs : nextLonger(this.#spanMs), lower, now);
  }

  /** A refusal after next to nothing, at a time that nothing of ours explains, tells of others who use the same app, and nothing of the limit. */
  #isEvidence(best: Candidate, { retryAfterMs, answeredAt }: Episode): boolean {
    if (best.passed >= FEW) return true;
    if (retryAfterMs !== undefined && best.errorMs <= TOLERANCE_MS) return true;
    const isLongAgo = answeredAt - this.#unexplainedAt > UNEXPLAINED_FOR_MS;
    this.#unexplained = isLongAgo ? 1 : this.#unexplained + 1;
    this.#unexplainedAt = answeredAt;
    return this.#unexplained > MAX_UNEXPLAINED;
  }

  #adopt(spanMs: number, limit: number, now: number): void {
    this.#spanMs = spanMs;
    this.#limit = Math.max(1, limit);
    this.#ended.setSpan(withMargin(spanMs), now);
  }
}

/** A little more than the span: the clocks of two machines do not run alike. */
function withMargin(spanMs: number): number {
  return spanMs + Math.max(5, spanMs / 200);
}
