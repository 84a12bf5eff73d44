import { MINUTE } from "../base/clock.js";
import { Secret } from "../base/secret.js";

/** How a token came about, and so how it is renewed. */
export type Grant = "authorization_code" | "client_credentials" | "implicit";

/** Whether a token can still be renewed. */
export type TokenStatus =
  | { readonly state: "active" }
  /** A refresh was sent and no verdict came back; the refresh token may have been used up. */
  | { readonly state: "uncertain"; readonly at: number }
  /** Spotify ended it, or it cannot be refreshed: only a new login helps. */
  | { readonly state: "reauthorization-required"; readonly reason: string; readonly at: number };

/** Everything known of a token; times are milliseconds since the Unix epoch. */
export interface TokenFields {
  readonly accessToken: string;
  /** Absent for client credentials. */
  readonly refreshToken?: string | undefined;
  /** When the access token stops working. */
  readonly expiresAt: number;
  /** What Spotify granted, which may be less than was asked for. */
  readonly scopes: readonly string[];
  /** The origin of the accounts service that issued it; it is never sent to another. */
  readonly issuer: string;
  readonly clientId: string;
  readonly grant: Grant;
  /** When the person consented: a refresh token dies six months after this, however often it is used. */
  readonly authorizedAt: number;
  /** When this access token was received. */
  readonly obtainedAt: number;
  readonly status?: TokenStatus;
}

/** How long before its end a token counts as expired unless told otherwise, in milliseconds. */
export const DEFAULT_MARGIN_MS = MINUTE;

/** How many months after the consent a refresh token dies, as Spotify counts. */
export const REFRESH_LIFE_MONTHS = 6;

/**
 * An access token with all that is needed to keep it alive. It never changes; a refresh makes a new one.
 *
 * Its secrets are private: `inspect`, `JSON.stringify` and `structuredClone` show none. `serializeToken` writes them, for a store.
 *
 * @example
 * const token = await session.token();
 * if (token.isExpired(Date.now())) console.log("expired at", new Date(token.expiresAt));
 */
export class Token {
  readonly #access: Secret;
  readonly #refresh: Secret | undefined;
  readonly expiresAt: number;
  readonly scopes: readonly string[];
  readonly issuer: string;
  readonly clientId: string;
  readonly grant: Grant;
  readonly authorizedAt: number;
  readonly obtainedAt: number;
  readonly status: TokenStatus;

  constructor(fields: TokenFields) {
    this.#access = new Secret(fields.accessToken);
    this.#refresh = fields.refreshToken === undefined ? undefined : new Secret(fields.refreshToken);
    this.expiresAt = fields.expiresAt;
    this.scopes = Object.freeze([...fields.scopes]);
    this.issuer = fields.issuer;
    this.clientId = fields.clientId;
    this.grant = fields.grant;
    this.authorizedAt = fields.authorizedAt;
    this.obtainedAt = fields.obtainedAt;
    this.status = Object.freeze({ ...(fields.status ?? { state: "active" }) });
  }

  /** The bearer token itself. */
  get accessToken(): string {
    return this.#access.reveal();
  }

  get refreshToken(): string | undefined {
    return this.#refresh?.reveal();
  }

  /**
   * True when the access token should no longer be used.
   *
   * @param now milliseconds since the Unix epoch
   * @param marginMs how long before its end it counts as expired; never more than half of its life, or a token that lives shorter than
   * the margin would be refreshed at every call
   */
  isExpired(now: number, marginMs: number = DEFAULT_MARGIN_MS): boolean {
    return now >= this.expiresAt - Math.min(marginMs, (this.expiresAt - this.obtainedAt) / 2);
  }

  /**
   * When the refresh token dies, or `undefined` when there is none.
   *
   * @see https://developer.spotify.com/blog/2026-06-18-refresh-token-expiration
   */
  get refreshExpiresAt(): number | undefined {
    if (this.#refresh === undefined) return undefined;
    const end = new Date(this.authorizedAt);
    const day = end.getUTCDate();
    end.setUTCMonth(end.getUTCMonth() + REFRESH_LIFE_MONTHS);
    // 31 August has no counterpart in February: the last day of that month then, not some day in March.
    if (end.getUTCDate() !== day) end.setUTCDate(0);
    return end.getTime();
  }

  /** The same token with some fields changed. */
  with(change: Partial<TokenFields>): Token {
    return new Token({ ...this.#fields(), ...change });
  }

  #fields(): TokenFields {
    const { expiresAt, scopes, issuer, clientId, grant, authorizedAt, obtainedAt, status } = this;
    const { accessToken, refreshToken } = this;
    return {
      accessToken,
      refreshToken,
      expiresAt,
      scopes,
      issuer,
      clientId,
      grant,
      authorizedAt,
      obtainedAt,
      status,
    };
  }
}

/** What the accounts service answered to a grant, checked and in our names. */
export interface TokenAnswer {
  readonly accessToken: string;
  readonly refreshToken?: string | undefined;
  /** Seconds. */
  readonly expiresInSeconds: number;
  /** `undefined` when the answer names none. */
  readonly scopes?: readonly string[] | undefined;
}

/**
 * Takes the answer to a refresh into the token that was refreshed.
 *
 * A refresh token in the answer replaces the old one; without one the old one stays. The same holds for the scopes. The time of consent
 * never changes.
 *
 * @param now milliseconds since the Unix epoch
 * @see https://developer.spotify.com/documentation/web-api/tutorials/refreshing-tokens
 */
export function mergeRefresh(previous: Token, answer: TokenAnswer, now: number): Token {
  return previous.with({
    accessToken: answer.accessToken,
    refreshToken: answer.refreshToken ?? previous.refreshToken,
    expiresAt: now + answer.expiresInSeconds * 1000,
    scopes: answer.scopes ?? previous.scopes,
    obtainedAt: now,
    status: { state: "active" },
  });
}
