/** Counts what happened in the last so many milliseconds, exactly, in a ring that never holds more than it may count. */
export class RollingWindow {
  readonly size: number;
  readonly span: number;
  /** When each counted request came; a ring once it is full. */
  #times: number[] = [];
  #oldest = 0;

  /**
   * @param size how many fit in
   * @param span milliseconds
   */
  constructor(size: number, span: number) {
    this.size = size;
    this.span = span;
  }

  /** Milliseconds until the next one fits in; 0 when it does now. */
  waitAt(now: number): number {
    this.#forgetLaterThan(now);
    if (this.#times.length < this.size) return 0;
    return Math.max(0, (this.#times[this.#oldest] ?? 0) + this.span - now);
  }

  add(now: number): void {
    this.#forgetLaterThan(now);
    if (this.#times.length < this.size) {
      this.#times.push(now);
      return;
    }
    this.#times[this.#oldest] = now;
    this.#oldest = (this.#oldest + 1) % this.size;
  }

  /** A clock that was set back leaves times that have not come yet: they would fill the window for as long as it was set back. */
  #forgetLaterThan(now: number): void {
    const newest = this.#times.at(this.#oldest - 1);
    if (newest === undefined || newest <= now) return;
    this.#times = this.times().filter((time) => time <= now);
    this.#oldest = 0;
  }

  /** For a snapshot: oldest first. */
  times(): number[] {
    return [...this.#times.slice(this.#oldest), ...this.#times.slice(0, this.#oldest)];
  }
}
