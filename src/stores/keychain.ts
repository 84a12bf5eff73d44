import { join } from "node:path";
import type { Clock } from "../base/clock.js";
import { SECOND, systemClock } from "../base/clock.js";
import { hasCode, StagedoorError } from "../base/errors.js";
import { sanitizeText } from "../base/text.js";
import type { HeldLock, StoredToken, TokenKey, TokenOfGeneration, TokenStore } from "../token/store.js";
import { ABSENT } from "../token/store.js";
import type { Token } from "../token/token.js";
import { UPDATE } from "./file-error.js";
import { Generations } from "./file-generations.js";
import type { HeldFileLock } from "./file-lock.js";
import { withFileLock } from "./file-lock.js";
import { fileStem } from "./file-name.js";
import type { LockLost } from "./file-write-lock.js";
import { withWriteLock } from "./file-write-lock.js";
import { checkKey, equalKeys } from "./key.js";
import { isSetAside, removeSetAside, setAside } from "./keychain-aside.js";
import type { FoundEntry, KeychainEntries } from "./keychain-entries.js";
import { fromSecret, keychainEntries, toSecret } from "./keychain-entries.js";
import { entryUnreadable, entryUnwritable, KEYCHAIN_NAME } from "./keychain-failure.js";
import { lockDirectoryOf, lockedOrAdvised } from "./keychain-lock.js";
import type { RecordContent } from "./record.js";
import { parseRecord, parseRecordOf, serializeRecord } from "./record.js";

/** How long the keychain may take to answer, when nothing else is said. */
const TIMEOUT_MS = 3 * SECOND;

export interface KeychainStoreOptions {
  /** What the entries are filed under. Default: `stagedoor`. */
  readonly service?: string | undefined;
  /** How long one call of the keychain may take, in milliseconds. Default: 3,000. Longer, where a person shall have time to unlock it. */
  readonly timeoutMs?: number | undefined;
  /**
   * Where the lock files go. Default: a directory in the home directory that the system knows for this user. Name one that is shared where
   * several containers use the keychain of one user, or where the home directory cannot be written.
   */
  readonly lockDirectory?: string | undefined;
  readonly clock?: Clock | undefined;
}

export interface KeychainStore extends TokenStore {
  readonly place: string;
  readonly problems: readonly string[];
}

/**
 * Keeps each token in the keychain of the user: the Secret Service on Linux (never the kernel's key ring, which forgets), the Keychain on
 * macOS, the Credential Manager on Windows.
 *
 * It needs `@napi-rs/keyring`, which is installed with stagedoor unless optional packages are left out. A keychain that is locked, absent or
 * silent fails within `timeoutMs`. One entry takes about 1 kB; Windows holds no more than 2,560 bytes in one, so that a token with very many
 * scopes may be refused there.
 *
 * @throws StagedoorError `argument-invalid`; from its methods: `store-unavailable` when the keychain cannot be reached or is locked,
 * `store-unreadable`, `store-unwritable`, `store-corrupt`, `store-lock-unavailable`, `aborted`, `argument-invalid`
 * @see https://specifications.freedesktop.org/secret-service-spec/latest/
 *
 * @example
 * const store = keychainStore();
 * const stored = await store.read({ provider: "spotify", clientId, profile: "default" });
 */
export function keychainStore(options: KeychainStoreOptions = {}): KeychainStore {
  const { service = "stagedoor", timeoutMs = TIMEOUT_MS, lockDirectory, clock = systemClock } = options;
  if (service === "" || service.length > 100 || service.includes("\0")) {
    throw new StagedoorError("argument-invalid", "The service has no name that a keychain can bear.", {
      hint: "Give a service of 1 to 100 characters.",
    });
  }
  if (!(timeoutMs > 0 && timeoutMs < 2 ** 31)) {
    throw new StagedoorError("argument-invalid", `timeoutMs is no time: ${timeoutMs}.`, {
      hint: "Give a number of milliseconds, such as 3000.",
    });
  }
  return new EntryStore(keychainEntries(service, timeoutMs), service, lockDirectory, clock);
}

class EntryStore implements KeychainStore {
  readonly place = `the keychain (${KEYCHAIN_NAME})`;
  readonly #entries: KeychainEntries;
  readonly #service: string;
  readonly #lockDirectory: string | undefined;
  readonly #clock: Clock;
  readonly #generations: Generations;
  #wasReadBack = false;
  readonly #problems = new Set<string>();
  readonly #report = (problem: string): void => {
    this.#problems.add(problem);
  };

  constructor(entries: KeychainEntries, service: string, lockDirectory: string | undefined, clock: Clock) {
    this.#entries = entries;
    this.#service = service;
    this.#lockDirectory = lockDirectory;
    this.#clock = clock;
    this.#generations = new Generations(clock);
  }

  get problems(): readonly string[] {
    return [...this.#problems];
  }

  async read(key: TokenKey): Promise<StoredToken | null> {
    checkKey(key);
    const account = fileStem(key);
    const secret = await this.#entries.get(account);
    if (secret === null) return null;
    const content = parseRecordOf(key, fromSecret(secret));
    if (content.kind !== "corrupt") return this.#usable(key, content);
    // Judged again under the lock: by now somebody may have written a good one.
    return this.#withWriteLock(key, () => this.#readLocked(key));
  }

  async compareAndSwap(
    key: TokenKey,
    expected: number,
    token: Token | TokenOfGeneration | null,
  ): Promise<number | null> {
    checkKey(key);
    return this.#withWriteLock(key, async (lock) => {
      const current = (await this.#readLocked(key))?.generation ?? ABSENT;
      if (current !== expected) return null;
      return token === null ? this.#remove(key, current, lock) : this.#write(key, current, token, lock);
    });
  }

  async withLock<T>(key: TokenKey, action: (lock: HeldLock) => Promise<T>, signal?: AbortSignal): Promise<T> {
    checkKey(key);
    const path = this.#lockPath(key, "lock");
    const options = { signal, report: this.#report };
    return lockedOrAdvised((locked) => withFileLock(path, locked, options), action);
  }

  async list(): Promise<readonly TokenKey[]> {
    const keys: TokenKey[] = [];
    for (const entry of await this.#entries.find()) {
      const key = isSetAside(entry.account) ? undefined : await this.#keyIn(entry);
      if (key !== undefined && !keys.some((one) => equalKeys(one, key))) keys.push(key);
    }
    return keys;
  }

  async #keyIn({ account, text }: FoundEntry): Promise<TokenKey | undefined> {
    let content = parseRecord(text);
    if (content.kind === "corrupt") {
      // Not every system lists an entry as it is stored.
      try {
        const secret = await this.#entries.get(account);
        if (secret === null) return undefined;
        content = parseRecord(fromSecret(secret));
      } catch (error) {
        if (!hasCode(error, "store-unreadable")) throw error;
        this.#report(error.message);
        return undefined;
      }
    }
    if (content.kind === "record" && fileStem(content.key) === account) return content.key;
    this.#report(
      `The entry "${sanitizeText(account)}" of ${this.place} was passed over: ${
        content.kind === "newer" ? "a newer stagedoor wrote it" : "it is damaged, or another program's"
      }.`,
    );
    return undefined;
  }

  async #readLocked(key: TokenKey): Promise<StoredToken | null> {
    const account = fileStem(key);
    const secret = await this.#entries.get(account);
    if (secret === null) return null;
    const content = parseRecordOf(key, fromSecret(secret));
    if (content.kind !== "corrupt") return this.#usable(key, content);
    throw await setAside(this.#entries, account, secret, content.why, this.#clock.now());
  }

  #usable(key: TokenKey, content: Exclude<RecordContent, { kind: "corrupt" }>): StoredToken {
    if (content.kind === "newer") throw entryUnreadable(fileStem(key), "a newer stagedoor wrote it", UPDATE);
    this.#generations.remember(key, content.stored.generation);
    return content.stored;
  }

  async #write(
    key: TokenKey,
    current: number,
    token: Token | TokenOfGeneration,
    lock: HeldFileLock,
  ): Promise<number | LockLost> {
    const account = fileStem(key);
    const generation = this.#generations.next(key, current, lock);
    if (!Number.isSafeInteger(generation)) {
      throw entryUnwritable(account, "its generations are counted too high", "Remove it: stagedoor logout");
    }
    const written = typeof token === "function" ? await token(generation) : token;
    const secret = toSecret(serializeRecord(key, { generation, token: written }));
    const isStored = async () => equalBytes(await this.#entries.get(account), secret);
    if (!lock.isHeld()) return "lock lost";
    await settled(account, () => this.#entries.set(account, secret), isStored);
    if (!this.#wasReadBack) {
      if (!(await isStored())) {
        const why = "it gives back something else than what was stored";
        throw entryUnwritable(account, why, "Use the file store: this keychain keeps nothing.");
      }
      this.#wasReadBack = true;
    }
    this.#generations.keep(key, generation, lock);
    return generation;
  }

  async #remove(key: TokenKey, current: number, lock: HeldFileLock): Promise<number | LockLost> {
    const account = fileStem(key);
    if (!lock.isHeld()) return "lock lost";
    if (current !== ABSENT) {
      lock.keep(current);
      const isGone = async () => (await this.#entries.get(account)) === null;
      await settled(account, () => this.#entries.remove(account), isGone);
    }
    await removeSetAside(this.#entries, account);
    return ABSENT;
  }

  async #withWriteLock<T>(key: TokenKey, action: (lock: HeldFileLock) => Promise<T | LockLost>): Promise<T> {
    const path = this.#lockPath(key, "write");
    return lockedOrAdvised((locked) => withWriteLock(path, locked, this.#report), action);
  }

  /** As in the file store: `lock` is held for as long as a refresh takes, `write` for one write, also inside the other. */
  #lockPath(key: TokenKey, purpose: "lock" | "write"): string {
    return join(lockDirectoryOf(this.#service, this.#lockDirectory), `${fileStem(key)}.${purpose}`);
  }
}

/**
 * Makes a change; where it is not known whether it was made, looks. Only what was certainly not made is called unavailable: that invites to
 * make it in another place.
 */
async function settled(
  account: string,
  change: () => Promise<void>,
  wasMade: () => Promise<boolean>,
): Promise<void> {
  try {
    await change();
  } catch (error) {
    if (!hasCode(error, "store-unavailable")) throw error;
    const isMade = await wasMade().catch(() => undefined);
    if (isMade === true) return;
    if (isMade === false) throw error;
    const why = "it stopped answering, and whether the change was made is not known";
    throw entryUnwritable(account, why, error.hint ?? "Try again.");
  }
}

function equalBytes(a: Uint8Array | null, b: Uint8Array): boolean {
  return a?.length === b.length && a.every((byte, index) => byte === b[index]);
}
