import { hasCode, StagedoorError } from "../base/errors.js";
import type { App } from "../oauth/index.js";
import {
  ABSENT,
  type HeldLock,
  type StoredToken,
  type Token,
  type TokenKey,
  type TokenStore,
  UndecryptableError,
  unsealedIssuer,
} from "../token/index.js";

/** How long to wait for others who hold the lock, in milliseconds; longer than any refresh may take. */
const LOCK_WAIT_MS = 60_000;
/** How often a write starts over because others keep changing the record. */
const MAX_TURNS = 10;

/**
 * One record of a store, as a session uses it: it knows whose writes count for more than our own, and notices a store that was put back
 * to an older state.
 */
export class TokenRecord {
  readonly #app: App;
  readonly #store: TokenStore;
  readonly #key: TokenKey;
  #newest: StoredToken | undefined;
  /** What a store that cannot be written would hold, under the generation that it holds. */
  #instead: StoredToken | undefined;
  #wasDamaged = false;

  constructor(app: App, store: TokenStore, key: TokenKey) {
    this.#app = app;
    this.#store = store;
    this.#key = key;
  }

  get isReadOnly(): boolean {
    return this.#store.readOnly === true;
  }

  get loginHint(): string | undefined {
    return this.#store.loginHint;
  }

  /**
   * Runs an action under the lock.
   *
   * @param waiting ends the waiting for the lock, not the action
   */
  async locked<T>(action: (lock: HeldLock) => Promise<T>, waiting = new AbortController()): Promise<T> {
    // Not AbortSignal.any: in Node 20 the collector takes the timeouts away that it is made of, and it never fires.
    const timer = setTimeout(() => waiting.abort(tookTooLong()), LOCK_WAIT_MS);
    try {
      return await this.#store.withLock(this.#key, action, waiting.signal);
    } finally {
      clearTimeout(timer);
    }
  }

  /** @throws StagedoorError `issuer-mismatch` when the record was made by another accounts service or app, `store-…` */
  async read(): Promise<StoredToken | null> {
    const stored = await this.#readOrNotice();
    if (this.#instead?.generation === (stored?.generation ?? ABSENT)) return this.#instead;
    if (stored === null) return null;
    this.checkIssuer(stored.token);
    return this.isRolledBack(stored) ? stored : this.#note(stored);
  }

  checkIssuer(token: Token): void {
    if (token.issuer === this.#app.issuer && token.clientId === this.#app.clientId) return;
    if (unsealedIssuer(token.issuer) !== undefined) {
      throw new StagedoorError(
        "store-undecryptable",
        "The stored token is encrypted, and the store was opened without encryption.",
        { hint: "Open it with its key: encrypted(store, { key }) from stagedoor/stores/encrypted" },
      );
    }
    throw new StagedoorError("issuer-mismatch", "The token belongs to another accounts service or app.", {
      hint: "Log in with the present SPOTIFY_CLIENT_ID and SPOTIFY_ACCOUNTS_URL: stagedoor login",
    });
  }

  /**
   * True when less is stored than was there before: a backup was put back or a failover lost the last write; or the record was damaged, and
   * the store has just set it aside.
   *
   * For older both generation and time have to say so. Generations alone do not: no store owes us their order, and two that stand in for
   * each other have none. The times alone do not either: machines have clocks of their own. What is taken for older is written over, and was
   * a login if that is wrong.
   */
  isRolledBack(stored: StoredToken | null): boolean {
    const newest = this.#newest;
    if (this.isReadOnly || newest === undefined) return false;
    // What has ended is worth less than whatever comes in its place.
    if (newest.token.status.state === "reauthorization-required") return false;
    if (stored === null) return this.#wasDamaged;
    return stored.generation < newest.generation && stored.token.obtainedAt < newest.token.obtainedAt;
  }

  /**
   * Writes the newest record that was seen in place of what is left.
   *
   * @returns what is stored then
   */
  async restore(stored: StoredToken | null): Promise<StoredToken | null> {
    if (this.#newest === undefined) return stored;
    return (await this.save(this.#newest.token, stored === null ? [] : [stored])) ?? this.read();
  }

  /**
   * Says in the store that the refresh token is about to be sent. This proves that the answer can be stored, and tells whoever comes
   * after a crash that the refresh token may have been used up.
   *
   * @returns the record as it is now, or `null` when somebody else wrote meanwhile, or it was damaged
   */
  async announce(stored: StoredToken): Promise<StoredToken | null> {
    if (this.isReadOnly) return stored;
    const token = stored.token.with({ status: { state: "uncertain", at: this.#app.clock.now() } });
    const generation = await this.#swapOrNotice(stored.generation, token);
    return generation === null ? null : this.#note({ token, generation });
  }

  /** Puts another status on the record; nothing happens when somebody else wrote meanwhile. */
  async mark(stored: StoredToken, status: Token["status"]): Promise<void> {
    const token = stored.token.with({ status });
    if (this.isReadOnly) {
      this.#instead = { token, generation: stored.generation };
      return;
    }
    const generation = await this.#store.compareAndSwap(this.#key, stored.generation, token);
    if (generation !== null) this.#note({ token, generation });
  }

  /**
   * Stores what came in place of `replaced`.
   *
   * @param replaced the tokens that led to this one, each by a refresh; all have the generation of the stored one, or of none
   * @returns `null` when somebody else's login or logout, which count for more, is there now
   * @throws StagedoorError `store-…`
   */
  async save(token: Token, replaced: readonly StoredToken[]): Promise<StoredToken | null> {
    let expected = replaced.at(-1)?.generation ?? ABSENT;
    if (this.isReadOnly) return this.#keepInstead(token, expected);
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      const generation = await this.#swapOrNotice(expected, token);
      if (generation !== null) return this.#note({ token, generation });
      const stored = await this.read();
      // Our own write, of which no answer came.
      if (stored !== null && hasSameSecrets(stored.token, token)) return stored;
      if (!this.#yields(stored, token, replaced)) return null;
      expected = stored?.generation ?? ABSENT;
    }
    throw conflict(
      "The new token could not be stored: other programs keep changing the old one.",
      "Try again.",
    );
  }

  /** Stores the token of a fresh login, whatever is there. */
  async replace(token: Token): Promise<StoredToken> {
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      const generation = await this.#store.compareAndSwap(this.#key, await this.#generation(), token);
      if (generation !== null) return this.#note({ token, generation });
    }
    throw conflict("The login could not be stored: other programs keep changing it.", "Log in again.");
  }

  /** @returns false when there was none */
  async remove(): Promise<boolean> {
    // Without the lock, so that nobody has to wait for a refresh to log out; the refresh then loses to the changed generation.
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      const generation = await this.#generation();
      if ((await this.#store.compareAndSwap(this.#key, generation, null)) !== null)
        return generation !== ABSENT;
    }
    throw conflict("The login could not be removed: other programs keep changing it.", "Try again.");
  }

  /** Forgets what was seen; what is stored stays. */
  forget(): void {
    this.#newest = undefined;
    this.#instead = undefined;
    this.#wasDamaged = false;
  }

  /** A damaged record counts as none for whoever can put a good one in its place; for all others it is an error. */
  async #readOrNotice(): Promise<StoredToken | null> {
    try {
      return await this.#store.read(this.#key);
    } catch (error) {
      if (this.#newest === undefined || !hasCode(error, "store-corrupt")) throw error;
      this.#wasDamaged = true;
      return null;
    }
  }

  /** The same for a write: what was damaged has been set aside by then, and there is nothing. */
  async #swapOrNotice(expected: number, token: Token): Promise<number | null> {
    try {
      return await this.#store.compareAndSwap(this.#key, expected, token);
    } catch (error) {
      if (expected === ABSENT || !hasCode(error, "store-corrupt")) throw error;
      this.#wasDamaged = true;
      return null;
    }
  }

  /** True when what is stored is only a used-up token again: marked or refreshed once more by somebody, or come back from a backup. */
  #yields(stored: StoredToken | null, token: Token, replaced: readonly StoredToken[]): boolean {
    if (this.isRolledBack(stored)) return true;
    if (stored === null) return false;
    const { refreshToken, accessToken, authorizedAt, status } = stored.token;
    const previous = replaced.find((one) => one.token.refreshToken === refreshToken)?.token;
    if (previous === undefined) return false;
    if (status.state !== "active" || accessToken === previous.accessToken) return true;
    // Refreshed by somebody else. Where Spotify gave us another refresh token for this one, it is about to die all the same.
    return refreshToken !== token.refreshToken && authorizedAt === previous.authorizedAt;
  }

  #keepInstead(token: Token, generation: number): StoredToken {
    this.#instead = { token, generation };
    return this.#instead;
  }

  #note(stored: StoredToken): StoredToken {
    this.#newest = stored;
    this.#wasDamaged = false;
    return stored;
  }

  /**
   * The generation to replace. A record that cannot be read was set aside by the store and leaves none; one that cannot be decrypted is of no
   * use to whoever logs in anew or out.
   */
  async #generation(): Promise<number> {
    try {
      return (await this.#store.read(this.#key))?.generation ?? ABSENT;
    } catch (error) {
      if (error instanceof UndecryptableError) return error.generation;
      if (hasCode(error, "store-corrupt")) return ABSENT;
      throw error;
    }
  }
}

function hasSameSecrets(a: Token, b: Token): boolean {
  return a.accessToken === b.accessToken && a.refreshToken === b.refreshToken;
}

function tookTooLong(): StagedoorError {
  return new StagedoorError("timeout", "Waiting for another process that uses the same token took too long.");
}

function conflict(message: string, hint: string): StagedoorError {
  return new StagedoorError("store-conflict", message, { hint });
}
