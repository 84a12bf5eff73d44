import { type Clock, HOUR, SECOND, steadyNow, systemClock } from "../base/clock.js";
import { abortError } from "../base/errors.js";
import type { HttpRequest, HttpResponse, Layer, Send } from "../base/http.js";
import type { LimitKey, LimitMemory } from "../base/limits.js";
import { readRetryAfter } from "../base/retry-after.js";
import { GovernorEventEmitter, type GovernorEventName, type GovernorListener } from "./governor-events.js";
import { GovernorQueue, type Job } from "./governor-queue.js";
import { endpointOf, isQuotaRefusal, queueFull, stillLimited, tooLong } from "./governor-refusals.js";
import { KnownLimits } from "./known-limits.js";
import type { LimitError } from "./limit-error.js";
import { type Ending, RateWindow } from "./rate-window.js";
import { SharedSlots } from "./shared-slots.js";

export interface GovernorOptions {
  /** Whose limits they are, for the memory. */
  readonly key: LimitKey;
  /** How many requests may be on their way at once. Default: 64. */
  readonly maxInFlight?: number | undefined;
  /** How many calls may wait. Default: 10,000. */
  readonly maxQueue?: number | undefined;
  /** How long a call may be held back for a limit of Spotify's, in milliseconds, where it does not say so itself. Default: 30,000. */
  readonly maxWaitMs?: number | undefined;
  /** Where limits are remembered beyond this process. */
  readonly memory?: LimitMemory | undefined;
  readonly clock?: Clock | undefined;
  /** From 0 to 1, for the jitter. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** How often one call is sent at most, when each time the answer is 429. */
const MAX_SENDS = 5;
/** Where Spotify does not say how long a quota is used up. */
const QUOTA_MS = HOUR;
/** Timers of the platform count no further. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** One sending of a request. */
interface Sending {
  readonly next: Send;
  readonly request: HttpRequest;
  readonly sentAt: number;
  /** Whether its slot is one of those that processes share. */
  readonly isShared: boolean;
  /** Where it had to wait before. */
  readonly job: Job | undefined;
}

/**
 * Lets the requests of one app go as fast as Spotify takes them, and holds them back where it would refuse.
 *
 * @see https://developer.spotify.com/documentation/web-api/concepts/rate-limits
 */
export class Governor {
  readonly #clock: Clock;
  readonly #key: LimitKey;
  readonly #maxInFlight: number;
  readonly #maxQueue: number;
  readonly #maxWaitMs: number;
  readonly #window: RateWindow;
  readonly #limits: KnownLimits;
  readonly #events = new GovernorEventEmitter();
  readonly #queue = new GovernorQueue(() => this.#rest());
  #shared: SharedSlots | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether listeners know that calls are held back. */
  #hasToldOfWait = false;

  constructor(options: GovernorOptions) {
    const { key, maxInFlight = 64, maxQueue = 10_000, maxWaitMs = 30 * SECOND, random } = options;
    const { clock = systemClock } = options;
    this.#clock = clock;
    this.#key = key;
    this.#maxInFlight = maxInFlight;
    this.#maxQueue = maxQueue;
    this.#maxWaitMs = maxWaitMs;
    this.#window = new RateWindow({ maxInFlight, random });
    this.#limits = new KnownLimits({
      key,
      clock,
      onCooldown: (until) => this.#window.hold(this.#now() + until - clock.now()),
      onFailure: (error) => this.#events.emit("memory-failed", { error }),
      onRead: () => this.#rejectLimited(),
    });
    if (options.memory !== undefined) this.attach(options.memory);
  }

  /** How many calls wait. */
  get waiting(): number {
    return this.#queue.size;
  }

  /** What was learnt of the rate limit; `undefined` before the first refusal. */
  get limit(): { readonly requests: number; readonly spanMs: number } | undefined {
    return this.#window.limit;
  }

  on<N extends GovernorEventName>(name: N, listener: GovernorListener<N>): void {
    this.#events.on(name, listener);
  }

  off<N extends GovernorEventName>(name: N, listener: GovernorListener<N>): void {
    this.#events.off(name, listener);
  }

  /** Brings a memory, unless there is one. */
  attach(memory: LimitMemory): void {
    if (!this.#limits.attach(memory) || memory.window === undefined) return;
    this.#shared = new SharedSlots({
      window: memory.window,
      key: this.#key,
      clock: this.#clock,
      wanted: () => Math.min(this.#queue.size, this.#maxInFlight - this.#window.inFlight),
      onGranted: (granted) => this.#sendShared(granted),
      onFailure: (error) => this.#limits.fail(error),
    });
  }

  /** The part of a stack that is round the sender. */
  readonly layer: Layer = (next) => (request) => {
    if (this.#queue.size === 0 && this.#shared === undefined && this.#limits.isReady) {
      const refusal = this.#refusalFor(request);
      if (refusal !== undefined) return Promise.reject(refusal);
      const now = this.#now();
      this.#limits.refresh(now);
      if (this.#window.take(1, now) === 1) {
        return this.#send({ next, request, sentAt: now, isShared: false, job: undefined });
      }
    }
    return this.#enqueue(next, request);
  };

  #now(): number {
    return steadyNow(this.#clock);
  }

  /** No async function: this is on the way of every call, and the one promise is for what comes after. */
  #send(sending: Sending): Promise<HttpResponse> {
    return attempt(sending).then(
      (response) => {
        if (response.status === 429) return this.#refused(sending, response);
        this.#settle(sending, "answered");
        return response;
      },
      (error: unknown) => {
        this.#settle(sending, "unknown");
        throw error;
      },
    );
  }

  #settle({ sentAt, isShared }: Sending, ending: Ending): void {
    this.#window.settle(sentAt, this.#now(), ending);
    if (isShared) this.#shared?.settle({ done: 1, limited: 0 });
    if (this.#queue.size > 0) this.#drain();
  }

  #enqueue(next: Send, request: HttpRequest): Promise<HttpResponse> {
    const { signal } = request;
    if (signal?.aborted) return Promise.reject(abortError(signal, "The call"));
    const refusal = this.#refusalFor(request);
    if (refusal !== undefined) return Promise.reject(refusal);
    const now = this.#now();
    const patienceMs = request.call?.maxWaitMs ?? this.#maxWaitMs;
    const waitMs = this.#window.estimateMs(this.#queue.ahead(request), now);
    if (waitMs > patienceMs) return Promise.reject(tooLong(waitMs, this.#clock.now()));
    if (this.#queue.size >= this.#maxQueue) return Promise.reject(queueFull(this.#queue.size));
    const expiresAt = this.#queue.heldMs(now) + patienceMs;
    const answer = this.#queue.add({ next, request, expiresAt, sends: 0 });
    this.#drain();
    return answer;
  }

  /** Lets go whoever may, and sees when to look again. */
  #drain(): void {
    if (!this.#limits.isReady) {
      this.#limits.load();
      return;
    }
    const now = this.#now();
    this.#limits.refresh(now);
    if (this.#shared?.isUp(now)) {
      if (now >= this.#window.cooldownUntil && this.#window.inFlight < this.#maxInFlight)
        this.#shared.ask(now);
      this.#look(now);
      return;
    }
    const jobs = this.#queue.take(this.#window.take(this.#queue.size, now));
    this.#look(now);
    this.#sendAll(jobs, now, false);
  }

  /** Lets as many go as the shared window has granted; it was asked for no more than there were. */
  #sendShared(granted: number): void {
    const now = this.#now();
    const jobs = this.#queue.take(granted);
    this.#window.add(jobs.length);
    const unused = granted - jobs.length;
    if (unused > 0) this.#shared?.settle({ done: unused, limited: 0 });
    this.#sendAll(jobs, now, true);
    if (this.#queue.size > 0) this.#drain();
    else this.#rest();
  }

  #sendAll(jobs: readonly Job[], sentAt: number, isShared: boolean): void {
    for (const job of jobs) {
      job.sends += 1;
      job.resolve(this.#send({ next: job.next, request: job.request, sentAt, isShared, job }));
    }
  }

  /** Sees whether those who still wait are held back, who of them has to give up, and when to look again. */
  #look(now: number): void {
    const shared = this.#shared?.isUp(now) ? this.#shared : undefined;
    const coolingMs = Math.max(0, this.#window.cooldownUntil - now);
    const isHeld =
      this.#queue.size > 0 && (shared ? coolingMs > 0 || shared.isHolding(now) : this.#window.isHolding(now));
    this.#queue.setHeld(isHeld, now);
    this.#queue.expire(coolingMs, now, (job) =>
      tooLong(
        Math.max(coolingMs, this.#window.estimateMs(this.#queue.ahead(job.request), now)),
        this.#clock.now(),
      ),
    );
    if (this.#queue.size === 0) {
      this.#rest();
      return;
    }
    const waitMs = shared && coolingMs === 0 ? shared.waitMs(now) : this.#window.waitMs(now);
    this.#wake(Math.min(waitMs, isHeld ? this.#queue.patienceMs(now) : Number.POSITIVE_INFINITY));
    if (isHeld) this.#tellOfWait(shared ? Math.max(coolingMs, waitMs) : this.#window.estimateMs(0, now));
  }

  #tellOfWait(waitMs: number): void {
    if (this.#hasToldOfWait || !Number.isFinite(waitMs)) return;
    this.#hasToldOfWait = true;
    const until = this.#clock.now() + waitMs;
    this.#events.emitWait({ kind: "rate", until, waiting: this.#queue.size }, this.#queue.listeners());
  }

  #wake(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer =
      ms === Number.POSITIVE_INFINITY
        ? undefined
        : setTimeout(() => this.#drain(), Math.min(LONGEST_TIMER_MS, Math.max(1, Math.ceil(ms))));
  }

  /** Nobody waits: nothing is left that could keep the process alive. */
  #rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#queue.setHeld(false, this.#now());
    this.#hasToldOfWait = false;
  }

  /** A 429 means that nothing was done: so anything may be sent again, a POST too. */
  #refused(sending: Sending, response: HttpResponse): Promise<HttpResponse> {
    const { next, request, sentAt, isShared, job } = sending;
    const wall = this.#clock.now();
    const retryAt = readRetryAfter(response.header("retry-after"), wall);
    if (isQuotaRefusal(response)) {
      this.#quotaMet(request, retryAt ?? wall + QUOTA_MS);
      this.#settle(sending, "unknown");
      return this.#limits.noted().then(() => response);
    }
    const now = this.#now();
    const retryAfterMs = retryAt === undefined ? undefined : retryAt - wall;
    const isFirst = this.#window.refuse(sentAt, now, retryAfterMs);
    if (isShared) this.#shared?.settle({ done: 0, limited: 1, retryAfterMs });
    const waitMs = this.#window.cooldownUntil - now;
    if (isFirst) {
      this.#limits.note({ kind: "rate", until: wall + waitMs });
      const met = { kind: "rate", retryAt: wall + waitMs } as const;
      this.#events.emitLimit(met, this.#queue.listeners(request));
      this.#hasToldOfWait = false;
    }
    const heldMs = this.#queue.heldMs(now);
    const expiresAt = job?.expiresAt ?? heldMs + (request.call?.maxWaitMs ?? this.#maxWaitMs);
    const sends = job?.sends ?? 1;
    const mayWait = heldMs + waitMs <= expiresAt && sends < MAX_SENDS && !request.signal?.aborted;
    const answer = mayWait
      ? this.#queue.add({ next, request, expiresAt, sends })
      : this.#limits.noted().then(() => response);
    if (this.#queue.size > 0) this.#drain();
    return answer;
  }

  #quotaMet(request: HttpRequest, until: number): void {
    const endpoint = endpointOf(request);
    this.#limits.note({ kind: "quota", endpoint, until });
    const met = { kind: "quota", endpoint, retryAt: until } as const;
    this.#events.emitLimit(met, this.#queue.listeners(request));
    this.#rejectLimited();
  }

  /** Ends the waiting of those whose path has a limit, and sees to the others. */
  #rejectLimited(): void {
    if (this.#queue.size === 0) return;
    if (!this.#limits.isEmpty) this.#queue.rejectWhere((job) => this.#refusalFor(job.request));
    this.#drain();
  }

  /** The error for a call whose path has a limit that is known. */
  #refusalFor(request: HttpRequest): LimitError | undefined {
    if (this.#limits.isEmpty) return undefined;
    const known = this.#limits.find(endpointOf(request));
    return known && stillLimited(known, this.#clock.now());
  }
}

/** A sender that throws before it gives a promise must not keep its slot. */
function attempt({ next, request }: Sending): Promise<HttpResponse> {
  try {
    return next(request);
  } catch (error) {
    return Promise.reject(error);
  }
}
