import { abortError } from "../base/errors.js";
import type { HttpRequest, HttpResponse, Send } from "../base/http.js";
import type { LimitListener } from "../base/limits.js";
import { FairQueue, type Queued } from "./fair-queue.js";

/** A call that waits for its turn. */
export interface Job extends Queued {
  readonly next: Send;
  readonly request: HttpRequest;
  /** When its patience ends, by the time that calls have been held back. */
  readonly expiresAt: number;
  /** How often it has been sent. */
  sends: number;
  readonly resolve: (answer: HttpResponse | Promise<HttpResponse>) => void;
  readonly reject: (error: unknown) => void;
}

/** What a job brings with it. */
export type NewJob = Pick<Job, "next" | "request" | "expiresAt" | "sends">;

/**
 * The calls that wait, and how much patience each has left.
 *
 * Patience is only used up while calls are held back for a limit of the server's; so it is counted on a clock of its own, which runs
 * only then.
 */
export class GovernorQueue {
  readonly #queue = new FairQueue<Job>();
  readonly #onEmptied: () => void;
  #heldMs = 0;
  #heldSince: number | undefined;
  /** Nobody loses patience before this. */
  #nextExpiry = Number.POSITIVE_INFINITY;

  /** @param onEmptied called when the last one has left by itself */
  constructor(onEmptied: () => void) {
    this.#onEmptied = onEmptied;
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

  /** Puts a call into the queue; one that was sent already goes before the others of its account. */
  add({ next, request, expiresAt, sends }: NewJob): Promise<HttpResponse> {
    return new Promise<HttpResponse>((resolve, reject) => {
      const { signal } = request;
      const onAbort = () => {
        if (signal === undefined || !this.#queue.remove(job)) return;
        job.reject(abortError(signal, "The call"));
        if (this.size === 0) this.#onEmptied();
      };
      const leave = () => signal?.removeEventListener("abort", onAbort);
      const job: Job = {
        ...standing(request),
        next,
        request,
        expiresAt,
        sends,
        resolve: (answer) => {
          leave();
          resolve(answer);
        },
        reject: (error) => {
          leave();
          reject(error);
        },
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#nextExpiry = Math.min(this.#nextExpiry, expiresAt);
      this.#queue.add(job, sends > 0);
    });
  }

  /** Who wants to know of what becomes of those that wait, and of this one. */
  listeners(request?: HttpRequest): ReadonlySet<LimitListener> {
    const found = new Set<LimitListener>();
    if (request?.call?.listener) found.add(request.call.listener);
    for (const job of this.#queue) if (job.request.call?.listener) found.add(job.request.call.listener);
    return found;
  }

  /** The next ones, who leave with that. */
  take(count: number): readonly Job[] {
    const jobs: Job[] = [];
    while (jobs.length < count) {
      const job = this.#queue.shift();
      if (job === undefined) break;
      jobs.push(job);
    }
    return jobs;
  }

  /**
   * Ends the waiting of those whose patience will be over before a cooldown is.
   *
   * @param coolingMs how long nobody may go at the least
   */
  expire(coolingMs: number, now: number, why: (job: Job) => Error): void {
    const needed = this.heldMs(now) + coolingMs;
    if (needed <= this.#nextExpiry) return;
    this.#nextExpiry = Number.POSITIVE_INFINITY;
    this.rejectWhere((job) => {
      if (needed > job.expiresAt) return why(job);
      this.#nextExpiry = Math.min(this.#nextExpiry, job.expiresAt);
      return undefined;
    });
  }

  /** Ends the waiting of those for whom there is an error. */
  rejectWhere(errorFor: (job: Job) => Error | undefined): void {
    for (const job of [...this.#queue]) {
      const error = errorFor(job);
      if (error !== undefined && this.#queue.remove(job)) job.reject(error);
    }
  }
}

/** What decides about a call's place. */
function standing({ call }: HttpRequest): Queued {
  return { account: call?.account ?? "", priority: call?.priority ?? "interactive" };
}
