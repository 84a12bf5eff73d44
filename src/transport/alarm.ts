/** Timers of the platform count no further. */
const LONGEST_MS = 2 ** 31 - 1;

/** One timer, which is there only while something is waited for. */
export class Alarm {
  readonly #ring: () => void;
  readonly #longestMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param longestMs after how long it rings at the latest */
  constructor(ring: () => void, longestMs: number = LONGEST_MS) {
    this.#ring = ring;
    this.#longestMs = longestMs;
  }

  /** Rings after so many milliseconds instead of when it was to ring before; never for `Infinity`. */
  set(ms: number): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#timer =
      ms === Number.POSITIVE_INFINITY
        ? undefined
        : setTimeout(this.#ring, Math.min(this.#longestMs, Math.max(1, Math.ceil(ms))));
  }
}
