import { readdirSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock } from "../base/clock.js";
import { systemClock } from "../base/clock.js";
import type { LimitMemory } from "../base/limits.js";
import type { HeldLock, StoredToken, TokenKey, TokenOfGeneration, TokenStore } from "../token/store.js";
import { ABSENT } from "../token/store.js";
import type { Token } from "../token/token.js";
import { removeSetAside, setAside } from "./file-aside.js";
import { configDirectory } from "./file-config-directory.js";
import { checkPrivateDirectory, makePrivateDirectory } from "./file-directory.js";
import { readingFailed, UPDATE, unreadable, unwritable, writingFailed } from "./file-error.js";
import { Generations } from "./file-generations.js";
import { limitFiles } from "./file-limits.js";
import type { HeldFileLock } from "./file-lock.js";
import { withFileLock } from "./file-lock.js";
import { fileStem, TOKEN_SUFFIX, temporaryMark, tokenFileName } from "./file-name.js";
import { readPrivateFile, removePrivateFile, replacePrivateFile } from "./file-private.js";
import type { LockLost } from "./file-write-lock.js";
import { withWriteLock } from "./file-write-lock.js";
import { checkKey } from "./key.js";
import type { RecordContent } from "./record.js";
import { parseRecord, parseRecordOf, serializeRecord } from "./record.js";

/** How many files are read in one go while listing; others get their turn in between. */
const LIST_STRIDE = 50;

export interface FileStoreOptions {
  /** Where the files go. Default: `stagedoor/tokens` in the user's configuration directory. */
  readonly directory?: string | undefined;
  readonly clock?: Clock | undefined;
}

export interface FileStore extends TokenStore {
  /** Absolute. */
  readonly directory: string;
  readonly place: string;
  readonly problems: readonly string[];
}

/**
 * Keeps each token in a file of its own that only this user can read, shared by all processes of the user.
 *
 * @throws StagedoorError from its methods: `store-unreadable`, `store-unwritable`, `store-corrupt`, `store-lock-unavailable`, `aborted`,
 * `argument-invalid`
 *
 * @example
 * const store = fileStore();
 * const stored = await store.read({ provider: "spotify", clientId, profile: "default" });
 */
export function fileStore(options: FileStoreOptions = {}): FileStore {
  return new DirectoryStore(resolve(options.directory ?? defaultDirectory()), options.clock ?? systemClock);
}

function defaultDirectory(): string {
  const directory = configDirectory(process.platform, process.env, homeDirectory());
  if (isAbsolute(directory)) return join(directory, "stagedoor", "tokens");
  // Without this the tokens would end up wherever the program was started.
  throw unreadable(
    "the user's home directory",
    "is not known",
    "Set HOME, or name a directory for the tokens.",
  );
}

function homeDirectory(): string {
  try {
    return homedir();
  } catch {
    // A user who is in no list of users, as in some containers.
    return "";
  }
}

class DirectoryStore implements FileStore {
  readonly directory: string;
  readonly limits: LimitMemory;
  readonly #clock: Clock;
  readonly #problems = new Set<string>();
  readonly #generations: Generations;
  readonly #report = (problem: string): void => {
    this.#problems.add(problem);
  };

  constructor(directory: string, clock: Clock) {
    this.directory = directory;
    this.#clock = clock;
    this.#generations = new Generations(clock);
    this.limits = limitFiles(directory, clock, this.#report);
  }

  get place(): string {
    return `files in ${this.directory}`;
  }

  get problems(): readonly string[] {
    return [...this.#problems];
  }

  async read(key: TokenKey): Promise<StoredToken | null> {
    checkKey(key);
    const content = this.#readContent(key);
    if (content?.kind !== "corrupt") return usable(content, this.#path(key));
    // Judged again under the lock: by now somebody may have written a good one.
    return this.#withWriteLock(key, async () => this.#readLocked(key));
  }

  async compareAndSwap(
    key: TokenKey,
    expected: number,
    token: Token | TokenOfGeneration | null,
  ): Promise<number | null> {
    checkKey(key);
    return this.#withWriteLock(key, async (lock) => {
      const current = this.#readLocked(key)?.generation ?? ABSENT;
      if (current !== expected) return null;
      try {
        return token === null
          ? await this.#remove(key, current, lock)
          : await this.#write(key, current, token, lock);
      } catch (error) {
        throw writingFailed(this.#path(key), error);
      }
    });
  }

  async withLock<T>(key: TokenKey, action: (lock: HeldLock) => Promise<T>, signal?: AbortSignal): Promise<T> {
    checkKey(key);
    return withFileLock(this.#lockPath(key, "lock"), action, { signal, report: this.#report });
  }

  async list(): Promise<readonly TokenKey[]> {
    const names = this.#names().filter((name) => name.endsWith(TOKEN_SUFFIX));
    const keys: TokenKey[] = [];
    for (const [index, name] of names.entries()) {
      if (index % LIST_STRIDE === LIST_STRIDE - 1) await nextTurn();
      const key = this.#keyIn(name);
      if (key !== undefined) keys.push(key);
    }
    return keys;
  }

  #names(): readonly string[] {
    try {
      if (!checkPrivateDirectory(this.directory, unreadable, this.#report)) return [];
      return readdirSync(this.directory);
    } catch (error) {
      throw readingFailed(this.directory, error);
    }
  }

  #keyIn(name: string): TokenKey | undefined {
    const path = join(this.directory, name);
    let content: RecordContent | null;
    try {
      const text = readPrivateFile(path, this.#report);
      content = text === null ? null : parseRecord(text);
    } catch (error) {
      this.#report(readingFailed(path, error).message);
      return undefined;
    }
    if (content === null) return undefined;
    if (content.kind === "record" && tokenFileName(content.key) === name) return content.key;
    this.#report(
      `${path} was passed over: ${content.kind === "newer" ? "a newer stagedoor wrote it" : "it is damaged"}.`,
    );
    return undefined;
  }

  #readContent(key: TokenKey): RecordContent | null {
    const path = this.#path(key);
    try {
      if (!checkPrivateDirectory(this.directory, unreadable, this.#report)) return null;
      const text = readPrivateFile(path, this.#report);
      if (text === null) return null;
      const content = parseRecordOf(key, text);
      if (content.kind === "record") this.#generations.remember(key, content.stored.generation);
      return content;
    } catch (error) {
      throw readingFailed(path, error);
    }
  }

  #readLocked(key: TokenKey): StoredToken | null {
    const content = this.#readContent(key);
    if (content?.kind === "corrupt") throw setAside(this.#path(key), content.why, this.#clock.now());
    return usable(content, this.#path(key));
  }

  async #write(
    key: TokenKey,
    current: number,
    token: Token | TokenOfGeneration,
    lock: HeldFileLock,
  ): Promise<number | LockLost> {
    const generation = this.#generations.next(key, current, lock);
    if (!Number.isSafeInteger(generation)) {
      throw unwritable(
        this.#path(key),
        "counts its generations too high",
        "Move it away, then log in again: stagedoor login",
      );
    }
    const written = typeof token === "function" ? await token(generation) : token;
    const text = serializeRecord(key, { generation, token: written });
    const name = tokenFileName(key);
    if (!(await replacePrivateFile(this.directory, name, temporaryMark(fileStem(key)), text, lock.isHeld))) {
      return "lock lost";
    }
    this.#generations.keep(key, generation, lock);
    return generation;
  }

  async #remove(key: TokenKey, current: number, lock: HeldFileLock): Promise<number | LockLost> {
    if (!lock.isHeld()) return "lock lost";
    if (current !== ABSENT) lock.keep(current);
    await removePrivateFile(this.directory, tokenFileName(key), temporaryMark(fileStem(key)));
    removeSetAside(this.directory, tokenFileName(key));
    return ABSENT;
  }

  async #withWriteLock<T>(key: TokenKey, action: (lock: HeldFileLock) => Promise<T | LockLost>): Promise<T> {
    try {
      await makePrivateDirectory(this.directory, unwritable, this.#report);
    } catch (error) {
      throw writingFailed(this.directory, error);
    }
    return withWriteLock(this.#lockPath(key, "write"), action, this.#report);
  }

  #path(key: TokenKey): string {
    return join(this.directory, tokenFileName(key));
  }

  /** Two locks a key: `lock` is held for as long as a refresh takes, `write` for one write, also inside the other. */
  #lockPath(key: TokenKey, purpose: "lock" | "write"): string {
    return join(this.directory, "locks", `${fileStem(key)}.${purpose}`);
  }
}

function usable(
  content: Exclude<RecordContent, { kind: "corrupt" }> | null,
  path: string,
): StoredToken | null {
  if (content === null) return null;
  if (content.kind === "record") return content.stored;
  throw unreadable(path, "was written by a newer stagedoor", UPDATE);
}
