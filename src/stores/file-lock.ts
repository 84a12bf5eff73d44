import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { abortError, StagedoorError } from "../base/errors.js";
import type { Turns } from "../base/queue.js";
import { inTurn } from "../base/queue.js";
import type { HeldLock } from "../token/store.js";
import type { Report } from "./file-directory.js";
import { isOpenToOthers, makePrivateDirectory } from "./file-directory.js";
import { isAbsent, nextStep, systemCode } from "./file-error.js";
import { nativeLocks } from "./file-native-locks.js";
import { CAREFUL, checkPlainFile } from "./file-private.js";
import { makeSeats, pauseBeforeLook } from "./file-seats.js";

const WAITING = "Waiting for another process that uses the same token";

/** No number that is kept comes near this one. */
const HIGHEST_KEPT = 2 ** 52;

/** Where the queues of the process are kept, by a name that every copy of this module knows. */
const TURNS = Symbol.for("stagedoor.file-lock.turns");

/** A file lock that is held; its file keeps one number, which outlives what the lock guards. */
export interface HeldFileLock extends HeldLock {
  /** The number that was kept last, or 0. */
  recall(): number;
  /** Keeps the number if that can be done. */
  keep(value: number): void;
}

export interface FileLockOptions {
  readonly signal?: AbortSignal | undefined;
  readonly report: Report;
}

/**
 * Runs `action` while this caller alone, of all processes and threads, holds the lock on a file.
 *
 * The kernel owns the lock: it is free the moment its holder dies, however that comes about. The file stays for ever, since a
 * lock on a deleted file guards nothing.
 *
 * @param path the lock file; made, with its directory, when missing
 * @throws StagedoorError `aborted` when `signal` fires while waiting, `store-lock-unavailable` when no lock can be had at all
 */
export function withFileLock<T>(
  path: string,
  action: (lock: HeldFileLock) => Promise<T>,
  options: FileLockOptions,
): Promise<T> {
  const { signal, report } = options;
  // Within the process callers queue; one of them at a time asks the kernel.
  return inTurn(sharedTurns(), path, () => holdLock(path, action, signal, report), signal, WAITING);
}

async function holdLock<T>(
  path: string,
  action: (lock: HeldFileLock) => Promise<T>,
  signal: AbortSignal | undefined,
  report: Report,
): Promise<T> {
  const { tryLock, unlock } = await nativeLocks();
  const started = performance.now();
  for (;;) {
    const fd = await openLockFile(path, report);
    try {
      if (!lockNow(tryLock, fd, path)) {
        const seats = makeSeats(path, { open: openToLock, tryLock });
        try {
          do {
            await waitFor(pauseBeforeLook(performance.now() - started, seats), signal);
            // Whoever has a file that is gone keeps nobody else out, and may keep it for ever.
          } while (isStillThere(fd, path) && !lockNow(tryLock, fd, path));
        } finally {
          seats.leave();
        }
      }
      // Somebody who deleted the file while we waited left us with a lock that the next comer does not see.
      if (!isStillThere(fd, path)) continue;
      if (signal?.aborted) throw abortError(signal, WAITING);
      try {
        return await action(heldLock(fd, path));
      } finally {
        unlock(fd);
      }
    } finally {
      closeSync(fd);
    }
  }
}

function lockNow(tryLock: (fd: number) => boolean, fd: number, path: string): boolean {
  try {
    return tryLock(fd);
  } catch (error) {
    throw lockFailed(path, error);
  }
}

// By hand: what Node offers takes twice as long, and hundreds of processes may wait.
function waitFor(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      clearTimeout(timer);
      if (signal !== undefined) reject(abortError(signal, WAITING));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", giveUp);
      resolve();
    }, milliseconds);
    if (signal?.aborted) giveUp();
    else signal?.addEventListener("abort", giveUp, { once: true });
  });
}

// A bare descriptor, not a FileHandle: the collector of garbage closes a handle that only a hanging promise still knows, and
// the lock would be gone with it.
async function openLockFile(path: string, report: Report): Promise<number> {
  const directory = dirname(path);
  try {
    await makePrivateDirectory(dirname(directory), lockRefused, report);
    await makePrivateDirectory(directory, lockRefused, report);
    return openToLock(path);
  } catch (error) {
    throw lockFailed(path, error);
  }
}

function openToLock(path: string): number {
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | CAREFUL, 0o600);
  try {
    const stats = fstatSync(fd);
    checkPlainFile(path, stats, lockRefused);
    if (isOpenToOthers(stats)) fchmodSync(fd, 0o600);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function isStillThere(fd: number, path: string): boolean {
  const held = fstatSync(fd, { bigint: true });
  try {
    const named = statSync(path, { bigint: true });
    return held.ino === named.ino && held.dev === named.dev;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw lockFailed(path, error);
  }
}

function heldLock(fd: number, path: string): HeldFileLock {
  return {
    isHeld: () => isStillThere(fd, path),
    recall() {
      const bytes = Buffer.alloc(20);
      const value = Number(bytes.toString("latin1", 0, readSync(fd, bytes, 0, bytes.length, 0)));
      // Beyond that there is no number of ours: it would leave no room for the next one.
      return Number.isSafeInteger(value) && value < HIGHEST_KEPT ? value : 0;
    },
    keep(value) {
      try {
        // One write of fixed length replaces the last one whole.
        writeSync(fd, String(value).padStart(16, "0"), 0);
      } catch {
        // A full disk must not stop a removal.
      }
    },
  };
}

function lockRefused(path: string, why: string, hint: string): StagedoorError {
  return new StagedoorError("store-lock-unavailable", `The token cannot be locked: ${path} ${why}.`, {
    hint,
  });
}

function lockFailed(path: string, error: unknown): StagedoorError {
  if (error instanceof StagedoorError) return error;
  const code = systemCode(error);
  return lockRefused(path, `cannot be used as a lock (${code})`, nextStep(code, path));
}

/** The queues of all copies of this module in the thread: a bundler or a development server may load it twice. */
function sharedTurns(): Turns {
  const shared: unknown = Reflect.get(globalThis, TURNS);
  if (shared instanceof Map) return shared;
  const turns: Turns = new Map();
  Reflect.set(globalThis, TURNS, turns);
  return turns;
}
