import { abortError, StagedoorError } from "../base/errors.js";
import type { HeldLock } from "../token/store.js";

/** What is needed of the browser's Web Locks, `navigator.locks`. */
export interface WebLocks {
  request(
    name: string,
    options: { readonly mode?: "exclusive" | "shared"; readonly signal?: AbortSignal },
    callback: () => Promise<void>,
  ): Promise<unknown>;
  query(): Promise<{ readonly held?: readonly { readonly name?: string }[] }>;
}

/**
 * Runs `action` while this caller alone, of all pages and workers of the origin, holds a Web Lock. The browser frees it when its holder is
 * closed or crashes.
 *
 * @param what what is waited for, for the message of an abort
 * @throws StagedoorError `aborted` (or `timeout`) when `signal` fires while waiting, `store-lock-unavailable` when the browser gives none
 * @see https://w3c.github.io/web-locks/
 */
export async function withWebLock<T>(
  locks: WebLocks,
  name: string,
  action: (lock: HeldLock) => Promise<T>,
  signal: AbortSignal | undefined,
  what: string,
): Promise<T> {
  if (signal?.aborted) throw abortError(signal, what);
  let isHeld = false;
  let running: Promise<T> | undefined;
  const begin = async () => action({ isHeld: () => isHeld });
  try {
    await locks.request(name, signal === undefined ? {} : { signal }, async () => {
      isHeld = true;
      running = begin();
      await running.catch(() => undefined);
    });
  } catch (error) {
    // A page that takes the lock by force lets the request fail while the action goes on; the action can ask whether that happened.
    if (running === undefined) throw refusal(error, signal, what);
  } finally {
    isHeld = false;
  }
  if (running === undefined) throw refusal(undefined, signal, what);
  return running;
}

function refusal(error: unknown, signal: AbortSignal | undefined, what: string): StagedoorError {
  if (signal?.aborted) return abortError(signal, what);
  const name = error instanceof Error ? error.name : "no reason given";
  return new StagedoorError("store-lock-unavailable", `The browser gives this page no lock (${name}).`, {
    hint: "Open the page by itself, not in a sandboxed frame, or keep the token in memory: webStorageStore()",
  });
}

/** What the pages of an origin tell each other of the last write, apart from the storage itself. */
export interface WriteMarks {
  /** The generation of the last write that another page still vouches for; `ABSENT` for none. */
  byOthers(name: string): Promise<number>;
  /** Vouches for a write of this page, in place of its one before. */
  set(name: string, generation: number): Promise<void>;
}

const MARK = "stagedoor:written:";

/**
 * Marks writes by shared Web Locks whose name has the generation.
 *
 * A page can get a lock before it sees what the one before it wrote: the two come to it by different ways, and storage is slower. Of
 * increments under nothing but a lock Chromium loses a third. The names of the locks that are held come from one place and are
 * never late.
 */
export function writeMarks(locks: WebLocks): WriteMarks {
  const own = new Map<string, { readonly generation: number; readonly release: () => void }>();
  return {
    async byOthers(name) {
      const { held = [] } = await locks.query();
      const generations = held.map((lock) => generationIn(lock.name ?? "", name));
      const newest = Math.max(0, ...generations);
      // What this page wrote itself it sees at once.
      return newest === own.get(name)?.generation ? 0 : newest;
    },

    async set(name, generation) {
      const previous = own.get(name);
      await new Promise<void>((resolve, reject) => {
        const hold = () =>
          new Promise<void>((release) => {
            own.set(name, { generation, release });
            resolve();
          });
        locks.request(`${MARK}${generation}:${name}`, { mode: "shared" }, hold).catch(reject);
      });
      previous?.release();
    },
  };
}

function generationIn(lockName: string, name: string): number {
  if (!lockName.startsWith(MARK) || !lockName.endsWith(`:${name}`)) return 0;
  const digits = lockName.slice(MARK.length, -name.length - 1);
  return /^\d+$/.test(digits) ? Number(digits) : 0;
}
