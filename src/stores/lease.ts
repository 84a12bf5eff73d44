import { abortable, abortError } from "../base/errors.js";
import { pause } from "../base/pause.js";
import { randomString } from "../base/random.js";
import type { HeldLock } from "../token/store.js";

/** The first and the longest pause between two looks at a lease that somebody else has, in milliseconds. */
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1_000;
/** Nobody waits longer than it had to by more than this part of its waiting, but for the first pause. */
const PAUSE_SHARE = 1 / 8;

const WAITING = "Waiting for another process that uses the same token";

/**
 * A lock for places whose holder nobody can watch: it is lent for a time, and prolonged for as long as its holder lives. The place
 * counts the time, by its own clock; all three calls may be made twice, since an answer can be lost.
 */
export interface Lease {
  /**
   * Lends it to `owner`, unless somebody else has it; true also when `owner` has it already.
   *
   * @param signal fires when nobody waits for the answer any more; a place that waits by itself ends that then
   */
  acquire(owner: string, ttlMs: number, signal?: AbortSignal): Promise<boolean>;
  /** Prolongs it; false when `owner` has it no longer. */
  renew(owner: string, ttlMs: number): Promise<boolean>;
  /** Gives it back; nothing happens when `owner` has it no longer. */
  release(owner: string): Promise<void>;
}

export interface LeaseOptions {
  /** How long after its holder's death the lease passes on at the latest, in milliseconds. */
  readonly ttlMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs `action` while this caller has the lease.
 *
 * A holder that was stopped for longer than the lease may wake beside a second one: `isHeld` tells it, and the generation of what is
 * stored keeps it from overwriting anything.
 *
 * @throws StagedoorError `aborted` when `signal` fires while waiting; what `acquire` throws
 */
export async function withLease<T>(
  lease: Lease,
  action: (lock: HeldLock) => Promise<T>,
  { ttlMs, signal }: LeaseOptions,
): Promise<T> {
  const owner = randomString(16);
  let heldUntil = await acquire(lease, owner, ttlMs, signal);
  let isAsking = false;
  const prolong = async () => {
    // A place that is slow to answer is not asked more and more.
    if (isAsking) return;
    isAsking = true;
    const until = timeAfter(ttlMs);
    // Where the place cannot be asked, what is left of the time still counts.
    const isOurs = await lease.renew(owner, ttlMs).catch(() => undefined);
    isAsking = false;
    // What ran out once stays lost: somebody else may have had it since, and a late answer knows nothing of that.
    if (isOurs === true && !isPast(heldUntil)) heldUntil = until;
    if (isOurs === false) heldUntil = timeAfter(0);
  };
  // So often that three quarters are always left: a request that begins now is over before the lease is.
  const heartbeat = setInterval(() => void prolong(), ttlMs / 4);
  try {
    return await action({ isHeld: () => !isPast(heldUntil) });
  } finally {
    clearInterval(heartbeat);
    // One that cannot be given back runs out by itself.
    await lease.release(owner).catch(() => undefined);
  }
}

async function acquire(
  lease: Lease,
  owner: string,
  ttlMs: number,
  signal: AbortSignal | undefined,
): Promise<Moment> {
  const started = performance.now();
  for (;;) {
    if (signal?.aborted) throw abortError(signal, WAITING);
    // Counted from before the question: the place began to count later.
    const until = timeAfter(ttlMs);
    const asked = lease.acquire(owner, ttlMs, signal);
    let isOurs: boolean;
    try {
      isOurs = await abortable(asked, signal, WAITING);
    } catch (error) {
      // The answer may still come, or be lost: what was lent without our knowing is given back.
      void asked
        .then(
          () => lease.release(owner),
          () => lease.release(owner),
        )
        .catch(() => undefined);
      throw error;
    }
    if (isOurs && !isPast(until)) return until;
    // It was lent so slowly that it may have run out: asked for once more before anything is begun.
    if (isOurs) continue;
    const waited = (performance.now() - started) * PAUSE_SHARE;
    const pauseMs = Math.min(Math.max(waited, FIRST_PAUSE_MS), LONGEST_PAUSE_MS);
    // Uneven, so that processes that began together do not go on asking together.
    await pause(pauseMs * (0.5 + Math.random() / 2), signal, WAITING);
  }
}

/** A point of time by both clocks: the one stands still while a machine sleeps, the other can be set. */
interface Moment {
  readonly steady: number;
  readonly wall: number;
}

function timeAfter(ms: number): Moment {
  return { steady: performance.now() + ms, wall: Date.now() + ms };
}

function isPast({ steady, wall }: Moment): boolean {
  return performance.now() >= steady || Date.now() >= wall;
}
