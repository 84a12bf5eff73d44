/** Where all time comes from, so that a test can hold it still. */
export interface Clock {
  /** Milliseconds since the Unix epoch; steps when the machine's clock is set. */
  now(): number;
  /** Milliseconds since some moment; never steps, but stands still while the machine sleeps. Default: `now`. */
  steady?(): number;
}

/** The clock of the machine. */
export const systemClock: Clock = { now: () => Date.now(), steady: () => performance.now() };

/** The time by which to measure how long something takes: no step of the machine's clock lengthens it. */
export function steadyNow(clock: Clock): number {
  return clock.steady?.() ?? clock.now();
}

/**
 * Begins to measure a time.
 *
 * Two clocks measure it, since each has a weakness: the one can be set, the other stands still while the machine sleeps. The one by
 * which more time has passed counts.
 *
 * @returns how many milliseconds have passed since
 */
export function stopwatch(clock: Clock): () => number {
  const wall = clock.now();
  const steady = steadyNow(clock);
  return () => Math.max(clock.now() - wall, steadyNow(clock) - steady);
}

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** `57 min`, `3 h 5 min`, `12 days`: rounded down, so that nothing is promised which is not there. */
export function duration(ms: number): string {
  const minutes = Math.floor(ms / MINUTE);
  if (minutes < 1) return `${Math.max(0, Math.floor(ms / SECOND))} s`;
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} days`;
}
