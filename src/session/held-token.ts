import { type Clock, stopwatch } from "../base/clock.js";
import type { StoredToken, Token } from "../token/index.js";

/** The token in memory, with its age. */
export class HeldToken {
  readonly stored: StoredToken;
  readonly #takenAt: number;
  readonly #passed: () => number;

  constructor(stored: StoredToken, clock: Clock) {
    this.stored = stored;
    this.#passed = stopwatch(clock);
    // A token from the future was written by a clock that is ahead of this one: it is good for one life at most, not for years.
    this.#takenAt = Math.max(clock.now(), stored.token.obtainedAt);
  }

  get token(): Token {
    return this.stored.token;
  }

  /** True when the token ends within so many milliseconds. */
  isExpired(marginMs: number): boolean {
    return this.token.isExpired(this.#takenAt + this.#passed(), marginMs);
  }
}
