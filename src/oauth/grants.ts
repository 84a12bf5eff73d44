import { StagedoorError } from "../base/errors.js";
import { type Grant, Token, type TokenAnswer } from "../token/index.js";
import type { App } from "./app.js";
import { requireSecret } from "./authorization.js";
import { callbackParameters, checkCode, readCallback } from "./callback.js";
import { PENDING_LIFE_MS, type PendingLogin } from "./pending-login.js";
import { requestToken } from "./token-endpoint.js";

/**
 * Completes a login: verifies the callback and exchanges its code for a token. The code is sent once, whatever happens.
 *
 * @param callback the address that the person's browser came back to, or its query
 * @returns a token with the scopes that were granted, which may be fewer than were asked for
 * @throws StagedoorError `state-mismatch`, `callback-invalid`, `access-denied`, `authorization-failed`, `login-expired`,
 * `issuer-mismatch`; `OAuthError` when the exchange is refused
 * @see RFC 6749 section 4.1.3, RFC 7636 section 4.5
 *
 * @example
 * const token = await completeLogin(app, pending, "http://127.0.0.1:8888/callback?code=…&state=…");
 */
export async function completeLogin(
  app: App,
  pending: PendingLogin,
  callback: string | URL | URLSearchParams,
): Promise<Token> {
  if (pending.issuer !== app.issuer || pending.clientId !== app.clientId) {
    throw new StagedoorError(
      "issuer-mismatch",
      "The login was begun for another app or another accounts service.",
      {
        hint: "Complete it with the same client id and SPOTIFY_ACCOUNTS_URL with which it was begun.",
      },
    );
  }
  const parameters = callbackParameters(pending, callback);
  const result = readCallback(pending, parameters);
  if (result.kind === "refused") throw result.error;
  if (app.clock.now() - pending.createdAt > PENDING_LIFE_MS) {
    throw new StagedoorError("login-expired", "The login was begun too long ago.", {
      hint: "Begin the login again.",
    });
  }
  return exchange(app, pending, result.code);
}

/**
 * Exchanges a bare code, for a terminal into which only the code was pasted. Prefer `completeLogin`: a bare code has no `state`, so
 * nothing shows that it belongs to this login but PKCE.
 *
 * @throws StagedoorError `callback-invalid` for what cannot be a code; `client-secret-missing` when there is neither a verifier nor a secret;
 * `OAuthError`
 */
export async function exchangeBareCode(app: App, pending: PendingLogin, code: string): Promise<Token> {
  return exchange(app, pending, checkCode(code.trim()));
}

async function exchange(app: App, pending: PendingLogin, code: string): Promise<Token> {
  const { verifier, redirectUri } = pending;
  if (verifier === undefined) requireSecret(app, "An exchange without PKCE");
  const answer = await requestToken(app, "authorization_code", {
    code,
    redirect_uri: redirectUri,
    ...(verifier !== undefined && { code_verifier: verifier }),
  });
  return newToken(app, "authorization_code", answer, pending.scopes);
}

/**
 * Gets a token for the app itself, without a person.
 *
 * @throws StagedoorError `client-secret-missing`; `OAuthError` when it is refused
 * @see RFC 6749 section 4.4, https://developer.spotify.com/documentation/web-api/tutorials/client-credentials-flow
 *
 * @example
 * const token = await clientCredentials(app);
 */
export async function clientCredentials(app: App): Promise<Token> {
  requireSecret(app, "A token for the app itself");
  const answer = await requestToken(app, "client_credentials");
  return newToken(app, "client_credentials", answer, []);
}

/**
 * Sends one refresh. Which token to refresh, when, and what to do with the answer is a session's business.
 *
 * @throws StagedoorError and `OAuthError`; with the code `invalid-grant` the refresh token is dead
 * @see RFC 6749 section 6, https://developer.spotify.com/documentation/web-api/tutorials/refreshing-tokens
 */
export async function refresh(app: App, refreshToken: string): Promise<TokenAnswer> {
  return requestToken(app, "refresh_token", { refresh_token: refreshToken });
}

/** A token fresh from the accounts service. */
export function newToken(app: App, grant: Grant, answer: TokenAnswer, askedScopes: readonly string[]): Token {
  const now = app.clock.now();
  return new Token({
    accessToken: answer.accessToken,
    refreshToken: answer.refreshToken,
    expiresAt: now + answer.expiresInSeconds * 1000,
    // RFC 6749 section 5.1: no scope in the answer means that all was granted.
    scopes: answer.scopes ?? askedScopes,
    issuer: app.issuer,
    clientId: app.clientId,
    grant,
    authorizedAt: now,
    obtainedAt: now,
  });
}
