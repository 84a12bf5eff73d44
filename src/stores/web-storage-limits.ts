import { SECOND, systemClock } from "../base/clock.js";
import type { LimitKey, LimitMemory } from "../base/limits.js";
import {
  checkLimitKey,
  holding,
  limitKeyText,
  parseLimits,
  serializeLimits,
  withLimit,
} from "./limit-list.js";
import { type WebLocks, withWebLock } from "./web-lock.js";
import { readingFailed, type WebStorage, writingFailed } from "./web-storage-entry.js";

const PREFIX = "stagedoor:limits:";
/** How long a note waits for another tab's, which takes less than a millisecond. */
const WAIT_MS = 2 * SECOND;

/**
 * Remembers limits in the browser's storage, an entry an app.
 *
 * A tab may see what another has stored a little late. Of two that note at the same moment one may then be lost, which costs one request that is
 * refused; for tokens that would not do.
 */
export function webStorageLimits(storage: () => WebStorage, locks: WebLocks): LimitMemory {
  function look(key: LimitKey) {
    try {
      return parseLimits(key, storage().getItem(nameOf(key)));
    } catch (error) {
      throw readingFailed(error);
    }
  }

  return {
    async read(key) {
      checkLimitKey(key);
      return holding(look(key), systemClock.now());
    },

    async note(key, limit) {
      checkLimitKey(key);
      const write = async () => {
        const known = look(key);
        const limits = known === "newer" ? undefined : withLimit(known, limit, systemClock.now());
        if (limits === undefined) return;
        try {
          storage().setItem(nameOf(key), serializeLimits(key, limits));
        } catch (error) {
          throw writingFailed(error);
        }
      };
      const deadline = AbortSignal.timeout(WAIT_MS);
      await withWebLock(locks, nameOf(key), write, deadline, "Waiting for another tab that notes a limit");
    },
  };
}

function nameOf(key: LimitKey): string {
  return PREFIX + limitKeyText(key);
}
