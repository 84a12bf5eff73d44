const BIN_MS = 20;
/** Thirty seconds, the longest margin, and some to spare. */
const BINS = 1600;

/**
 * Counts what happened in the last thirty seconds, to 20 ms: three kilobytes, however much happens.
 *
 * It also keeps the sum of what happened within one chosen span, so that asking for it costs nothing.
 */
export class Tally {
  readonly #bins = new Uint16Array(BINS);
  #newest = Number.NEGATIVE_INFINITY;
  /** Every bin up to this one has left the sum. */
  #left = Number.NEGATIVE_INFINITY;
  #sum = 0;
  #spanMs: number;

  /** @param spanMs milliseconds for which what was added stays in the sum; at most 31,000 */
  constructor(spanMs: number) {
    this.#spanMs = spanMs;
  }

  add(at: number, now: number): void {
    this.sum(now);
    const bin = Math.floor(at / BIN_MS);
    if (bin <= this.#newest - BINS) return;
    if (bin > this.#newest) this.#clear(bin);
    this.#bins[slot(bin)] = (this.#bins[slot(bin)] ?? 0) + 1;
    if (bin > this.#left) this.#sum += 1;
  }

  /** How many were added and are not older than the span; one that may be counts as one that is not. */
  sum(now: number): number {
    const leaving = Math.floor((now - this.#spanMs) / BIN_MS) - 1;
    while (this.#left < leaving && this.#sum > 0) {
      this.#left += 1;
      this.#sum -= this.#at(this.#left);
    }
    // After a night without requests there would be millions of bins to walk past.
    if (this.#sum === 0) this.#left = leaving;
    return this.#sum;
  }

  /** When the next one leaves the sum; `undefined` when nothing is in it. */
  nextLeaves(now: number): number | undefined {
    if (this.sum(now) === 0) return undefined;
    for (let bin = this.#left + 1; bin <= this.#newest; bin++) {
      if (this.#at(bin) > 0) return (bin + 1) * BIN_MS + this.#spanMs;
    }
    return undefined;
  }

  /** Chooses another span for the sum. */
  setSpan(spanMs: number, now: number): void {
    this.#spanMs = spanMs;
    this.#left = Math.floor((now - spanMs) / BIN_MS) - 1;
    this.#sum = 0;
    for (let bin = Math.max(this.#left + 1, this.#newest - BINS + 1); bin <= this.#newest; bin++) {
      this.#sum += this.#at(bin);
    }
  }

  /**
   * What happened between two moments.
   *
   * @returns `surely`: without the bin that `from` falls into; `perhaps`: with it; `oldest`: about when the first of those was
   */
  between(
    from: number,
    to: number,
  ): { readonly surely: number; readonly perhaps: number; readonly oldest: number } {
    const edge = Math.floor(from / BIN_MS);
    let surely = 0;
    let oldest = Number.NaN;
    for (let bin = Math.max(edge + 1, this.#newest - BINS + 1); bin <= Math.floor(to / BIN_MS); bin++) {
      if (this.#at(bin) === 0) continue;
      if (surely === 0) oldest = bin * BIN_MS;
      surely += this.#at(bin);
    }
    return { surely, perhaps: surely + this.#at(edge), oldest };
  }

  /** The most that happened within one span before a moment. */
  most(spanMs: number, before: number): number {
    // One bin less than the span, so that what is counted together surely happened within it.
    const width = Math.floor(spanMs / BIN_MS) - 1;
    let sum = 0;
    let most = 0;
    const first = this.#newest - BINS + 1;
    for (let bin = first; bin <= Math.floor(before / BIN_MS); bin++) {
      sum += this.#at(bin) - (bin - width >= first ? this.#at(bin - width) : 0);
      most = Math.max(most, sum);
    }
    return most;
  }

  #at(bin: number): number {
    if (bin > this.#newest || bin <= this.#newest - BINS) return 0;
    return this.#bins[slot(bin)] ?? 0;
  }

  /** Empties the bins that were passed over. */
  #clear(upTo: number): void {
    if (upTo - this.#newest >= BINS) this.#bins.fill(0);
    else for (let bin = this.#newest + 1; bin <= upTo; bin++) this.#bins[slot(bin)] = 0;
    this.#newest = upTo;
  }
}

/** Steady clocks may begin below zero. */
function slot(bin: number): number {
  return ((bin % BINS) + BINS) % BINS;
}
