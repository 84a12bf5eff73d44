import { type Clock, SECOND, stopwatch } from "../base/clock.js";

/** The two clocks of a machine round differently, and none of it may end a cooldown early. */
const MARGIN_MS = SECOND;

/**
 * Sees that a cooldown is over although the clock by which it was to end stood still, as while the machine slept.
 *
 * When the machine's clock is set forward, it seems so too: that costs one request that is refused.
 */
export class CooldownWatch {
  readonly #clock: Clock;
  #passed: (() => number) | undefined;
  #ms = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Begins to watch, in place of what was watched before. */
  begin(ms: number): void {
    this.#passed = stopwatch(this.#clock);
    this.#ms = ms + MARGIN_MS;
  }

  get isOver(): boolean {
    return this.#passed === undefined || this.#passed() >= this.#ms;
  }
}
