import { type Clock, HOUR, MINUTE } from "../../base/clock.js";
import { randomString } from "../../base/random.js";
import { refill } from "../refill.js";
import type { RefreshModes } from "./refresh-mode.js";

/** What a person has given an app, from one press of the button on. */
export interface Grant {
  readonly clientId: string;
  readonly person: string;
  readonly scopes: readonly string[];
  /** Milliseconds since the epoch: the refresh tokens of the grant live six months from here. */
  readonly consentedAt: number;
  /** Whether the code was exchanged with a secret; only then a refresh needs it too. */
  readonly confidential: boolean;
  /** Counted up by every refresh. */
  generation: number;
  revoked: boolean;
}

export interface AccessToken {
  readonly clientId: string;
  /** `undefined` for an app's own token, by client credentials. */
  readonly person: string | undefined;
  readonly scopes: readonly string[];
  readonly expiresAt: number;
  readonly grant: Grant | undefined;
}

export interface AuthorizationCode {
  readonly clientId: string;
  readonly person: string;
  readonly scopes: readonly string[];
  readonly redirectUri: string;
  readonly challenge: string | undefined;
  readonly consentedAt: number;
  used: boolean;
}

interface RefreshToken {
  readonly value: string;
  readonly grant: Grant;
  /** When it stopped, or will stop, to work because another took its place. */
  retiredAt: number;
}

export type RefreshVerdict =
  | { readonly outcome: "good"; readonly grant: Grant; readonly token: RefreshToken }
  | { readonly outcome: "unknown" | "unauthenticated" | "revoked" | "expired"; readonly grant?: Grant };

/** The grant types that the token endpoint knows. */
export const GRANT_TYPES: readonly string[] = ["client_credentials", "authorization_code", "refresh_token"];
export const ACCESS_TOKEN_SECONDS = 3600;
/** Spotify documents no number; RFC 6749 section 4.1.2 recommends at most ten minutes. */
export const CODE_LIFE_MS = 10 * MINUTE;
const REFRESH_LIFE_MONTHS = 6;
/** Of each sort; beyond it the oldest is forgotten. */
const MAX_TOKENS = 100_000;

export interface Grants {
  issueCode(code: Omit<AuthorizationCode, "used" | "consentedAt">): string;
  findCode(code: string): AuthorizationCode | undefined;
  isExpired(code: AuthorizationCode): boolean;
  /** Starts a grant and gives its first refresh token. */
  open(code: AuthorizationCode, confidential: boolean): { grant: Grant; refreshToken: string };
  issueAccessToken(token: Omit<AccessToken, "expiresAt">): string;
  /** Also one that has expired; compare `expiresAt`. */
  findAccessToken(value: string): AccessToken | undefined;
  judge(
    refreshToken: string,
    by: { readonly clientId: string; readonly confidential: boolean },
  ): RefreshVerdict;
  /** Counts a refresh and gives the refresh token that goes into the answer, if one does. */
  rotate(token: RefreshToken): string | undefined;
  /** As when the person removes the app from their account, or all apps: tokens of both sorts die, but for the app's own. */
  revoke(which: { readonly person?: string; readonly clientId?: string }): void;
  /** Whose code or refresh token it is. */
  personOf(codeOrRefreshToken: string): string | undefined;
  /** The newest tokens that still work, without the tokens themselves. */
  tokens(limit: number): readonly TokenLife[];
  clear(): void;
  save(): SavedGrants;
  load(saved: SavedGrants): void;
}

/** All codes and tokens; access and refresh tokens of one grant share it. */
export interface SavedGrants {
  readonly codes: ReadonlyMap<string, AuthorizationCode>;
  readonly accessTokens: ReadonlyMap<string, AccessToken>;
  readonly refreshTokens: ReadonlyMap<string, RefreshToken>;
}

/** What can be said of a token without telling it. */
export interface TokenLife {
  readonly kind: "access" | "refresh";
  readonly clientId: string;
  readonly person?: string;
  readonly scopes: readonly string[];
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number;
  readonly generation?: number;
}

/** Six calendar months later; where that month is too short, on its last day. */
export function sixMonthsAfter(time: number): number {
  const start = new Date(time);
  const end = new Date(time);
  end.setUTCMonth(start.getUTCMonth() + REFRESH_LIFE_MONTHS);
  if (end.getUTCDate() !== start.getUTCDate()) end.setUTCDate(0);
  return end.getTime();
}

/** Codes and tokens, with the rules of their lives. */
export function createGrants(clock: Clock, modes: RefreshModes): Grants {
  const codes = new Map<string, AuthorizationCode>();
  const accessTokens = new Map<string, AccessToken>();
  const refreshTokens = new Map<string, RefreshToken>();

  function issueRefreshToken(grant: Grant): string {
    const value = `AQ${randomString(96)}`;
    remember(refreshTokens, value, { value, grant, retiredAt: Number.POSITIVE_INFINITY });
    return value;
  }

  return {
    issueCode(code) {
      const value = `AQ${randomString(64)}`;
      remember(codes, value, { ...code, consentedAt: clock.now(), used: false });
      return value;
    },
    findCode: (code) => codes.get(code),
    isExpired: (code) => clock.now() >= code.consentedAt + CODE_LIFE_MS,
    open(code, confidential) {
      const { clientId, person, scopes, consentedAt } = code;
      const grant = { clientId, person, scopes, consentedAt, confidential, generation: 0, revoked: false };
      return { grant, refreshToken: issueRefreshToken(grant) };
    },
    issueAccessToken(token) {
      const value = `BQ${randomString(96)}`;
      remember(accessTokens, value, { ...token, expiresAt: clock.now() + HOUR });
      return value;
    },
    findAccessToken: (value) => accessTokens.get(value),
    judge(value, { clientId, confidential }) {
      const token = refreshTokens.get(value);
      if (token === undefined || token.grant.clientId !== clientId) return { outcome: "unknown" };
      const { grant } = token;
      // Before anything else: who cannot show the secret must not be able to end a family either.
      if (grant.confidential && !confidential) return { outcome: "unauthenticated", grant };
      if (grant.revoked) return { outcome: "revoked", grant };
      if (clock.now() >= token.retiredAt) {
        if (modes.ruleFor(grant).mode === "rotate-family-revoke") grant.revoked = true;
        return { outcome: "revoked", grant };
      }
      if (clock.now() >= sixMonthsAfter(grant.consentedAt)) return { outcome: "expired", grant };
      return { outcome: "good", grant, token };
    },
    rotate(token) {
      const rule = modes.ruleFor(token.grant);
      token.grant.generation++;
      if (rule.mode === "keep") return undefined;
      if (rule.mode === "keep-repeat") return token.value;
      token.retiredAt = Math.min(token.retiredAt, clock.now() + rule.graceMs);
      return issueRefreshToken(token.grant);
    },
    revoke({ person, clientId }) {
      const isMeant = (of: { readonly person: string | undefined; readonly clientId: string }) =>
        (person === undefined || of.person === person) &&
        (clientId === undefined || of.clientId === clientId);
      for (const { grant } of refreshTokens.values()) if (isMeant(grant)) grant.revoked = true;
      // Whether Spotify ends access tokens too is not known: guessed.
      for (const [value, token] of accessTokens) {
        if (token.person !== undefined && isMeant(token)) accessTokens.delete(value);
      }
      for (const code of codes.values()) if (isMeant(code)) code.used = true;
    },
    personOf: (value) => refreshTokens.get(value)?.grant.person ?? codes.get(value)?.person,
    tokens(limit) {
      const now = clock.now();
      const access = [...accessTokens.values()].slice(-limit).map(accessLife);
      const refresh = [...refreshTokens.values()]
        .filter(({ grant }) => !grant.revoked)
        .slice(-limit)
        .map(refreshLife);
      return [...refresh, ...access].filter(({ expiresAt }) => expiresAt > now).reverse();
    },
    clear() {
      codes.clear();
      accessTokens.clear();
      refreshTokens.clear();
    },
    save: () => ({ codes, accessTokens, refreshTokens }),
    load(saved) {
      refill(codes, saved.codes);
      refill(accessTokens, saved.accessTokens);
      refill(refreshTokens, saved.refreshTokens);
    },
  };
}

function accessLife({ clientId, person, scopes, expiresAt, grant }: AccessToken): TokenLife {
  return {
    kind: "access",
    clientId,
    scopes,
    expiresAt,
    ...(person !== undefined && { person }),
    ...(grant !== undefined && { generation: grant.generation }),
  };
}

function refreshLife({ grant, retiredAt }: RefreshToken): TokenLife {
  const { clientId, person, scopes, generation, consentedAt } = grant;
  const expiresAt = Math.min(retiredAt, sixMonthsAfter(consentedAt));
  return { kind: "refresh", clientId, person, scopes, generation, expiresAt };
}

function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value);
  if (map.size <= MAX_TOKENS) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
