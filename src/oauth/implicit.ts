import { StagedoorError } from "../base/errors.js";
import { isTokenText, normalizeScopes, type Token } from "../token/index.js";
import type { App } from "./app.js";
import { callbackParameters, readCallback } from "./callback.js";
import { newToken } from "./grants.js";
import type { PendingLogin } from "./pending-login.js";

/**
 * Reads the callback of the implicit grant, for code that still holds one.
 *
 * Spotify ended this grant on 2025-11-27: only an emulator with its `legacy` switch still issues such a token. It cannot be refreshed.
 *
 * @param callback the whole address, with the token in its fragment
 * @throws StagedoorError `state-mismatch`, `callback-invalid`, `access-denied`, `authorization-failed`
 * @see RFC 6749 section 4.2.2, https://developer.spotify.com/blog/2025-10-14-reminder-oauth-migration-27-nov-2025
 *
 * @example
 * const token = parseImplicitCallback(app, pending, "https://example.com/callback#access_token=…&token_type=Bearer&state=…");
 */
export function parseImplicitCallback(app: App, pending: PendingLogin, callback: string): Token {
  const [address = "", fragment = ""] = callback.split("#", 2);
  callbackParameters(pending, address);
  const parameters = new URLSearchParams(fragment);
  const accessToken = parameters.get("access_token");
  // The one check of state and errors serves both grants; it looks for a code, and a token stands in its place here.
  const checked = new URLSearchParams(parameters);
  if (accessToken !== null) checked.set("code", "token");
  const result = readCallback(pending, checked);
  if (result.kind === "refused") throw result.error;
  const isBearer = parameters.get("token_type")?.toLowerCase() === "bearer";
  const expiresIn = Number(parameters.get("expires_in") ?? 3600);
  if (!isTokenText(accessToken) || !isBearer || !(expiresIn >= 0 && expiresIn <= 86_400)) {
    throw new StagedoorError("callback-invalid", "The callback holds no bearer token.", {
      hint: "Begin a login with the authorization code grant and PKCE: beginLogin",
    });
  }
  const scope = parameters.get("scope");
  const scopes = scope === null ? undefined : normalizeScopes(scope);
  return newToken(app, "implicit", { accessToken, expiresInSeconds: expiresIn, scopes }, pending.scopes);
}
