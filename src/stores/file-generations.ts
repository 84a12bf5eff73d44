import type { Clock } from "../base/clock.js";
import type { TokenKey } from "../token/store.js";
import { ABSENT } from "../token/store.js";
import type { HeldFileLock } from "./file-lock.js";
import { fileStem } from "./file-name.js";

/** Gives out generations, none of them twice. */
export class Generations {
  readonly #clock: Clock;
  /** The highest generation of each key that was seen here. */
  readonly #highest = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes note of a generation that is stored. */
  remember(key: TokenKey, generation: number): void {
    const stem = fileStem(key);
    this.#highest.set(stem, Math.max(generation, this.#highest.get(stem) ?? ABSENT));
  }

  /**
   * The generation of the next write; not a safe integer where they are used up.
   *
   * @param current the one that is stored; it may be an older one that somebody put back. What the lock file and this process remember is
   * never handed out again, not even while the clock stands still or was set back
   */
  next(key: TokenKey, current: number, lock: HeldFileLock): number {
    const highest = Math.max(current, lock.recall(), this.#highest.get(fileStem(key)) ?? ABSENT);
    return Math.max(highest + 1, Math.floor(this.#clock.now()));
  }

  /** Takes note of a generation that was written, for other processes too. */
  keep(key: TokenKey, generation: number, lock: HeldFileLock): void {
    this.remember(key, generation);
    lock.keep(generation);
  }
}
