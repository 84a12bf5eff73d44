import { SECOND } from "../base/clock.js";
import { StagedoorError } from "../base/errors.js";
import type { LimitKey, Settlement, SharedWindow } from "../base/limits.js";

const PATIENCE_MS = SECOND;
/** How long to do without a shared window that failed. */
const OUTAGE_MS = 5 * SECOND;
/** The shortest pause before asking again after "none": what is in the way is what is in flight, here or elsewhere. */
const SHORTEST_PAUSE_MS = 20;
/** A longer pause is for a limit; a shorter one ends when something in flight does. */
const HELD_MS = 50;
/** Where the answer does not say how long to wait. */
const UNKNOWN_PAUSE_MS = 100;

export interface SharedSlotsOptions {
  readonly window: SharedWindow;
  readonly key: LimitKey;
  /** How many are wanted when the question goes out. */
  readonly wanted: () => number;
  /** Called with what was granted; the pause begins then. */
  readonly onGranted: (granted: number) => void;
  /** Called when the shared window has failed: now it is done without. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Asks a shared window for slots, once for all who want some in the same turn, and tells it in batches how they ended.
 *
 * Its pauses are real time whatever clock the governor goes by, since the window's are too.
 */
export class SharedSlots {
  readonly #options: SharedSlotsOptions;
  #isAsking = false;
  #isSettling = false;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  /** True when the pause is for a limit, and not only for what is in flight. */
  #isHolding = false;
  #downUntil = Number.NEGATIVE_INFINITY;
  #ended: Settlement = { done: 0, limited: 0 };

  constructor(options: SharedSlotsOptions) {
    this.#options = options;
  }

  isUp(): boolean {
    return performance.now() >= this.#downUntil;
  }

  isHolding(): boolean {
    return this.#isHolding && performance.now() < this.#pausedUntil;
  }

  /** Milliseconds until asking can help; `Infinity` while an answer is on its way, or none may be sent before another has ended. */
  waitMs(): number {
    const isPointless = this.#isAsking || this.#options.wanted() === 0;
    return isPointless ? Number.POSITIVE_INFINITY : Math.max(0, this.#pausedUntil - performance.now());
  }

  /** Asks, unless that has been done or a pause was told; all who come in this turn are counted. */
  ask(): void {
    if (this.#isAsking || performance.now() < this.#pausedUntil) return;
    this.#isAsking = true;
    queueMicrotask(() => {
      void this.#ask(this.#options.wanted());
    });
  }

  /** Counts how one ended that had been granted; a refusal is told of at once. */
  settle(ended: Settlement): void {
    if (!this.#isHolding) this.#pausedUntil = Number.NEGATIVE_INFINITY;
    const { done, limited, retryAfterMs } = this.#ended;
    const longest = Math.max(retryAfterMs ?? 0, ended.retryAfterMs ?? 0);
    this.#ended = {
      done: done + ended.done,
      limited: limited + ended.limited,
      retryAfterMs: retryAfterMs === undefined && ended.retryAfterMs === undefined ? undefined : longest,
    };
    if (ended.limited > 0) void this.#settle();
    else if (!this.#isSettling) {
      this.#isSettling = true;
      queueMicrotask(() => void this.#settle());
    }
  }

  async #ask(wanted: number): Promise<void> {
    const { window, key, onGranted } = this.#options;
    let granted = 0;
    if (wanted > 0) {
      try {
        const answer = window.take(key, wanted);
        // What is granted too late is given back as used, for it counts as that by now.
        const late = ({ granted: slots }: { readonly granted: number }) =>
          this.settle({ done: slots, limited: 0 });
        const { granted: slots, waitMs } = await withinPatience(answer, late);
        granted = Math.max(0, Math.min(wanted, Math.floor(slots)));
        this.#pause(granted, wanted, waitMs);
      } catch (error) {
        this.#fail(error);
      }
    }
    this.#isAsking = false;
    onGranted(granted);
  }

  #pause(granted: number, wanted: number, waitMs: number): void {
    this.#isHolding = granted < wanted && Number.isFinite(waitMs) && waitMs > HELD_MS;
    if (granted === wanted) return;
    const pauseMs = Number.isFinite(waitMs) ? waitMs : UNKNOWN_PAUSE_MS;
    this.#pausedUntil = performance.now() + Math.max(SHORTEST_PAUSE_MS, pauseMs);
  }

  async #settle(): Promise<void> {
    const ended = this.#ended;
    this.#ended = { done: 0, limited: 0 };
    this.#isSettling = true;
    try {
      await withinPatience(this.#options.window.settle(this.#options.key, ended), () => undefined);
    } catch (error) {
      this.#fail(error);
    }
    this.#isSettling = false;
    if (this.#ended.done > 0) void this.#settle();
  }

  #fail(error: unknown): void {
    if (!this.isUp()) return;
    this.#downUntil = performance.now() + OUTAGE_MS;
    this.#isHolding = false;
    this.#pausedUntil = Number.NEGATIVE_INFINITY;
    this.#options.onFailure(error);
  }
}

/** Settles with a promise, or fails after a second; `late` gets what comes after that. */
async function withinPatience<T>(promise: Promise<T>, late: (value: T) => void): Promise<T> {
  let isLate = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      isLate = true;
      reject(new StagedoorError("store-unavailable", "The shared window did not answer within 1 s."));
    }, PATIENCE_MS);
  });
  promise.then(
    (value) => {
      if (isLate) late(value);
    },
    () => undefined,
  );
  try {
    return await Promise.race([promise, patience]);
  } finally {
    clearTimeout(timer);
  }
}
