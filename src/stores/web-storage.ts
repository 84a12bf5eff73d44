import { SECOND, systemClock } from "../base/clock.js";
import { hasCode, StagedoorError } from "../base/errors.js";
import type { LimitMemory } from "../base/limits.js";
import { sanitizeText } from "../base/text.js";
import type { HeldLock, StoredToken, TokenKey, TokenOfGeneration, TokenStore } from "../token/store.js";
import { ABSENT } from "../token/store.js";
import type { Token } from "../token/token.js";
import { checkKey, keyText } from "./key.js";
import { LOGIN_IN_PROGRAM } from "./login-hint.js";
import { memoryStore } from "./memory.js";
import { parseRecord, serializeRecord } from "./record.js";
import { type WebLocks, type WriteMarks, withWebLock, writeMarks } from "./web-lock.js";
import type { Entry, WebStorage } from "./web-storage-entry.js";
import {
  asideName,
  entryName,
  namesIn,
  parseEntry,
  readingFailed,
  removeAside,
  removedGeneration,
  serializeTombstone,
  TOKEN_PREFIX,
  writingFailed,
} from "./web-storage-entry.js";
import { webStorageLimits } from "./web-storage-limits.js";

export type { WebLocks } from "./web-lock.js";
export type { WebStorage } from "./web-storage-entry.js";

/** How long a write waits for another tab's write, which takes milliseconds unless the browser has put that tab to sleep. */
const WRITE_WAIT_MS = 30 * SECOND;
/** How long to wait for what another tab wrote to be seen in this one, which takes milliseconds. */
const SIGHT_WAIT_MS = 2 * SECOND;
const SIGHT_PAUSE_MS = 4;

const WAITING = "Waiting for another tab that uses the same token";

export interface WebStorageStoreOptions {
  /**
   * Where tokens are kept across reloads: `localStorage` for all tabs, `sessionStorage` for this one; as a function where naming it may
   * fail already, as it does where site data is blocked. Default: in memory, gone with the page.
   */
  readonly storage?: WebStorage | (() => WebStorage) | undefined;
  /** Default: `navigator.locks`. Needed with a storage only. */
  readonly locks?: WebLocks | undefined;
}

/**
 * Keeps tokens in a browser: in memory by default, in the browser's storage where that is asked for.
 *
 * **Any script of the page can read what is in `localStorage` or `sessionStorage`**, one that was smuggled in too, and the refresh token with
 * it, which is good for months. In memory a reload asks for a new login, which costs the person one redirect. With `sessionStorage`,
 * duplicating a tab copies the token, and the copies then use up each other's refresh token where Spotify replaces it.
 *
 * In a storage the tabs of an origin share what is stored: one at a time refreshes, by Web Locks, and a tab that is closed or crashes
 * frees its lock. What was written survives a reload and the end of the browser, but not always its crash: browsers write to
 * the disk some seconds later.
 *
 * @throws StagedoorError `store-lock-unavailable` for a storage where there are no Web Locks. From its methods: `store-unavailable`,
 * `store-unreadable`, `store-unwritable`, `store-corrupt`, `store-lock-unavailable`, `aborted`, `argument-invalid`
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-oauth-browser-based-apps (section 8)
 *
 * @example
 * const store = webStorageStore(); // in memory
 * const persistent = webStorageStore({ storage: () => localStorage });
 */
export function webStorageStore(options: WebStorageStoreOptions = {}): TokenStore {
  const { storage } = options;
  if (storage === undefined)
    return { ...memoryStore(), place: "the memory of this page", loginHint: LOGIN_IN_PROGRAM };
  const locks = options.locks ?? globalThis.navigator?.locks;
  if (locks === undefined) {
    throw new StagedoorError(
      "store-lock-unavailable",
      "This page has no Web Locks to share a token between tabs.",
      {
        hint: "Serve it over https: or from localhost, or keep the token in memory: webStorageStore()",
      },
    );
  }
  return new SharedStorageStore(storage, locks);
}

class SharedStorageStore implements TokenStore {
  readonly #given: WebStorage | (() => WebStorage);
  readonly #locks: WebLocks;
  readonly #marks: WriteMarks;
  readonly #problems = new Set<string>();

  constructor(storage: WebStorage | (() => WebStorage), locks: WebLocks) {
    this.#given = storage;
    this.#locks = locks;
    this.#marks = writeMarks(locks);
    this.limits = webStorageLimits(() => this.#storage(), locks);
  }

  readonly loginHint = LOGIN_IN_PROGRAM;
  readonly limits: LimitMemory;

  get place(): string {
    if (this.#is("localStorage")) return "the local storage of this browser, for this page's origin";
    return this.#is("sessionStorage") ? "the session storage of this tab" : "a storage of this page";
  }

  get problems(): readonly string[] {
    return [...this.#problems];
  }

  async read(key: TokenKey): Promise<StoredToken | null> {
    checkKey(key);
    const entry = this.#look(key);
    if (entry.kind !== "corrupt") return usable(entry);
    // Judged again under the lock: by now somebody may have written a good one.
    return this.#withWriteLock(key, async () => usable(await this.#judge(key)));
  }

  async compareAndSwap(
    key: TokenKey,
    expected: number,
    token: Token | TokenOfGeneration | null,
  ): Promise<number | null> {
    checkKey(key);
    return this.#withWriteLock(key, async (lock) => {
      const entry = await this.#judge(key);
      const current = usable(entry)?.generation ?? ABSENT;
      if (current !== expected) return null;
      if (token === null && current === ABSENT) {
        this.#change((storage) => removeAside(storage, key));
        return ABSENT;
      }
      const generation = this.#next(entry.generation);
      if (token === null) {
        await this.#write(key, generation, serializeTombstone(generation));
        this.#change((storage) => removeAside(storage, key));
        return ABSENT;
      }
      const written = typeof token === "function" ? await token(generation) : token;
      if (!lock.isHeld()) throw lockLost();
      await this.#write(key, generation, serializeRecord(key, { generation, token: written }));
      return generation;
    });
  }

  async withLock<T>(key: TokenKey, action: (lock: HeldLock) => Promise<T>, signal?: AbortSignal): Promise<T> {
    checkKey(key);
    const guarded = async (lock: HeldLock) => {
      // The action will read, and must not find what was there before the last holder wrote.
      await this.#catchUp(key);
      return action(lock);
    };
    return withWebLock(this.#locks, `stagedoor:lock:${keyText(key)}`, guarded, signal, WAITING);
  }

  async list(): Promise<readonly TokenKey[]> {
    return this.#read((storage) =>
      namesIn(storage, TOKEN_PREFIX).flatMap((name) => {
        const text = storage.getItem(name) ?? "";
        const content = parseRecord(text);
        if (content.kind === "record" && entryName(content.key) === name) return [content.key];
        if (removedGeneration(text) === undefined) this.#passedOver(name, content.kind === "newer");
        return [];
      }),
    );
  }

  #passedOver(name: string, isNewer: boolean): void {
    const why = isNewer ? "a newer stagedoor wrote it" : "it is damaged";
    this.#problems.add(`The entry ${sanitizeText(name)} was passed over: ${why}.`);
  }

  #is(name: "localStorage" | "sessionStorage"): boolean {
    try {
      return this.#storage() === Reflect.get(globalThis, name);
    } catch {
      return false;
    }
  }

  #storage(): WebStorage {
    const storage: WebStorage | null = typeof this.#given === "function" ? this.#given() : this.#given;
    if (typeof storage === "object" && storage !== null) return storage;
    throw new StagedoorError("store-unavailable", "This page has no storage.", {
      hint: "Keep the token in memory: webStorageStore()",
    });
  }

  #read<T>(action: (storage: WebStorage) => T): T {
    try {
      return action(this.#storage());
    } catch (error) {
      throw readingFailed(error);
    }
  }

  #change(action: (storage: WebStorage) => void): void {
    try {
      action(this.#storage());
    } catch (error) {
      throw writingFailed(error);
    }
  }

  #look(key: TokenKey): Entry {
    return parseEntry(
      key,
      this.#read((storage) => storage.getItem(entryName(key))),
    );
  }

  /** What is there; the caller holds the write lock. What cannot be used is set aside, and the error that tells of it thrown. */
  async #judge(key: TokenKey): Promise<Exclude<Entry, { kind: "corrupt" | "newer" }>> {
    const seen = await this.#catchUp(key);
    const entry = this.#look(key);
    if (entry.kind === "newer") throw newer();
    if (entry.kind === "corrupt") throw await this.#setAside(key, entry.text, entry.why, seen);
    // Somebody may have cleared the storage: what other tabs remember of it still must not come back.
    return entry.kind === "absent" ? { ...entry, generation: Math.max(entry.generation, seen) } : entry;
  }

  /**
   * Waits until this tab sees what others have written.
   *
   * @returns the last generation that another tab vouches for
   */
  async #catchUp(key: TokenKey): Promise<number> {
    // A tab's own storage is not shared: what others wrote to theirs will never be seen.
    if (this.#is("sessionStorage")) return ABSENT;
    const wanted = await this.#marks.byOthers(keyText(key));
    const until = performance.now() + SIGHT_WAIT_MS;
    for (;;) {
      const entry = this.#look(key);
      if (entry.kind === "newer" || entry.kind === "corrupt" || entry.generation >= wanted) return wanted;
      if (performance.now() >= until) {
        // Not late, but gone: the page or the person has cleared the storage.
        if (entry.generation === ABSENT) return wanted;
        throw new StagedoorError("store-unreadable", "This tab does not see what another one has stored.", {
          hint: "Reload the page.",
        });
      }
      await new Promise((resolve) => setTimeout(resolve, SIGHT_PAUSE_MS));
    }
  }

  async #write(key: TokenKey, generation: number, text: string): Promise<void> {
    this.#change((storage) => storage.setItem(entryName(key), text));
    if (this.#is("sessionStorage")) return;
    // It is written; a page that is just being closed can no longer vouch for it, and has nobody to hurry for it either.
    await this.#marks.set(keyText(key), generation).catch(() => undefined);
  }

  #next(generation: number): number {
    // The clock counts where the storage was cleared and nobody remembers.
    return Math.max(generation + 1, Math.floor(systemClock.now()));
  }

  async #setAside(key: TokenKey, text: string, why: string, seen: number): Promise<StagedoorError> {
    const said = `The stored token of profile "${sanitizeText(key.profile)}" cannot be used: ${why}.`;
    try {
      const storage = this.#storage();
      const name = asideName(storage, key, systemClock.now());
      storage.setItem(name, text);
      const generation = this.#next(seen);
      await this.#write(key, generation, serializeTombstone(generation));
      return new StagedoorError("store-corrupt", `${said} It was moved to the entry ${sanitizeText(name)}.`, {
        hint: "Log in again.",
      });
    } catch (error) {
      return new StagedoorError(
        "store-corrupt",
        `${said} It could not be moved away: ${writingFailed(error).message}`,
        {
          hint: "Remove it with the browser's tools for developers, then log in again.",
        },
      );
    }
  }

  async #withWriteLock<T>(key: TokenKey, action: (lock: HeldLock) => Promise<T>): Promise<T> {
    const deadline = AbortSignal.timeout(WRITE_WAIT_MS);
    try {
      return await withWebLock(this.#locks, `stagedoor:write:${keyText(key)}`, action, deadline, WAITING);
    } catch (error) {
      if (!hasCode(error, "timeout")) throw error;
      throw new StagedoorError(
        "store-lock-unavailable",
        `Another tab has been writing the same token for ${WRITE_WAIT_MS / SECOND} seconds.`,
        { hint: "Close the other tabs of this page." },
      );
    }
  }
}

function usable(entry: Exclude<Entry, { kind: "corrupt" }>): StoredToken | null {
  if (entry.kind === "newer") throw newer();
  return entry.kind === "record" ? entry.stored : null;
}

function newer(): StagedoorError {
  return new StagedoorError("store-unreadable", "A newer stagedoor wrote the stored token.", {
    hint: "Reload the page, so that it gets the newer program too.",
  });
}

function lockLost(): StagedoorError {
  return new StagedoorError("store-lock-unavailable", "Another page took the lock on the token away.", {
    hint: "Try again.",
  });
}
