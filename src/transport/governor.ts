import { type Clock, SECOND, steadyNow, systemClock } from "../base/clock.js";
import { abortError } from "../base/errors.js";
import type { HttpRequest, HttpResponse, Layer, Send } from "../base/http.js";
import type { LimitKey, LimitMemory } from "../base/limits.js";
import { readRetryAfter } from "../base/retry-after.js";
import { markUnsent } from "../base/unsent.js";
import { Alarm } from "./alarm.js";
import { CooldownWatch } from "./cooldown-watch.js";
import { GovernorEventEmitter, type GovernorEventName, type GovernorListener } from "./governor-events.js";
import type { GovernorOptions } from "./governor-options.js";
import { attempt, GovernorQueue, type Job } from "./governor-queue.js";
import { endpointOf, isQuotaRefusal, queueFull, quotaEnd, tooLong } from "./governor-refusals.js";
import { GovernorTelling } from "./governor-telling.js";
import { KnownLimits } from "./known-limits.js";
import { type Ending, RateWindow } from "./rate-window.js";
import { SharedSlots } from "./shared-slots.js";

/** How soon a clock is looked at again that may be put forward, in milliseconds. */
const PEEK_MS = 100;
/** How often one call is sent at most, when each time the answer is 429. */
const MAX_SENDS = 5;

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
  readonly #watch: CooldownWatch;
  readonly #limits: KnownLimits;
  readonly #events = new GovernorEventEmitter();
  readonly #queue = new GovernorQueue({
    onEmptied: () => this.#rest(),
    estimateMs: (ahead, now) => this.#estimateMs(ahead, now),
    wall: () => this.#clock.now(),
  });
  readonly #telling = new GovernorTelling(this.#events, this.#queue);
  readonly #alarm: Alarm;
  #shared: SharedSlots | undefined;
  /** The limit by which those that wait were judged. */
  #judgedBy: number | undefined;

  constructor(options: GovernorOptions) {
    const { key, maxInFlight = 64, maxQueue = 10_000, maxWaitMs = 30 * SECOND, random } = options;
    const { clock = systemClock } = options;
    this.#clock = clock;
    // A clock of a test can be put forward while calls wait, and tells nobody.
    this.#alarm = new Alarm(() => this.#drain(), clock === systemClock ? undefined : PEEK_MS);
    this.#key = key;
    this.#maxInFlight = maxInFlight;
    this.#maxQueue = maxQueue;
    this.#maxWaitMs = maxWaitMs;
    this.#window = new RateWindow({ maxInFlight, random });
    this.#watch = new CooldownWatch(clock);
    this.#limits = new KnownLimits({
      key,
      clock,
      onCooldown: (until) => this.#cool(until - clock.now()),
      onFailure: (error) => this.#events.emit("memory-failed", { error }),
      onRead: () => this.#rejectLimited(),
    });
    if (options.memory !== undefined) this.attach(options.memory);
  }

  /** What this process has learnt of the rate limit; `undefined` before a first refusal is over, and where a window is shared. */
  get limit(): { readonly requests: number; readonly spanMs: number } | undefined {
    return this.#window.limit;
  }

  on<N extends GovernorEventName>(name: N, listener: GovernorListener<N>): void {
    this.#events.on(name, listener);
  }

  off<N extends GovernorEventName>(name: N, listener: GovernorListener<N>): void {
    this.#events.off(name, listener);
  }

  /** Brings a memory, unless there is one that reaches as far. */
  attach(memory: LimitMemory): void {
    if (!this.#limits.attach(memory) || memory.window === undefined) return;
    this.#shared = new SharedSlots({
      window: memory.window,
      key: this.#key,
      wanted: () => Math.min(this.#queue.size, this.#maxInFlight - this.#window.inFlight),
      onGranted: (granted) => this.#sendShared(granted),
      onFailure: (error) => this.#limits.fail(error),
    });
  }

  /** The part of a stack that is round the sender. */
  readonly layer: Layer = (next) => (request) => {
    if (this.#queue.size === 0 && this.#shared === undefined && this.#limits.isReady) {
      const refusal = this.#limits.refusalFor(request);
      if (refusal !== undefined) return Promise.reject(refusal);
      const now = this.#now();
      this.#limits.refresh(now);
      if (this.#window.take(1, now) === 1) return this.#send(next, request, now);
    }
    return this.#enqueue(next, request);
  };

  #now(): number {
    return steadyNow(this.#clock);
  }

  #cool(ms: number): void {
    const until = this.#now() + ms;
    if (until <= this.#window.cooldownUntil) return;
    this.#window.hold(until);
    this.#watch.begin(ms);
  }

  /** No async function: this is on the way of every call, and its one promise is for what comes after. */
  #send(next: Send, request: HttpRequest, sentAt: number): Promise<HttpResponse> {
    return attempt(next, request).then(
      (response) => {
        if (response.status === 429) return this.#sendAgain(next, request, response, sentAt);
        this.#settle(sentAt, "answered", false);
        return response;
      },
      (error: unknown) => {
        this.#settle(sentAt, "unknown", false);
        throw error;
      },
    );
  }

  #sendAgain(
    next: Send,
    request: HttpRequest,
    response: HttpResponse,
    sentAt: number,
  ): Promise<HttpResponse> {
    const waitMs = this.#refused(request, response, sentAt, false);
    const patienceMs = request.call?.maxWaitMs ?? this.#maxWaitMs;
    const mayWait = waitMs !== undefined && waitMs <= patienceMs && !request.signal?.aborted;
    const expiresAt = this.#queue.heldMs(this.#now()) + patienceMs;
    const answer = mayWait
      ? this.#queue.add({ next, request, expiresAt, sends: 1 })
      : this.#limits.noted().then(() => response);
    this.#judge(this.#now());
    if (this.#queue.size > 0) this.#drain();
    return answer;
  }

  #sendJob(job: Job, sentAt: number, isShared: boolean): void {
    job.sends += 1;
    attempt(job.next, job.request).then(
      (response) => {
        if (response.status === 429) return this.#sendJobAgain(job, response, sentAt, isShared);
        this.#settle(sentAt, "answered", isShared);
        job.resolve(response);
      },
      (error: unknown) => {
        this.#settle(sentAt, "unknown", isShared);
        job.reject(error);
      },
    );
  }

  #sendJobAgain(job: Job, response: HttpResponse, sentAt: number, isShared: boolean): void {
    const waitMs = this.#refused(job.request, response, sentAt, isShared);
    const patienceMs = job.expiresAt - this.#queue.heldMs(this.#now());
    const mayWait =
      waitMs !== undefined && waitMs <= patienceMs && job.sends < MAX_SENDS && !job.request.signal?.aborted;
    if (mayWait) this.#queue.putBack(job);
    else void this.#limits.noted().then(() => job.resolve(response));
    this.#judge(this.#now());
    if (this.#queue.size > 0) this.#drain();
  }

  #settle(sentAt: number, ending: Ending, isShared: boolean): void {
    this.#window.settle(sentAt, this.#now(), ending);
    if (isShared) this.#shared?.settle({ done: 1, limited: 0 });
    if (this.#queue.size > 0) this.#drain();
  }

  #enqueue(next: Send, request: HttpRequest): Promise<HttpResponse> {
    const { signal } = request;
    if (signal?.aborted) return Promise.reject(markUnsent(abortError(signal, "The call")));
    const refusal = this.#limits.refusalFor(request);
    if (refusal !== undefined) return Promise.reject(refusal);
    const now = this.#now();
    if (now < this.#window.cooldownUntil && this.#watch.isOver) this.#window.wake(now);
    const patienceMs = request.call?.maxWaitMs ?? this.#maxWaitMs;
    const waitMs = this.#estimateMs(this.#queue.ahead(request), now);
    if (waitMs > patienceMs) return Promise.reject(tooLong(waitMs, this.#clock.now()));
    if (this.#queue.size >= this.#maxQueue) return Promise.reject(queueFull(this.#queue.size));
    const expiresAt = this.#queue.heldMs(now) + patienceMs;
    const answer = this.#queue.add({ next, request, expiresAt, sends: 0 });
    this.#drain();
    if (this.#queue.size > 0) this.#telling.join(request, this.#clock.now() + this.#estimateMs(0, now));
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
    const shared = this.#sharedUp();
    if (shared && now >= this.#window.cooldownUntil && this.#window.inFlight < this.#maxInFlight)
      shared.ask();
    const jobs = this.#queue.take(shared ? 0 : this.#window.take(this.#queue.size, now));
    const learnt = this.#window.limit?.requests;
    if (learnt !== this.#judgedBy) {
      this.#judgedBy = learnt;
      this.#judge(now);
    }
    this.#look(now);
    for (const job of jobs) this.#sendJob(job, now, false);
  }

  /** Sends those away at once who would wait in vain; what others use of a shared window nobody knows. */
  #judge(now: number): void {
    if (this.#sharedUp() === undefined) this.#queue.judge(now);
  }

  /** Lets as many go as the shared window has granted; it was asked for no more than there were. */
  #sendShared(granted: number): void {
    const now = this.#now();
    const jobs = this.#queue.take(granted);
    this.#window.add(jobs.length);
    const unused = granted - jobs.length;
    if (unused > 0) this.#shared?.settle({ done: unused, limited: 0 });
    for (const job of jobs) this.#sendJob(job, now, true);
    if (this.#queue.size > 0) this.#drain();
    else this.#rest();
  }

  #sharedUp(): SharedSlots | undefined {
    return this.#shared?.isUp() ? this.#shared : undefined;
  }

  /** About how long a call will be held back; what others use of a shared window nobody knows. */
  #estimateMs(ahead: number, now: number): number {
    const shared = this.#sharedUp();
    if (shared === undefined) return this.#window.estimateMs(ahead, now);
    return Math.max(0, this.#window.cooldownUntil - now, shared.isHolding() ? shared.waitMs() : 0);
  }

  /** Sees whether those who still wait are held back, who of them has to give up, and when to look again. */
  #look(now: number): void {
    const shared = this.#sharedUp();
    const coolingMs = Math.max(0, this.#window.cooldownUntil - now);
    const isHeld = coolingMs > 0 || (shared ? shared.isHolding() : this.#window.isHolding(now));
    this.#queue.setHeld(isHeld && this.#queue.size > 0, now);
    this.#queue.expire(coolingMs, now);
    if (this.#queue.size === 0) {
      this.#rest();
      return;
    }
    const waitMs = coolingMs > 0 ? coolingMs : shared ? shared.waitMs() : this.#window.waitMs(now);
    this.#alarm.set(Math.min(waitMs, isHeld ? this.#queue.patienceMs(now) : Number.POSITIVE_INFINITY));
    if (isHeld) this.#telling.wait(this.#clock.now() + this.#estimateMs(0, now));
  }

  /** Nobody waits: nothing is left that could keep the process alive. */
  #rest(): void {
    this.#alarm.set(Number.POSITIVE_INFINITY);
    this.#queue.setHeld(false, this.#now());
    this.#telling.over();
  }

  /**
   * Takes note of a 429. It means that nothing was done, so anything may be sent again, a POST too.
   *
   * @returns milliseconds until then; `undefined` where a quota is used up
   */
  #refused(
    request: HttpRequest,
    response: HttpResponse,
    sentAt: number,
    isShared: boolean,
  ): number | undefined {
    const wall = this.#clock.now();
    const retryAt = readRetryAfter(response.header("retry-after"), wall);
    if (isQuotaRefusal(response)) {
      const met = {
        kind: "quota",
        endpoint: endpointOf(request),
        retryAt: quotaEnd(retryAt, wall),
      } as const;
      this.#limits.note({ ...met, until: met.retryAt });
      this.#telling.met(met, request);
      this.#rejectLimited();
      this.#settle(sentAt, "unknown", isShared);
      return undefined;
    }
    const now = this.#now();
    const retryAfterMs = retryAt === undefined ? undefined : retryAt - wall;
    const isFirst = this.#window.refuse(sentAt, now, retryAfterMs);
    if (isShared) this.#shared?.settle({ done: 0, limited: 1, retryAfterMs });
    const waitMs = this.#window.cooldownUntil - now;
    this.#watch.begin(waitMs);
    if (isFirst) {
      this.#limits.note({ kind: "rate", until: wall + waitMs });
      this.#telling.met({ kind: "rate", retryAt: wall + waitMs }, request);
    }
    return waitMs;
  }

  /** Ends the waiting of those whose path has a limit, and sees to the others. */
  #rejectLimited(): void {
    if (this.#queue.size === 0) return;
    this.#queue.rejectWhere((job) => this.#limits.refusalFor(job.request));
    this.#drain();
  }
}
