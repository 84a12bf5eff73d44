import { closeSync } from "node:fs";

/** How many of those who wait for one lock look at it often; each has locked a file of its own, its seat. */
const SEATS = 2;

/** The longest pause between two looks of who has a seat, in milliseconds; longer than this nobody leaves a free lock lying. */
const SEATED_PAUSE_MS = 45;
/** The same of all others, who look for a free seat too. */
const STANDING_PAUSE_MS = 10_000;
const FIRST_PAUSE_MS = 5;

/** A look every few milliseconds costs nothing as long as it is over soon; only who waits longer than this needs a seat. */
const SEAT_AFTER_MS = 200;

/** The seats of a lock, as one who waits for it sees them. */
export interface Seats {
  /** Tries to have one; true when it has. */
  take(): boolean;
  /** Gives up what it has. */
  leave(): void;
}

export interface SeatFiles {
  /** Opens a lock file; throws when that cannot be done. */
  open(path: string): number;
  tryLock(fd: number): boolean;
}

/**
 * Keeps hundreds of processes that wait for the same lock from looking at it all the time: a few look often, and when one of them gets
 * the lock, or dies, another takes its seat.
 *
 * @param path the lock file
 */
export function makeSeats(path: string, { open, tryLock }: SeatFiles): Seats {
  const files: number[] = [];
  let tries = 0;
  let hasSeat = false;
  return {
    take() {
      if (hasSeat) return true;
      try {
        if (files.length < SEATS) files.push(open(`${path}.seat-${files.length + 1}`));
        // One at a time: of many who look, some look at each.
        const fd = files[tries++ % files.length];
        hasSeat = fd !== undefined && tryLock(fd);
      } catch {
        // Looking often is always right, only dearer.
        hasSeat = true;
      }
      return hasSeat;
    },
    leave() {
      for (const fd of files.splice(0)) closeSync(fd);
      hasSeat = false;
    },
  };
}

/**
 * How long to wait until the next look.
 *
 * @param waitedMs since the first look, in milliseconds
 */
export function pauseBeforeLook(waitedMs: number, seats: Seats): number {
  const isPatient = waitedMs > SEAT_AFTER_MS && !seats.take();
  const longest = isPatient ? STANDING_PAUSE_MS : SEATED_PAUSE_MS;
  // Who has waited long may well wait a little longer: nobody waits more than a third longer than it had to.
  const pauseMs = Math.min(Math.max(waitedMs / 3, FIRST_PAUSE_MS), longest);
  // Uneven, so that processes that began together do not go on asking together.
  return pauseMs * (0.5 + Math.random() / 2);
}
