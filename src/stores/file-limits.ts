import { statSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../base/clock.js";
import { StagedoorError } from "../base/errors.js";
import type { KnownLimit, LimitKey, LimitMemory } from "../base/limits.js";
import type { Report } from "./file-directory.js";
import { checkPrivateDirectory, makePrivateDirectory } from "./file-directory.js";
import { isAbsent, nextStep, systemCode } from "./file-error.js";
import { nameStem, temporaryMark } from "./file-name.js";
import { readPrivateFile, replacePrivateFile } from "./file-private.js";
import { withWriteLock } from "./file-write-lock.js";
import type { LimitList } from "./limit-list.js";
import { checkLimitKey, holding, parseLimits, serializeLimits, withLimit } from "./limit-list.js";

/** How many apps' files are kept in mind. */
const MOST_IN_MIND = 100;
/** Some file systems count time in steps of this length: a file that is younger may be replaced without looking any different. */
const STEP_MS = 2000;

/** A file as it was read, and by what it is known again. */
interface Seen {
  readonly look: string;
  readonly limits: LimitList;
}

/**
 * Remembers limits in a directory beside the tokens, one file an app.
 *
 * A file that cannot be used is as good as none: limits are a help, and no reason for a call to fail.
 *
 * @param directory where the tokens are; absolute
 */
export function limitFiles(directory: string, clock: Clock, report: Report): LimitMemory {
  const place = join(directory, "limits");
  const seen = new Map<string, Seen>();

  function look(key: LimitKey): LimitList {
    const path = join(place, fileName(key));
    try {
      const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
      if (stats === undefined) return [];
      const { ino, size, mtimeNs, mtimeMs } = stats;
      const looks = `${ino} ${size} ${mtimeNs}`;
      const known = seen.get(path);
      if (known?.look === looks) return known.limits;
      checkPrivateDirectory(place, refused, report);
      const limits = parseLimits(key, readPrivateFile(path, report));
      seen.delete(path);
      const [oldest] = seen.keys();
      if (seen.size >= MOST_IN_MIND && oldest !== undefined) seen.delete(oldest);
      if (Math.abs(Date.now() - Number(mtimeMs)) > STEP_MS) seen.set(path, { look: looks, limits });
      return limits;
    } catch (error) {
      if (!isAbsent(error))
        report(`What is known of Spotify's limits was passed over: ${whyOf(path, error)}`);
      return [];
    }
  }

  async function write(key: LimitKey, limit: KnownLimit): Promise<void> {
    const stem = limitStem(key);
    await makePrivateDirectory(directory, refused, report);
    await makePrivateDirectory(place, refused, report);
    await withWriteLock(
      join(directory, "locks", `${stem}.limits`),
      async (lock) => {
        const known = look(key);
        const limits = known === "newer" ? undefined : withLimit(known, limit, clock.now());
        if (limits === undefined) return "nothing new";
        const text = serializeLimits(key, limits);
        const mark = temporaryMark(stem);
        const isDone = await replacePrivateFile(place, fileName(key), mark, text, lock.isHeld);
        return isDone ? "written" : "lock lost";
      },
      report,
    );
  }

  return {
    async read(key) {
      checkLimitKey(key);
      return holding(look(key), clock.now());
    },

    async note(key, limit) {
      checkLimitKey(key);
      const known = look(key);
      // Many are told of the same limit at once: most of them have nothing to write.
      if (known === "newer" || withLimit(known, limit, clock.now()) === undefined) return;
      try {
        await write(key, limit);
      } catch (error) {
        if (error instanceof StagedoorError) throw error;
        const code = systemCode(error);
        throw refused(place, `cannot be written (${code})`, nextStep(code, place));
      }
    },
  };
}

/** Three parts, as every stem in the directory of locks has; no token's lock ends in `.limits`. */
function limitStem({ provider, clientId }: LimitKey): string {
  return nameStem([provider, clientId, "limits"]);
}

function fileName(key: LimitKey): string {
  return `${limitStem(key)}.json`;
}

function refused(path: string, why: string, hint: string): StagedoorError {
  return new StagedoorError("store-unwritable", `Spotify's limits cannot be kept: ${path} ${why}.`, { hint });
}

function whyOf(path: string, error: unknown): string {
  return error instanceof StagedoorError ? error.message : `${path} cannot be read (${systemCode(error)}).`;
}
