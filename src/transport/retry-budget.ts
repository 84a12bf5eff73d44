import { type Clock, SECOND, steadyNow, systemClock } from "../base/clock.js";

/** In tenths of a retry, so that no rounding adds up. */
const DEPOSIT = 1;
const PRICE = 10;
const START = 30;
const MOST = 100;
/** So long a time is worth a retry too, or a program that calls once a minute would never have one again. */
const REFILL_MS = 30 * SECOND;

export interface RetryBudgetOptions {
  readonly clock?: Clock | undefined;
}

/**
 * What all calls of an app may spend on retries together, so that an outage of Spotify's is not met with a multiple of the usual load: one
 * retry for ten calls, one for each half minute, and three in advance, which time alone never exceeds.
 *
 * @param options.clock what the half minutes are measured by
 *
 * @see https://sre.google/sre-book/handling-overload/ "Deciding to retry"
 */
export class RetryBudget {
  readonly #clock: Clock;
  #saved = START;
  #refilledAt: number;

  constructor({ clock = systemClock }: RetryBudgetOptions = {}) {
    this.#clock = clock;
    this.#refilledAt = steadyNow(clock);
  }

  /** A call is made. */
  deposit(): void {
    this.#refill();
    this.#saved = Math.min(MOST, this.#saved + DEPOSIT);
  }

  /** Pays for sending something again; false when there is nothing left. */
  withdraw(): boolean {
    this.#refill();
    if (this.#saved < PRICE) return false;
    this.#saved -= PRICE;
    return true;
  }

  #refill(): void {
    const periods = Math.floor((steadyNow(this.#clock) - this.#refilledAt) / REFILL_MS);
    if (periods < 1) return;
    this.#refilledAt += periods * REFILL_MS;
    if (this.#saved < START) this.#saved = Math.min(START, this.#saved + periods * PRICE);
  }
}
