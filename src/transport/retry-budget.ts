/** In tenths of a retry, so that no rounding adds up. */
const DEPOSIT = 1;
const PRICE = 10;
const START = 30;
const MOST = 100;

/**
 * What all calls of an app may spend on retries together, so that an outage of Spotify's is not met with a multiple of the usual load: one
 * retry for ten calls, and a few in advance.
 *
 * @see https://sre.google/sre-book/handling-overload/ "Deciding to retry"
 */
export class RetryBudget {
  #saved = START;

  /** A call is made. */
  deposit(): void {
    this.#saved = Math.min(MOST, this.#saved + DEPOSIT);
  }

  /** Pays for sending something again; false when there is nothing left. */
  withdraw(): boolean {
    if (this.#saved < PRICE) return false;
    this.#saved -= PRICE;
    return true;
  }
}
