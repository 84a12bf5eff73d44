import { MINUTE, SECOND, steadyNow } from "../base/clock.js";
import { abortable, hasCode } from "../base/errors.js";
import type { App } from "../oauth/index.js";
import {
  DEFAULT_MARGIN_MS,
  type StoredToken,
  type Token,
  TokenEventEmitter,
  type TokenEventName,
  type TokenKey,
  type TokenListener,
  type TokenOptions,
  type TokenSource,
  type TokenStore,
  tokenKey,
} from "../token/index.js";
import { HeldToken } from "./held-token.js";
import { isTransient } from "./refresh-request.js";
import { Renewal, type Want } from "./renewal.js";
import { TokenRecord } from "./token-record.js";

export interface SessionOptions {
  readonly app: App;
  readonly store: TokenStore;
  /** Default: `default`. */
  readonly profile?: string | undefined;
  /** With `client_credentials` the session gets its first token itself. Default: a person has logged in. */
  readonly grant?: "authorization_code" | "client_credentials" | undefined;
  /** How long before its end a token counts as expired, in milliseconds. Default: 60,000. */
  readonly marginMs?: number | undefined;
  /** How long before its end a token is refreshed in the background, in milliseconds. Default: 300,000. */
  readonly refreshAheadMs?: number | undefined;
  /**
   * What to do when a refresh is due and the store cannot be written. Default: `refuse`, because Spotify may replace the refresh token,
   * and a new one that is not stored ends with the process. With `refresh` the new token is used from memory until it can be stored.
   */
  readonly whenUnwritable?: "refuse" | "refresh" | undefined;
}

/** After a background refresh failed, calls do not start another for this long. */
const BACKGROUND_PAUSE_MS = MINUTE;
/** A token that came in place of a rejected one and is rejected itself is not replaced again within this time. */
const REPLACE_PAUSE_MS = 5 * SECOND;
const WAIT = "Waiting for a token";

/**
 * Keeps one login alive. However many callers, processes and machines share the store, a token is refreshed once.
 *
 * This file decides when; `renewal.ts` does it.
 *
 * @example
 * const session = new Session({ app, store: fileStore() });
 * session.on("refreshed", ({ token }) => console.log("good until", new Date(token.expiresAt)));
 * const token = await session.token();
 */
export class Session implements TokenSource {
  readonly key: TokenKey;
  readonly #app: App;
  readonly #record: TokenRecord;
  readonly #renewal: Renewal;
  readonly #marginMs: number;
  readonly #aheadMs: number;
  readonly #events = new TokenEventEmitter();
  #held: HeldToken | undefined;
  #flight: Promise<Token> | undefined;
  #backgroundFailedAt = Number.NEGATIVE_INFINITY;
  #replacement: { readonly accessToken: string; readonly at: number } | undefined;

  constructor(options: SessionOptions) {
    const { app, store } = options;
    this.#app = app;
    this.#marginMs = options.marginMs ?? DEFAULT_MARGIN_MS;
    // Processes that started together would otherwise all refresh in the same second.
    this.#aheadMs = (options.refreshAheadMs ?? 5 * MINUTE) * (0.8 + 0.2 * Math.random());
    this.key = tokenKey(app.issuer, app.clientId, options.profile);
    this.#record = new TokenRecord(app, store, this.key);
    this.#renewal = new Renewal({
      app,
      key: this.key,
      record: this.#record,
      events: this.#events,
      mints: options.grant === "client_credentials",
      refreshesUnwritable: options.whenUnwritable === "refresh",
    });
  }

  on<N extends TokenEventName>(name: N, listener: TokenListener<N>): void {
    this.#events.on(name, listener);
  }

  off<N extends TokenEventName>(name: N, listener: TokenListener<N>): void {
    this.#events.off(name, listener);
  }

  /**
   * A token that works now. While the present one still works nobody waits: shortly before its end it is refreshed in the background.
   *
   * @throws StagedoorError `login-required`, `reauthorization-required`, `store-…`, or why the refresh failed
   */
  async token(options: TokenOptions = {}): Promise<Token> {
    const held = this.#held;
    if (held !== undefined && !held.isExpired(this.#marginMs)) {
      if (held.isExpired(this.#aheadOf(held.token)) || this.#renewal.hasUnsaved)
        this.#refreshInBackground(held.token);
      return held.token;
    }
    try {
      // What has run out by either clock is not taken from the store again, where only the one that can be set judges it.
      const spent = held?.isExpired(0) ? held.token : undefined;
      return await abortable(this.#fly({ rejected: spent }), options.signal, WAIT);
    } catch (error) {
      // In its last minute a token is replaced early, but it does work: a passing failure is no reason to refuse it.
      if (held !== undefined && !held.isExpired(0) && isTransient(error)) return held.token;
      throw error;
    }
  }

  /**
   * A token in place of one that the API answered 401 to: refreshed once for all who hold the same one. A caller whose token is no
   * longer the present one gets the present one, and nothing is sent.
   */
  async replace(rejected: Token, options: TokenOptions = {}): Promise<Token> {
    if (this.#flight === undefined) {
      const held = this.#held?.token;
      if (held !== undefined && held.accessToken !== rejected.accessToken) return this.token(options);
      if (this.#wasJustReplaced(rejected)) return rejected;
    }
    let fresh = await abortable(this.#fly({ rejected }), options.signal, WAIT);
    // The flight that was under way may only have loaded the very token that is rejected.
    if (fresh.accessToken === rejected.accessToken)
      fresh = await abortable(this.#fly({ rejected }), options.signal, WAIT);
    this.#replacement = { accessToken: fresh.accessToken, at: steadyNow(this.#app.clock) };
    return fresh;
  }

  /** Refreshes now, whether it is due or not. */
  async refresh(options: TokenOptions = {}): Promise<Token> {
    const stored = await abortable(this.#renewal.stored(), options.signal, WAIT);
    return abortable(this.#fly({ rejected: stored?.token }), options.signal, WAIT);
  }

  /** What is stored now, or `null`; nothing is refreshed. */
  stored(): Promise<StoredToken | null> {
    return this.#renewal.stored();
  }

  /**
   * Stores the token of a fresh login in place of what is there.
   *
   * @throws StagedoorError `issuer-mismatch`, `store-…`
   */
  async adopt(token: Token): Promise<void> {
    this.#record.checkIssuer(token);
    await this.#record.locked(async () => {
      this.#hold(await this.#record.replace(token));
      this.#flight = undefined;
      this.#renewal.dropUnsaved();
    });
  }

  /**
   * Removes the login from the store and from memory. A refresh that is under way is not written back.
   *
   * @returns false when there was none
   * @throws StagedoorError `store-…`
   */
  async logout(): Promise<boolean> {
    const was = await this.#record.remove();
    this.#forget();
    return was;
  }

  /** Waits until no refresh is under way: before a program ends in good order, so that no answer of Spotify is lost. */
  async idle(): Promise<void> {
    while (this.#flight !== undefined) await this.#flight.catch(() => undefined);
  }

  #aheadOf(token: Token): number {
    // A short-lived token is refreshed in the last quarter of its life, not during all of it.
    return Math.max(this.#marginMs, Math.min(this.#aheadMs, (token.expiresAt - token.obtainedAt) / 4));
  }

  #refreshInBackground(held: Token): void {
    const now = steadyNow(this.#app.clock);
    if (this.#flight !== undefined || now - this.#backgroundFailedAt < BACKGROUND_PAUSE_MS) return;
    this.#fly({ marginMs: this.#aheadOf(held) }).catch(() => {
      this.#backgroundFailedAt = now;
    });
  }

  /** Joins the renewal that is under way, or starts one. */
  #fly(want: Partial<Want> = {}): Promise<Token> {
    if (this.#flight !== undefined) return this.#flight;
    const flight: Promise<Token> = this.#renewal
      .renew({ marginMs: this.#marginMs, ...want })
      .then(
        // Once a login or logout has made it void, it is only for those who asked before.
        (stored) => (this.#flight === flight ? this.#hold(stored) : stored.token),
        (error: unknown) => {
          if (this.#flight === flight) this.#giveUp(error);
          throw error;
        },
      )
      .finally(() => {
        if (this.#flight === flight) this.#flight = undefined;
      });
    this.#flight = flight;
    return flight;
  }

  #giveUp(error: unknown): void {
    if (hasCode(error, "login-required")) this.#forget();
    if (hasCode(error, "reauthorization-required")) this.#held = undefined;
  }

  #wasJustReplaced(rejected: Token): boolean {
    // Whoever rejects the replacement at once rejects every token: asking for more would only hammer the accounts service.
    return (
      this.#replacement?.accessToken === rejected.accessToken &&
      steadyNow(this.#app.clock) - this.#replacement.at < REPLACE_PAUSE_MS
    );
  }

  #hold(stored: StoredToken): Token {
    // One that comes from the store again has aged since it came first.
    if (this.#held?.token.accessToken !== stored.token.accessToken)
      this.#held = new HeldToken(stored, this.#app.clock);
    return stored.token;
  }

  #forget(): void {
    const held = this.#held;
    this.#held = undefined;
    this.#flight = undefined;
    this.#record.forget();
    this.#renewal.dropUnsaved();
    if (held !== undefined) this.#events.emit("removed", {});
  }
}
