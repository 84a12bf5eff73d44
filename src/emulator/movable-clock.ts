import type { Clock } from "../base/clock.js";

/** A clock that goes as another one does and can be put forward. */
export interface MovableClock extends Clock {
  advance(ms: number): void;
  /** Takes back every `advance`. */
  restore(): void;
}

export function movableClock(base: Clock): MovableClock {
  let ahead = 0;
  return {
    now: () => base.now() + ahead,
    advance(ms) {
      ahead += ms;
    },
    restore() {
      ahead = 0;
    },
  };
}
