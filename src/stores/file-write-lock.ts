import { SECOND } from "../base/clock.js";
import { hasCode, StagedoorError } from "../base/errors.js";
import type { Report } from "./file-directory.js";
import type { HeldFileLock } from "./file-lock.js";
import { withFileLock } from "./file-lock.js";

/** How long a write waits for another process's write, which takes milliseconds unless that process hangs. */
const WRITE_WAIT_MS = 30 * SECOND;

/** How often a write begins anew because its lock was taken away. */
const MAX_LOST_LOCKS = 5;

/** What a write answers when its lock was taken away before anything was changed. */
export type LockLost = "lock lost";

/**
 * Runs one write while nobody else writes the same token.
 *
 * Without the lock nothing must be changed, but somebody else may have written: such a write is judged anew, under a new lock.
 *
 * @throws StagedoorError `store-lock-unavailable` when the lock cannot be had, not in time, or not be kept
 */
export async function withWriteLock<T>(
  path: string,
  write: (lock: HeldFileLock) => Promise<T | LockLost>,
  report: Report,
): Promise<T> {
  for (let lost = 0; lost < MAX_LOST_LOCKS; lost++) {
    const answer = await underOneLock(path, write, report);
    if (answer !== "lock lost") return answer;
  }
  throw new StagedoorError(
    "store-lock-unavailable",
    `The lock file was deleted again and again during a write: ${path}.`,
    { hint: "End the program that deletes files in that directory, then try again." },
  );
}

async function underOneLock<T>(
  path: string,
  write: (lock: HeldFileLock) => Promise<T>,
  report: Report,
): Promise<T> {
  const deadline = AbortSignal.timeout(WRITE_WAIT_MS);
  try {
    return await withFileLock(path, write, { signal: deadline, report });
  } catch (error) {
    if (!hasCode(error, "timeout")) throw error;
    throw new StagedoorError(
      "store-lock-unavailable",
      `Another process has been writing the same token for ${WRITE_WAIT_MS / SECOND} seconds: ${path} is locked.`,
      { hint: `See which one it is: fuser "${path}"` },
    );
  }
}
