import type { Clock } from "../base/clock.js";
import { readWhole } from "./arguments.js";

/** The last moment that a `Date` can hold; as far before the Unix epoch lies the first. */
const LAST_DATE = 8.64e15;

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

/**
 * Reads by how much a clock is put forward.
 *
 * @throws StagedoorError `argument-invalid` for what is no whole number of milliseconds, or leads back or out of all dates
 */
export function readStep(ms: unknown, now: number): number {
  const range = [0, LAST_DATE - now] as const;
  return readWhole("advance (advanceMs)", ms, range, "Milliseconds; setClock (now) also goes back.");
}

/**
 * Reads a time that a clock is put to.
 *
 * @throws StagedoorError `argument-invalid` for what is no whole number of milliseconds, or no date
 */
export function readTime(time: unknown): number {
  return readWhole("setClock (now)", time, [-LAST_DATE, LAST_DATE], "Milliseconds since the Unix epoch.");
}
