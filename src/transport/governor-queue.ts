import { type AbortListener, listen, stopListening } from "../base/abort-listeners.js";
import { abortError } from "../base/errors.js";
import type { HttpRequest, HttpResponse, Send } from "../base/http.js";
import type { LimitListener } from "../base/limits.js";
import { markUnsent } from "../base/unsent.js";
import { FairQueue, type Queued } from "./fair-queue.js";
import { tooLong, waitedTooLong } from "./governor-refusals.js";

/** A call that waits for its turn. */
export interface Job extends Queued<Job> {
  readonly next: Send;
  readonly request: HttpRequest;
  /** When its patience ends, by the time that calls have been held back. */
  readonly expiresAt: number;
  /** How often it has been sent. */
  sends: number;
  readonly resolve: (answer: HttpResponse) => void;
  readonly reject: (error: unknown) => void;
  /** Listens to the signal of the request while the call waits. */
  listener?: AbortListener | undefined;
}

/** What a job brings with it. */
export type NewJob = Pick<Job, "next" | "request" | "expiresAt" | "sends">;

export interface GovernorQueueOptions {
  /** Called when the last one has left by itself. */
  readonly onEmptied: () => void;
  /** For how long a call with so many before it will be held back, in milliseconds. */
  readonly estimateMs: (ahead: number, now: number) => number;
  /** Milliseconds since the Unix epoch. */
  readonly wall: () => number;
}

/**
 * The calls that wait, and how much patience each has left.
 *
 * Patience is only used up while calls are held back for a limit of the server's; so it is counted on a clock of its own, which runs
 * only then.
 */
export class GovernorQueue {
  readonly #queue = new FairQueue<Job>();
  readonly #options: GovernorQueueOptions;
  #heldMs = 0;
  #heldSince: number | undefined;
  /** Nobody loses patience before this. */
  #nextExpiry = Number.POSITIVE_INFINITY;

  constructor(options: GovernorQueueOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#queue.size;
  }

  /** For how long calls have been held back, all in all. */
  heldMs(now: number): number {
    return this.#heldMs + (this.#heldSince === undefined ? 0 : now - this.#heldSince);
  }

  /** Says whether the calls are held back from now on. */
  setHeld(isHeld: boolean, now: number): void {
    this.#heldMs = this.heldMs(now);
    this.#heldSince = isHeld ? now : undefined;
  }

  /** Milliseconds until the first one loses patience, when all stay held back. */
  patienceMs(now: number): number {
    return this.#nextExpiry - this.heldMs(now);
  }

  /** About how many will go before a call that comes now. */
  ahead(request: HttpRequest): number {
    return this.#queue.ahead(standing(request));
  }

  /** Puts a call into the queue. */
  add({ next, request, expiresAt, sends }: NewJob): Promise<HttpResponse> {
    const { account, priority } = standing(request);
    return new Promise<HttpResponse>((resolve, reject) => {
      this.#stand({ account, priority, next, request, expiresAt, sends, resolve, reject });
    });
  }

  /** Puts a call back that was taken: it goes before the others of its account. */
  putBack(job: Job): void {
    this.#stand(job);
  }

  /** Who wants to know of what becomes of those that wait, and of this one. */
  listeners(request?: HttpRequest): Set<LimitListener> {
    const found = new Set<LimitListener>();
    if (request?.call?.listener) found.add(request.call.listener);
    for (const job of this.#queue) if (job.request.call?.listener) found.add(job.request.call.listener);
    return found;
  }

  /** The next ones, who leave with that. */
  take(count: number): readonly Job[] {
    if (count === 0) return NOBODY;
    const jobs: Job[] = [];
    while (jobs.length < count) {
      const job = this.#queue.shift();
      if (job === undefined) break;
      leaveAlone(job);
      jobs.push(job);
    }
    return jobs;
  }

  /**
   * Ends the waiting of those whose patience will be over before a cooldown is.
   *
   * @param coolingMs how long nobody may go at the least
   */
  expire(coolingMs: number, now: number): void {
    const needed = this.heldMs(now) + coolingMs;
    if (needed <= this.#nextExpiry) return;
    this.#nextExpiry = Number.POSITIVE_INFINITY;
    this.rejectWhere((job) => {
      if (needed > job.expiresAt) {
        return waitedTooLong(this.#options.estimateMs(this.ahead(job.request), now), this.#options.wall());
      }
      this.#nextExpiry = Math.min(this.#nextExpiry, job.expiresAt);
      return undefined;
    });
  }

  /** Ends the waiting of those whose patience will not be enough for their place. */
  judge(now: number): void {
    const held = this.heldMs(now);
    const accounts = new Set([...this.#queue].map(({ account }) => account)).size;
    const before = { interactive: 0, background: 0 };
    const own = new Map<string, number>();
    this.rejectWhere(({ account, priority, expiresAt }) => {
      const name = `${priority} ${account}`;
      const ownBefore = own.get(name) ?? 0;
      // Accounts take turns, and the background comes last.
      const ahead = (ownBefore + 1) * accounts - 1 + (priority === "background" ? before.interactive : 0);
      const waitMs = this.#options.estimateMs(ahead, now);
      if (held + waitMs > expiresAt) return tooLong(waitMs, this.#options.wall());
      own.set(name, ownBefore + 1);
      before[priority] += 1;
      return undefined;
    });
  }

  /** Ends the waiting of those for whom there is an error. */
  rejectWhere(errorFor: (job: Job) => Error | undefined): void {
    for (const job of [...this.#queue]) {
      const error = errorFor(job);
      if (error !== undefined && this.#queue.remove(job)) {
        leaveAlone(job);
        job.reject(error);
      }
    }
  }

  #stand(job: Job): void {
    const { signal } = job.request;
    if (signal !== undefined) {
      job.listener ??= {
        onAbort: () => {
          if (!this.#queue.remove(job)) return;
          const error = abortError(signal, "The call");
          job.reject(markUnsent(error.advise("It was held back and nothing was done.")));
          if (this.size === 0) this.#options.onEmptied();
        },
      };
      listen(signal, job.listener);
    }
    this.#nextExpiry = Math.min(this.#nextExpiry, job.expiresAt);
    this.#queue.add(job, job.sends > 0);
  }
}

const NOBODY: readonly Job[] = [];

/** Its signal is no longer listened to. */
function leaveAlone({ request, listener }: Job): void {
  if (request.signal !== undefined && listener !== undefined) stopListening(request.signal, listener);
}

/** What decides about a call's place. */
function standing({ call }: HttpRequest): Pick<Job, "account" | "priority"> {
  return { account: call?.account ?? "", priority: call?.priority ?? "interactive" };
}

/** A sender that throws before it gives a promise must not keep its slot. */
export function attempt(next: Send, request: HttpRequest): Promise<HttpResponse> {
  try {
    return next(request);
  } catch (error) {
    return Promise.reject(error);
  }
}
