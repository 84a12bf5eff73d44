import type { HttpRequest } from "../base/http.js";
import type { LimitListener, LimitMet, LimitWait } from "../base/limits.js";
import type { GovernorEventEmitter } from "./governor-events.js";
import type { GovernorQueue } from "./governor-queue.js";

/** Tells each listener once of a time in which calls are held back: those whose calls wait when it begins, and those whose calls come later. */
export class GovernorTelling {
  readonly #events: GovernorEventEmitter;
  readonly #queue: GovernorQueue;
  /** Who has been told; `undefined` while nobody is held back, or not for long enough to be told. */
  #told: Set<LimitListener> | undefined;

  constructor(events: GovernorEventEmitter, queue: GovernorQueue) {
    this.#events = events;
    this.#queue = queue;
  }

  /** @param until when the first call may go, in milliseconds since the Unix epoch */
  wait(until: number): void {
    if (this.#told !== undefined) return;
    this.#told = this.#queue.listeners();
    this.#events.emitWait(this.#event(until), this.#told);
  }

  /** For a call that came later. */
  join({ call }: HttpRequest, until: number): void {
    const listener = call?.listener;
    if (listener === undefined || this.#told === undefined || this.#told.has(listener)) return;
    this.#told.add(listener);
    this.#events.tellWait(this.#event(until), listener);
  }

  met(limit: LimitMet, request: HttpRequest): void {
    this.#events.emitLimit({ ...limit, retryAt: Math.ceil(limit.retryAt) }, this.#queue.listeners(request));
    if (limit.kind === "rate") this.#told = undefined;
  }

  over(): void {
    this.#told = undefined;
  }

  #event(until: number): LimitWait {
    return { kind: "rate", until: Math.ceil(until), waiting: this.#queue.size };
  }
}
