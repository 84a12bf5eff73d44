import { type Clock, steadyNow } from "../base/clock.js";
import type { StoredToken, Token } from "../token/index.js";

/**
 * The token in memory, with its age.
 *
 * Two clocks measure it, since each has a weakness: the one can be set, the other stands still while the machine sleeps. The one by
 * which more time has passed counts.
 */
export class HeldToken {
  readonly stored: StoredToken;
  readonly #clock: Clock;
  readonly #takenAt: number;
  readonly #wall: number;
  readonly #steady: number;

  constructor(stored: StoredToken, clock: Clock) {
    this.stored = stored;
    this.#clock = clock;
    this.#wall = clock.now();
    this.#steady = steadyNow(clock);
    // A token from the future was written by a clock that is ahead of this one: it is good for one life at most, not for years.
    this.#takenAt = Math.max(this.#wall, stored.token.obtainedAt);
  }

  get token(): Token {
    return this.stored.token;
  }

  /** True when the token ends within so many milliseconds. */
  isExpired(marginMs: number): boolean {
    const passed = Math.max(this.#clock.now() - this.#wall, steadyNow(this.#clock) - this.#steady);
    return this.token.isExpired(this.#takenAt + passed, marginMs);
  }
}
