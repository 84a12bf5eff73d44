import { StagedoorError } from "../base/errors.js";
import { type App, clientCredentials } from "../oauth/index.js";
import {
  ABSENT,
  type HeldLock,
  mergeRefresh,
  type StoredToken,
  type Token,
  type TokenEventEmitter,
  type TokenKey,
  type TokenStatus,
} from "../token/index.js";
import { endOfLogin, loginRequired, replacedForGood, storeError } from "./endings.js";
import { lookout } from "./lookout.js";
import { isTransient, type RefreshOutcome, requestRefresh } from "./refresh-request.js";
import type { TokenRecord } from "./token-record.js";
import { UnsavedToken } from "./unsaved-token.js";

/** What makes a stored token good enough for those who wait. */
export interface Want {
  /** Not this one: the API answered 401 to it, or it has run out. */
  readonly rejected?: Token | undefined;
  /** How long before its end a token no longer counts, in milliseconds. */
  readonly marginMs: number;
}

export interface RenewalOptions {
  readonly app: App;
  readonly key: TokenKey;
  readonly record: TokenRecord;
  readonly events: TokenEventEmitter;
  /** Whether the first token is made from the app's own credentials. */
  readonly mints: boolean;
  /** Whether a refresh token may be sent although the answer cannot be stored. */
  readonly refreshesUnwritable: boolean;
}

/** How often a renewal starts over because a program without our lock wrote meanwhile. */
const MAX_ADOPTIONS = 2;
/** How often it starts over because the lock was lost before anything was sent. */
const MAX_LOST_LOCKS = 3;
/** How long to wait before a failed write is tried again under the lock, in milliseconds: a failover or a restart is over by then. */
const SAVE_PAUSES_MS = [100, 400];

/** The lock was lost before the refresh token was sent. */
const LOST = Symbol("the lock was lost");

/**
 * Turns what is stored into a token that can be used, by a refresh if need be.
 *
 * The order is: lock, read again, decide, announce in the store, ask Spotify, store, unlock. Nobody gets a new token before it is
 * stored, or before it was said that it could not be.
 */
export class Renewal {
  readonly #app: App;
  readonly #key: TokenKey;
  readonly #record: TokenRecord;
  readonly #events: TokenEventEmitter;
  readonly #mints: boolean;
  readonly #refreshesUnwritable: boolean;
  readonly #unsaved: UnsavedToken;

  constructor({ app, key, record, events, mints, refreshesUnwritable }: RenewalOptions) {
    this.#app = app;
    this.#key = key;
    this.#record = record;
    this.#events = events;
    this.#mints = mints;
    this.#refreshesUnwritable = refreshesUnwritable;
    this.#unsaved = new UnsavedToken(() => record.locked(() => this.#saveAgain()), key.profile);
  }

  /** True while a new token lives in memory only, because the store failed. */
  get hasUnsaved(): boolean {
    return this.#unsaved.kept !== undefined;
  }

  /** Drops what could not be stored: a login or logout has made it void. */
  dropUnsaved(): void {
    this.#unsaved.drop();
  }

  /** What is stored, mended where it was undone; nothing is refreshed. */
  async stored(): Promise<StoredToken | null> {
    const stored = await this.#record.read();
    return this.#record.isRolledBack(stored) ? this.#record.locked(() => this.#current()) : stored;
  }

  /**
   * A usable token.
   *
   * @throws StagedoorError `login-required`, `reauthorization-required`, `store-…`, or why the refresh failed
   */
  async renew(want: Want): Promise<StoredToken> {
    const stored = this.hasUnsaved ? undefined : await this.#readServing(want);
    if (stored !== undefined) return stored;
    for (let turn = 0; turn < MAX_LOST_LOCKS; turn++) {
      const renewed = await this.#waitOrRenew(want);
      if (renewed !== LOST) return renewed;
    }
    throw new StagedoorError(
      "store-lock-unavailable",
      "The lock on the token was lost again and again before anything could be sent.",
      {
        hint: "See whether the machine is overloaded or was asleep, then try again.",
      },
    );
  }

  /** Waits for the lock, but no longer than until somebody else has stored what is waited for: hundreds need not queue to read it. */
  async #waitOrRenew(want: Want): Promise<StoredToken | typeof LOST> {
    const found = new AbortController();
    let served: StoredToken | undefined;
    let isLocked = false;
    const stop = lookout(async () => {
      const stored = this.hasUnsaved ? undefined : await this.#readServing(want).catch(() => undefined);
      if (stored === undefined || isLocked) return;
      served = stored;
      found.abort();
    });
    try {
      return await this.#record.locked((lock) => {
        isLocked = true;
        stop();
        return this.#renewLocked(want, lock);
      }, found);
    } catch (error) {
      if (served !== undefined && !isLocked) return served;
      throw error;
    } finally {
      stop();
    }
  }

  /** What is stored, if it is good enough as it is. */
  async #readServing(want: Want): Promise<StoredToken | undefined> {
    const stored = await this.#record.read();
    if (stored === null || !this.#serves(stored, want) || this.#record.isRolledBack(stored)) return undefined;
    return stored;
  }

  async #renewLocked(want: Want, lock: HeldLock): Promise<StoredToken | typeof LOST> {
    const stored = await this.#current();
    if (stored === null) {
      if (this.#mints) return this.#save(await clientCredentials(this.#app), undefined);
      throw loginRequired(this.#key, this.#record);
    }
    if (this.#serves(stored, want)) return stored;
    if (stored.token.isExpired(this.#app.clock.now(), 0))
      this.#events.emit("expired", { token: stored.token });
    return this.#refreshStored(stored, want, lock, 0);
  }

  #serves({ token }: StoredToken, want: Want): boolean {
    if (token.status.state === "reauthorization-required") return false;
    if (token.accessToken === want.rejected?.accessToken) return false;
    return !token.isExpired(this.#app.clock.now(), want.marginMs);
  }

  async #refreshStored(
    stored: StoredToken,
    want: Want,
    lock: HeldLock,
    adoptions: number,
  ): Promise<StoredToken | typeof LOST> {
    const { token } = stored;
    if (token.status.state === "reauthorization-required")
      throw endOfLogin(this.#key, this.#record, token.status.reason);
    if (token.grant === "client_credentials") return this.#save(await clientCredentials(this.#app), stored);
    const announced = await this.#announce(stored);
    // After a pause of the whole machine somebody else may have the lock: what they wrote is found on the next turn.
    if (announced === null || !lock.isHeld()) return LOST;
    const outcome = await requestRefresh(this.#app, token, () => lock.isHeld());
    if (outcome.kind === "answer") {
      return this.#save(mergeRefresh(token, outcome.answer, this.#app.clock.now()), announced);
    }
    const newer = await this.#current();
    if (newer !== null && newer.token.refreshToken !== token.refreshToken && adoptions < MAX_ADOPTIONS) {
      // A program that does not use the lock was faster: what it wrote is the login now.
      return this.#serves(newer, want) ? newer : this.#refreshStored(newer, want, lock, adoptions + 1);
    }
    return this.#fail(announced, token.status, outcome);
  }

  /** What is stored, after what could not be stored before, or was undone there, has been stored again. */
  async #current(): Promise<StoredToken | null> {
    const { kept } = this.#unsaved;
    if (kept !== undefined) {
      try {
        await this.#saveAgain();
      } catch (error) {
        // Where there is no refresh token, there is none that a refresh could use up.
        if (!this.#refreshesUnwritable && kept.token.refreshToken !== undefined) throw error;
        return { token: kept.token, generation: kept.replaced.at(-1)?.generation ?? ABSENT };
      }
    }
    const stored = await this.#record.read();
    return this.#record.isRolledBack(stored) ? this.#record.restore(stored) : stored;
  }

  /** Tells the store what is about to happen; where it takes nothing, nothing may happen, unless the caller chose otherwise. */
  async #announce(stored: StoredToken): Promise<StoredToken | null> {
    try {
      const announced = await this.#record.announce(stored);
      // The store has it now, if it had not before.
      if (announced !== null) this.#unsaved.drop();
      return announced;
    } catch (error) {
      if (this.#refreshesUnwritable) return stored;
      const told = storeError(error);
      this.#events.emit("refresh-failed", { error: told });
      throw told;
    }
  }

  /** Records a failure with the token that failed, which is kept whatever happened. */
  async #fail(
    announced: StoredToken,
    before: TokenStatus,
    outcome: Exclude<RefreshOutcome, { kind: "answer" }>,
  ): Promise<never> {
    // A store that fails now changes nothing: the next refresh meets the same verdict and marks it then.
    await this.#record.mark(announced, outcome.status ?? before).catch(() => undefined);
    const error =
      outcome.kind === "ended" ? endOfLogin(this.#key, this.#record, outcome.reason) : outcome.error;
    this.#events.emit("refresh-failed", { error });
    throw error;
  }

  async #save(token: Token, previous: StoredToken | undefined): Promise<StoredToken> {
    const replaced = [...(this.#unsaved.kept?.replaced ?? []), ...(previous === undefined ? [] : [previous])];
    let saved: StoredToken | null;
    try {
      saved = await this.#saveSoon(token, replaced);
      this.#unsaved.drop();
    } catch (error) {
      this.#unsaved.keep({ token, replaced });
      this.#events.emit("save-failed", { error: storeError(error) });
      this.#events.emit("refreshed", { token });
      return { token, generation: previous?.generation ?? ABSENT };
    }
    if (saved === null) return this.#yieldToStored();
    if (this.#record.isReadOnly && token.refreshToken !== previous?.token.refreshToken) {
      this.#unsaved.mourn();
      this.#events.emit("save-failed", { error: replacedForGood(this.#key) });
    }
    this.#events.emit("refreshed", { token });
    return saved;
  }

  async #saveSoon(token: Token, replaced: readonly StoredToken[]): Promise<StoredToken | null> {
    for (const pauseMs of SAVE_PAUSES_MS) {
      try {
        return await this.#record.save(token, replaced);
      } catch (error) {
        if (!isTransient(error)) throw error;
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    }
    return this.#record.save(token, replaced);
  }

  /** Somebody wrote without the lock: a logout or a new login, which count for more than our refresh. */
  async #yieldToStored(): Promise<StoredToken> {
    const stored = await this.#record.read();
    if (stored === null) throw loginRequired(this.#key, this.#record);
    if (this.#serves(stored, { marginMs: 0 })) return stored;
    throw new StagedoorError("store-conflict", "The login was changed by another program during a refresh.", {
      hint: "Try again.",
    });
  }

  async #saveAgain(): Promise<void> {
    const { kept } = this.#unsaved;
    if (kept === undefined) return;
    await this.#record.save(kept.token, kept.replaced);
    this.#unsaved.drop();
  }
}
