import type { Deadline } from "./deadline-error.js";
import type { SenderLimits } from "./sender-options.js";

/** A request under way that ends in time or is ended. */
export abstract class Timed {
  /** When the nearest of its deadlines is missed, by `performance.now()`. */
  dueAt = 0;
  /** Which one that is. */
  dueFor: Deadline = "total";
  /** How long that one is, in milliseconds. */
  dueAfterMs: number;
  /** True once it needs no more waiting for. */
  isOver = false;
  /** Where it stands among those that are watched; -1 where it is not. */
  place = -1;
  readonly #totalMs: number;
  readonly #totalAt: number;
  readonly #deadlines: Deadlines;

  constructor(deadlines: Deadlines, { timeoutMs }: Pick<SenderLimits, "timeoutMs">) {
    this.#deadlines = deadlines;
    this.#totalMs = timeoutMs;
    this.dueAfterMs = timeoutMs;
    this.#totalAt = performance.now() + timeoutMs;
  }

  /** Begins to wait for the next thing; the deadline for all of it stays. */
  protected waitFor(next: Exclude<Deadline, "total">, ms: number): void {
    if (this.isOver) return;
    const at = performance.now() + ms;
    const isNearer = at < this.#totalAt;
    this.dueAt = isNearer ? at : this.#totalAt;
    this.dueFor = isNearer ? next : "total";
    this.dueAfterMs = isNearer ? ms : this.#totalMs;
    this.#deadlines.watch(this);
  }

  protected stopWaiting(): void {
    this.isOver = true;
    this.#deadlines.forget(this);
  }

  /** Called once the deadline is missed; to be answered with `stopWaiting`. */
  abstract expire(): void;
}

type Timer = ReturnType<typeof setTimeout>;

/**
 * The deadlines of any number of requests, on one timer.
 *
 * The timer is set for the earliest deadline that was known when it was set. Requests that end earlier leave it alone, and so it fires once in
 * many requests, to be set for what is then the earliest.
 */
export class Deadlines {
  /**
   * No Set: one that is added to and deleted from all the time is laid out anew again and again, and each layout keeps the next one alive, with
   * all that was in it, until the whole heap is cleared. That cost 9 µs a request.
   */
  readonly #running: Timed[] = [];
  readonly #letGo: ((timer: Timer) => void) | undefined;
  #timer: Timer | undefined;
  #wakesAt = Number.POSITIVE_INFINITY;

  /**
   * @param letGo where a timer can be kept from keeping the process alive: does that. The timer is then left set between two requests, one after
   * another, since setting it anew for each cost 30 µs of each.
   */
  constructor(letGo?: (timer: Timer) => void) {
    this.#letGo = letGo;
  }

  /** Keeps to the deadline of a request; again after each change of it. */
  watch(timed: Timed): void {
    if (timed.place < 0) timed.place = this.#running.push(timed) - 1;
    if (timed.dueAt < this.#wakesAt) this.#wakeAt(timed.dueAt);
  }

  forget(timed: Timed): void {
    if (timed.place < 0) return;
    // The last one takes its place.
    const last = this.#running.pop();
    if (last !== undefined && last !== timed) {
      this.#running[timed.place] = last;
      last.place = timed.place;
    }
    timed.place = -1;
    if (this.#running.length === 0 && this.#letGo === undefined) this.#rest();
  }

  #wakeAt(time: number): void {
    clearTimeout(this.#timer);
    this.#wakesAt = time;
    this.#timer = setTimeout(this.#wake, Math.max(1, Math.ceil(time - performance.now())));
    this.#letGo?.(this.#timer);
  }

  /** Nothing is left behind that would keep a process alive. */
  #rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#wakesAt = Number.POSITIVE_INFINITY;
  }

  readonly #wake = (): void => {
    this.#rest();
    const now = performance.now();
    let earliest = Number.POSITIVE_INFINITY;
    // Those that expire leave meanwhile.
    for (const timed of [...this.#running]) {
      if (timed.dueAt <= now) timed.expire();
      else earliest = Math.min(earliest, timed.dueAt);
    }
    if (earliest < this.#wakesAt) this.#wakeAt(earliest);
  };
}
