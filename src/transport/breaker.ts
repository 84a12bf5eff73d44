import { type Clock, steadyNow, systemClock } from "../base/clock.js";
import { hasCode } from "../base/errors.js";
import type { HttpRequest, Layer } from "../base/http.js";
import { LimitError } from "./limit-error.js";
import { NetworkError } from "./network-error.js";

const FAILURES_IN_A_ROW = 10;
const FIRST_REST_MS = 1_000;
const LONGEST_REST_MS = 30_000;

export interface BreakerOptions {
  /** Spreads the rests: 0 up to 1. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
  readonly clock?: Clock | undefined;
}

/**
 * Keeps a service that fails again and again from being asked at all for a while, and then asks it by one call.
 *
 * After ten failures in a row (the connection, no answer in time, 5xx) calls fail at once for 1 s, and for twice as long, up to 30 s, each
 * time that the one call which is then let through fails too; a tenth at most is added by chance, so that many processes do not
 * come back together. One breaker is for one API's address and all clients of a process that use it. It keeps no timer.
 *
 * @see https://learn.microsoft.com/azure/architecture/patterns/circuit-breaker
 *
 * @example
 * const breaker = new Breaker();
 * const send = stack(fetchSender(), retry(), breaker.layer);
 */
export class Breaker {
  readonly #clock: Clock;
  readonly #random: () => number;
  #failures = 0;
  /** By the steady clock; `undefined` while calls go through. */
  #restsUntil: number | undefined;
  #nextRestMs = FIRST_REST_MS;
  #isProbing = false;

  constructor({ clock = systemClock, random = Math.random }: BreakerOptions = {}) {
    this.#clock = clock;
    this.#random = random;
  }

  /** @throws LimitError `circuit-open`, with nothing sent */
  readonly layer: Layer = (next) => async (request) => {
    const isProbe = this.#enter(request);
    try {
      const response = await next(request);
      this.#judge(isProbe, response.status >= 500);
      return response;
    } catch (error) {
      this.#judge(isProbe, isFailure(error, request));
      throw error;
    }
  };

  /** True for the one call that is to find out whether the service is back. */
  #enter({ url }: HttpRequest): boolean {
    if (this.#restsUntil === undefined) return false;
    const leftMs = this.#restsUntil - steadyNow(this.#clock);
    if (leftMs > 0 || this.#isProbing) throw this.#refusal(url, leftMs);
    this.#isProbing = true;
    return true;
  }

  #refusal(url: string, leftMs: number): LimitError {
    // How long a probe takes is not known.
    const retryAt = this.#clock.now() + Math.ceil(this.#isProbing ? FIRST_REST_MS : leftMs);
    const { host } = new URL(url);
    return new LimitError("circuit-open", `${host} failed many times in a row and is not asked for now.`, {
      retryAt,
      hint: `Try again at ${new Date(retryAt).toISOString()}.`,
    });
  }

  /** @param failed `undefined` when the call says nothing of the service, such as one that its caller ended */
  #judge(isProbe: boolean, failed: boolean | undefined): void {
    if (isProbe) this.#isProbing = false;
    // Calls from before the rest come back late; what counts while it lasts is the probe.
    if (failed === undefined || (this.#restsUntil !== undefined && !isProbe)) return;
    if (!failed) {
      this.#failures = 0;
      this.#restsUntil = undefined;
      this.#nextRestMs = FIRST_REST_MS;
      return;
    }
    this.#failures++;
    if (isProbe || this.#failures >= FAILURES_IN_A_ROW) this.#rest();
  }

  #rest(): void {
    const ms = this.#nextRestMs * (1 + this.#random() / 10);
    this.#restsUntil = steadyNow(this.#clock) + ms;
    this.#nextRestMs = Math.min(LONGEST_REST_MS, 2 * this.#nextRestMs);
  }
}

function isFailure(error: unknown, { signal }: HttpRequest): boolean | undefined {
  if (signal?.aborted) return undefined;
  return error instanceof NetworkError || hasCode(error, "timeout") ? true : undefined;
}
