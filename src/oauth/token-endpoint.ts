/**
 * What the token endpoint answers is checked here, more strictly than the standard asks for, and every failure becomes an error of ours
 * that carries nothing secret.
 */
import { decodeUtf8, isRecord, parseJson } from "../base/encoding.js";
import { StagedoorError } from "../base/errors.js";
import type { HttpResponse } from "../base/http.js";
import { readRetryAfter } from "../base/retry-after.js";
import { cleanRemoteText } from "../base/text.js";
import { isTokenText, type TokenAnswer } from "../token/index.js";
import type { App } from "./app.js";
import { OAuthError } from "./oauth-error.js";
import { describeTokenRequest } from "./token-request.js";

/** Used when the answer names no life, in seconds: short, so that a wrong guess costs one refresh. */
const ASSUMED_EXPIRES_IN = 300;
/** No access token is believed to live longer, in seconds. */
const LONGEST_EXPIRES_IN = 24 * 60 * 60;

export type GrantType = "authorization_code" | "client_credentials" | "refresh_token";

/**
 * Asks for a token, once, whatever happens.
 *
 * @param parameters of the grant, by their names on the wire
 * @throws StagedoorError `response-invalid`, `server-error`, `rate-limited`; `OAuthError`; what the app's sender fails with
 */
export async function requestToken(
  app: App,
  grantType: GrantType,
  parameters: Readonly<Record<string, string>> = {},
): Promise<TokenAnswer> {
  const response = await app.send(describeTokenRequest(app, grantType, parameters));
  const { code, code_verifier: verifier, refresh_token: refreshToken } = parameters;
  const secrets = [app.clientSecret?.reveal(), code, verifier, refreshToken];
  return readAnswer(response, secrets, app.clock.now());
}

/**
 * Reads an answer of the token endpoint.
 *
 * @param secrets what must not appear in an error even if the server echoes it
 * @param now milliseconds since the Unix epoch
 * @see RFC 6749 sections 5.1 and 5.2
 */
function readAnswer(
  response: HttpResponse,
  secrets: readonly (string | undefined)[],
  now: number,
): TokenAnswer {
  const { status } = response;
  const text = decodeUtf8(response.body);
  const data = text === undefined || isMarkup(response) ? undefined : parseJson(text);
  if (status !== 200) throw refusal(response, data, secrets, now);
  if (!isRecord(data)) throw unexpected("its answer is not a JSON object");
  if (!isTokenText(data.access_token)) throw unexpected("its access token is missing or malformed");
  if (typeof data.token_type !== "string" || data.token_type.toLowerCase() !== "bearer") {
    throw unexpected("its token is not a bearer token");
  }
  const { refresh_token: refreshToken, scope } = data;
  if (refreshToken !== undefined && !isTokenText(refreshToken))
    throw unexpected("its refresh token is malformed");
  if (scope !== undefined && typeof scope !== "string") throw unexpected("its scope is not a text");
  return {
    accessToken: data.access_token,
    refreshToken,
    expiresInSeconds: readExpiresIn(data.expires_in),
    scopes: scope
      ?.split(" ")
      .filter((name) => name !== "")
      .sort(),
  };
}

function readExpiresIn(value: unknown): number {
  if (value === undefined) return ASSUMED_EXPIRES_IN;
  const seconds = typeof value === "string" && /^\d{1,10}$/.test(value) ? Number(value) : value;
  if (typeof seconds !== "number" || !Number.isFinite(seconds) || seconds < 0) {
    throw unexpected("its expires_in is not a number of seconds");
  }
  return Math.min(Math.floor(seconds), LONGEST_EXPIRES_IN);
}

/** A page where JSON is due: a captive portal or a proxy speaks, not Spotify. */
function isMarkup(response: HttpResponse): boolean {
  return /html|xml|javascript/i.test(response.header("content-type") ?? "");
}

function refusal(
  response: HttpResponse,
  data: unknown,
  secrets: readonly (string | undefined)[],
  now: number,
): StagedoorError {
  const { status } = response;
  if (status >= 500) {
    return new StagedoorError("server-error", `Spotify's accounts service failed with status ${status}.`, {
      hint: "Try again later; the stored login is kept.",
    });
  }
  if (status === 429) {
    const retryAt = readRetryAfter(response.header("retry-after"), now);
    const when = retryAt === undefined ? "later" : `at ${new Date(retryAt).toISOString()}`;
    return new StagedoorError("rate-limited", "Spotify's accounts service asks to wait (429).", {
      hint: `Try again ${when}; the stored login is kept.`,
    });
  }
  if (isRecord(data) && typeof data.error === "string" && status >= 400) {
    const description = typeof data.error_description === "string" ? data.error_description : undefined;
    return new OAuthError(
      status,
      cleanRemoteText(data.error, secrets),
      description && cleanRemoteText(description, secrets),
    );
  }
  return unexpected(`it answered with status ${status} and no error that can be read`);
}

function unexpected(why: string): StagedoorError {
  return new StagedoorError(
    "response-invalid",
    `The accounts service did not answer as Spotify does: ${why}.`,
    {
      hint: "Check that no proxy or captive portal stands in between; the stored login is kept.",
    },
  );
}
