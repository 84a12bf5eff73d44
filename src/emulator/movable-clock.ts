import type { Clock } from "../base/clock.js";

/** A clock that goes as another one does and can be put forward, back, or to a time. */
export interface MovableClock extends Clock {
  advance(ms: number): void;
  /** @param time milliseconds since the Unix epoch */
  set(time: number): void;
  /** Takes back every `advance` and `set`. */
  restore(): void;
  save(): { readonly ahead: number };
  load(saved: { readonly ahead: number }): void;
}

export function movableClock(base: Clock): MovableClock {
  let ahead = 0;
  return {
    now: () => base.now() + ahead,
    advance(ms) {
      ahead += ms;
    },
    set(time) {
      ahead = time - base.now();
    },
    restore() {
      ahead = 0;
    },
    save: () => ({ ahead }),
    load(saved) {
      ahead = saved.ahead;
    },
  };
}
