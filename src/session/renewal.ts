import { StagedoorError } from "../base/errors.js";
import { type App, clientCredentials } from "../oauth/index.js";
import {
  ABSENT,
  mergeRefresh,
  type StoredToken,
  type Token,
  type TokenEventEmitter,
  type TokenKey,
  type TokenStore,
} from "../token/index.js";
import { endOfLogin, loginRequired } from "./endings.js";
import { type RefreshOutcome, requestRefresh } from "./refresh-request.js";

/** What makes a stored token good enough for those who wait. */
export interface Want {
  /** Not this one: the API answered 401 to it. */
  readonly rejected?: Token | undefined;
  /** How long before its end a token no longer counts, in milliseconds. */
  readonly marginMs: number;
}

/** A new token that the store has not taken yet. */
interface Unsaved {
  readonly stored: StoredToken;
  /** The refresh token that was used up for it. */
  readonly usedUp: string | undefined;
}

/** How often a renewal starts over because a program without our lock wrote meanwhile. */
const MAX_ADOPTIONS = 2;
/** How long to wait for others who hold the lock, in milliseconds; longer than any refresh may take. */
const LOCK_WAIT_MS = 60_000;

/**
 * Turns what is stored into a token that can be used, by a refresh if need be.
 *
 * The order is: lock, read again, decide, ask Spotify, store, unlock. Nobody gets a new token before it is stored, or before it was
 * said that it could not be.
 */
export class Renewal {
  readonly #app: App;
  readonly #store: TokenStore;
  readonly #key: TokenKey;
  readonly #mints: boolean;
  readonly #events: TokenEventEmitter;
  #unsaved: Unsaved | undefined;

  constructor(app: App, store: TokenStore, key: TokenKey, mints: boolean, events: TokenEventEmitter) {
    this.#app = app;
    this.#store = store;
    this.#key = key;
    this.#mints = mints;
    this.#events = events;
  }

  /** True while a new token lives in memory only, because the store failed. */
  get hasUnsaved(): boolean {
    return this.#unsaved !== undefined;
  }

  /** Drops what could not be stored: a login or logout has made it void. */
  dropUnsaved(): void {
    this.#unsaved = undefined;
  }

  /**
   * A usable token.
   *
   * @throws StagedoorError `login-required`, `reauthorization-required`, `store-…`, or why the refresh failed
   */
  async renew(want: Want): Promise<StoredToken> {
    if (this.#unsaved === undefined) {
      const stored = await this.read();
      if (stored !== null && this.#serves(stored.token, want)) return stored;
    }
    return this.locked(() => this.#renewLocked(want));
  }

  locked<T>(action: () => Promise<T>): Promise<T> {
    return this.#store.withLock(this.#key, action, AbortSignal.timeout(LOCK_WAIT_MS));
  }

  /** @throws StagedoorError `issuer-mismatch` when the record was made by another accounts service or app */
  async read(): Promise<StoredToken | null> {
    const stored = await this.#store.read(this.#key);
    if (stored !== null) this.checkIssuer(stored.token);
    return stored;
  }

  checkIssuer(token: Token): void {
    if (token.issuer === this.#app.issuer && token.clientId === this.#app.clientId) return;
    throw new StagedoorError("issuer-mismatch", "The token belongs to another accounts service or app.", {
      hint: "Log in with the present SPOTIFY_CLIENT_ID and SPOTIFY_ACCOUNTS_URL: stagedoor login",
    });
  }

  async #renewLocked(want: Want): Promise<StoredToken> {
    if (this.#unsaved !== undefined) await this.#saveAgain(this.#unsaved);
    const stored = await this.read();
    if (stored === null) {
      if (this.#mints) return this.#save(await clientCredentials(this.#app), ABSENT, undefined);
      throw loginRequired(this.#key);
    }
    if (this.#serves(stored.token, want)) return stored;
    if (stored.token.isExpired(this.#app.clock.now(), 0))
      this.#events.emit("expired", { token: stored.token });
    return this.#refreshStored(stored, want, 0);
  }

  #serves(token: Token, want: Want): boolean {
    if (token.status.state === "reauthorization-required") return false;
    if (token.accessToken === want.rejected?.accessToken) return false;
    return !token.isExpired(this.#app.clock.now(), want.marginMs);
  }

  async #refreshStored(stored: StoredToken, want: Want, adoptions: number): Promise<StoredToken> {
    const { token, generation } = stored;
    if (token.status.state === "reauthorization-required") throw endOfLogin(this.#key, token.status.reason);
    if (token.grant === "client_credentials") {
      return this.#save(await clientCredentials(this.#app), generation, undefined);
    }
    const outcome = await requestRefresh(this.#app, token);
    if (outcome.kind === "answer") {
      const renewed = mergeRefresh(token, outcome.answer, this.#app.clock.now());
      return this.#save(renewed, generation, token.refreshToken);
    }
    const newer = await this.read();
    if (newer !== null && newer.token.refreshToken !== token.refreshToken && adoptions < MAX_ADOPTIONS) {
      // A program that does not use the lock was faster: what it wrote is the login now.
      return this.#serves(newer.token, want) ? newer : this.#refreshStored(newer, want, adoptions + 1);
    }
    return this.#fail(stored, outcome);
  }

  /** Records a failure with the token that failed, which is kept whatever happened. */
  async #fail(stored: StoredToken, outcome: Exclude<RefreshOutcome, { kind: "answer" }>): Promise<never> {
    if (outcome.status !== undefined) {
      const marked = stored.token.with({ status: outcome.status });
      // A store that fails now changes nothing: the next refresh meets the same verdict and marks it then.
      await this.#store.compareAndSwap(this.#key, stored.generation, marked).catch(() => null);
    }
    const error = outcome.kind === "ended" ? endOfLogin(this.#key, outcome.reason) : outcome.error;
    this.#events.emit("refresh-failed", { error });
    throw error;
  }

  async #save(token: Token, expected: number, usedUp: string | undefined): Promise<StoredToken> {
    let generation: number | null;
    try {
      generation = await this.#store.compareAndSwap(this.#key, expected, token);
    } catch (error) {
      if (!(error instanceof StagedoorError)) throw error;
      this.#unsaved = { stored: { token, generation: expected }, usedUp };
      this.#events.emit("save-failed", { error });
      this.#events.emit("refreshed", { token });
      return this.#unsaved.stored;
    }
    if (generation === null) return this.#yieldToStored();
    this.#events.emit("refreshed", { token });
    return { token, generation };
  }

  /** Somebody wrote without the lock: a logout or a new login, which count for more than our refresh. */
  async #yieldToStored(): Promise<StoredToken> {
    const stored = await this.read();
    if (stored === null) throw loginRequired(this.#key);
    if (this.#serves(stored.token, { marginMs: 0 })) return stored;
    throw new StagedoorError("store-conflict", "The login was changed by another program during a refresh.", {
      hint: "Try again.",
    });
  }

  async #saveAgain({ stored: { token, generation }, usedUp }: Unsaved): Promise<void> {
    const written = await this.#store.compareAndSwap(this.#key, generation, token);
    if (written === null) {
      const stored = await this.read();
      // Others can only have marked or kept the used-up token; a different one comes from a new login and stays.
      if (stored !== null && stored.token.refreshToken === usedUp) {
        await this.#store.compareAndSwap(this.#key, stored.generation, token);
      }
    }
    this.#unsaved = undefined;
  }
}
