import { base64Url } from "../base/encoding.js";
import { StagedoorError } from "../base/errors.js";
import { randomString } from "../base/random.js";
import { normalizeScopes, type ScopeInput } from "../token/index.js";
import type { App } from "./app.js";
import type { PendingLogin } from "./pending-login.js";
import { checkRedirectUri } from "./redirect-uri.js";

export interface LoginOptions {
  /** Must equal a registered one, byte for byte; only a loopback address registered without a port may have any. */
  readonly redirectUri: string;
  /** What the program wants to do. Default: nothing but public information. */
  readonly scope?: ScopeInput;
  /** True shows the consent page even to a person who has consented before. */
  readonly showDialog?: boolean | undefined;
  /** Further parameters of the authorize URL. */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  /** Only a confidential client may go without PKCE. Default: true. */
  readonly pkce?: boolean | undefined;
}

/** What to send the person to, and what to keep until they come back. */
export interface BegunLogin {
  readonly url: string;
  readonly pending: PendingLogin;
}

/**
 * Begins a login: makes the authorize URL with a fresh `state` and PKCE challenge.
 *
 * @throws StagedoorError `redirect-uri-invalid`, `argument-invalid`, `client-secret-missing` (without PKCE and without a secret)
 * @see RFC 6749 section 4.1.1, RFC 7636 section 4,
 * https://developer.spotify.com/documentation/web-api/tutorials/code-pkce-flow
 *
 * @example
 * const { url, pending } = await beginLogin(app, {
 *   redirectUri: "http://127.0.0.1:8888/callback",
 *   scope: "user-top-read",
 * });
 */
export async function beginLogin(app: App, options: LoginOptions): Promise<BegunLogin> {
  checkRedirectUri(options.redirectUri);
  const scopes = normalizeScopes(options.scope);
  const state = randomString();
  const parameters = new URLSearchParams({
    client_id: app.clientId,
    response_type: "code",
    redirect_uri: options.redirectUri,
    state,
  });
  if (scopes.length > 0) parameters.set("scope", scopes.join(" "));
  if (options.showDialog !== undefined) parameters.set("show_dialog", String(options.showDialog));
  const verifier = options.pkce === false ? undefined : randomString();
  if (verifier === undefined) {
    requireSecret(app, "A login without PKCE");
  } else {
    parameters.set("code_challenge_method", "S256");
    parameters.set("code_challenge", await challengeOf(verifier));
  }
  addExtra(parameters, options.parameters ?? {});
  return {
    url: `${app.accountsUrl}/authorize?${parameters}`,
    pending: {
      state,
      ...(verifier !== undefined && { verifier }),
      redirectUri: options.redirectUri,
      issuer: app.issuer,
      clientId: app.clientId,
      scopes,
      createdAt: app.clock.now(),
    },
  };
}

/** PKCE's `S256` (RFC 7636 section 4.2). */
async function challengeOf(verifier: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  return base64Url(new Uint8Array(hash));
}

function addExtra(parameters: URLSearchParams, extra: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(extra)) {
    if (parameters.has(name) || name === "code_challenge" || name === "code_challenge_method") {
      throw new StagedoorError(
        "argument-invalid",
        `The authorize parameter ${name} is set by stagedoor itself.`,
      );
    }
    parameters.set(name, value);
  }
}

/** @throws StagedoorError `client-secret-missing` */
export function requireSecret(app: App, what: string): void {
  if (app.clientSecret !== undefined) return;
  throw new StagedoorError("client-secret-missing", `${what} needs the client secret.`, {
    hint: "Set SPOTIFY_CLIENT_SECRET, which https://developer.spotify.com/dashboard shows for your app.",
  });
}
