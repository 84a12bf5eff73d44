import { base64Url, equalInConstantTime } from "../../base/encoding.js";
import { type Answer, type AnswerHeaders, emptyAnswer, jsonAnswer } from "../exchange.js";
import type { Note } from "../ledger.js";
import type { Stage } from "../stage.js";
import { type AuthenticatedClient, authenticateClient } from "./client-authentication.js";
import type { Form } from "./form.js";
import { ACCESS_TOKEN_SECONDS, type AuthorizationCode, type Grant } from "./grants.js";
import { TokenRefusal } from "./token-refusal.js";

/** What the token endpoint says when it says yes. */
interface TokenBody {
  readonly access_token: string;
  readonly token_type: "Bearer";
  readonly expires_in: number;
  readonly refresh_token?: string;
  readonly scope?: string;
}

interface TokenRequest {
  readonly form: ReadonlyMap<string, string>;
  readonly client: AuthenticatedClient;
  readonly note: Note;
}

const CORS: AnswerHeaders = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "POST, OPTIONS",
  "access-control-allow-headers": "Authorization, Content-Type, Accept",
  "access-control-max-age": "604800",
};

const HEADERS: AnswerHeaders = {
  ...CORS,
  "cache-control": "no-store",
  pragma: "no-cache",
  // Spotify sets two like these; a client has to cope with them and may not need them.
  "set-cookie": ["sp_tr=false; Path=/; SameSite=Lax", "emulator_device_id=1; Path=/; HttpOnly; SameSite=Lax"],
};

const GRANTS = {
  client_credentials: clientCredentials,
  authorization_code: authorizationCode,
  refresh_token: refreshToken,
} as const;

/** The answer to a browser that asks whether a page may post here. */
export function tokenPreflight(): Answer {
  return emptyAnswer(204, CORS);
}

export function tokenMethodRefused(): Answer {
  return emptyAnswer(405, { ...CORS, allow: "POST, OPTIONS" });
}

/**
 * `POST /api/token`.
 *
 * @see https://developer.spotify.com/documentation/web-api/tutorials/refreshing-tokens
 */
export async function tokenEndpoint(
  stage: Stage,
  form: Form,
  authorization: string | null,
  note: Note,
): Promise<Answer> {
  try {
    const body = await grantToken(stage, form, authorization, note);
    note.committed = true;
    return jsonAnswer(200, body, HEADERS);
  } catch (error) {
    if (!(error instanceof TokenRefusal)) throw error;
    note.rule = error.body.error;
    // A name that came twice may be anything, also a secret in the wrong place.
    note.why = form.repeated.length > 0 ? "a parameter came more than once" : error.message;
    return jsonAnswer(400, error.body, HEADERS);
  }
}

async function grantToken(
  stage: Stage,
  { values: form, repeated }: Form,
  authorization: string | null,
  note: Note,
): Promise<TokenBody> {
  if (repeated.length > 0) throw new TokenRefusal("invalid_request", `${repeated[0]} must not be repeated`);
  const client = authenticateClient(stage, authorization, form);
  note.clientId = client.app.clientId;
  const type = form.get("grant_type");
  // Remembered wordings, not confirmed by any source: guessed.
  if (type === undefined) throw new TokenRefusal("unsupported_grant_type", "grant_type parameter is missing");
  if (!Object.hasOwn(GRANTS, type)) {
    throw new TokenRefusal(
      "unsupported_grant_type",
      "grant_type must be client_credentials, authorization_code or refresh_token",
    );
  }
  return GRANTS[type as keyof typeof GRANTS](stage, { form, client, note });
}

function clientCredentials(stage: Stage, { client }: TokenRequest): TokenBody {
  if (!client.confidential) throw new TokenRefusal("invalid_client", "Invalid client");
  const accessToken = stage.grants.issueAccessToken({
    clientId: client.app.clientId,
    person: undefined,
    scopes: [],
    grant: undefined,
  });
  return { access_token: accessToken, token_type: "Bearer", expires_in: ACCESS_TOKEN_SECONDS };
}

async function authorizationCode(stage: Stage, { form, client, note }: TokenRequest): Promise<TokenBody> {
  const code = stage.grants.findCode(required(form, "code"));
  if (code === undefined || code.clientId !== client.app.clientId || code.used) {
    throw new TokenRefusal("invalid_grant", "Invalid authorization code");
  }
  note.person = code.person;
  if (stage.grants.isExpired(code)) throw new TokenRefusal("invalid_grant", "Authorization code expired");
  if (required(form, "redirect_uri") !== code.redirectUri) {
    throw new TokenRefusal("invalid_grant", "Invalid redirect URI");
  }
  if (!client.confidential && code.challenge === undefined) throw new TokenRefusal("invalid_client");
  await checkVerifier(code, form.get("code_verifier"));
  // Hashing let other requests in between: only one of two that came together may have the code.
  if (code.used) throw new TokenRefusal("invalid_grant", "Invalid authorization code");
  code.used = true;
  const { grant, refreshToken } = stage.grants.open(code, client.confidential);
  note.generation = grant.generation;
  return { ...userToken(stage, grant, grant.scopes), refresh_token: refreshToken };
}

function refreshToken(stage: Stage, { form, client, note }: TokenRequest): TokenBody {
  const verdict = stage.grants.judge(required(form, "refresh_token"), {
    clientId: client.app.clientId,
    confidential: client.confidential,
  });
  if (verdict.grant !== undefined) {
    note.person = verdict.grant.person;
    note.generation = verdict.grant.generation;
  }
  switch (verdict.outcome) {
    case "unknown":
      throw new TokenRefusal("invalid_grant", "Invalid refresh token");
    case "unauthenticated":
      throw new TokenRefusal("invalid_client");
    case "revoked":
      throw new TokenRefusal("invalid_grant", "Refresh token revoked");
    case "expired":
      throw new TokenRefusal("invalid_grant", "Refresh token expired");
  }
  const { grant, token } = verdict;
  const next = stage.grants.rotate(token);
  note.generation = grant.generation;
  // All that the person has ever granted the app, and not only what this login asked for. As observed.
  const scopes = stage.consents.scopesOf(grant.person, grant.clientId);
  return { ...userToken(stage, grant, scopes), ...(next !== undefined && { refresh_token: next }) };
}

function userToken(stage: Stage, grant: Grant, scopes: readonly string[]): TokenBody {
  const { clientId, person } = grant;
  return {
    access_token: stage.grants.issueAccessToken({ clientId, person, scopes, grant }),
    token_type: "Bearer",
    expires_in: ACCESS_TOKEN_SECONDS,
    scope: scopes.join(" "),
  };
}

/** A challenge must be answered, and an answer without a challenge is as wrong as a wrong one (RFC 9700 section 2.1.1). */
async function checkVerifier(code: AuthorizationCode, verifier: string | undefined): Promise<void> {
  const wrong = () => new TokenRefusal("invalid_grant", "code_verifier was incorrect");
  if (code.challenge === undefined) {
    if (verifier !== undefined) throw wrong();
    return;
  }
  if (verifier === undefined || !/^[A-Za-z0-9._~-]{43,128}$/.test(verifier)) throw wrong();
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  if (!equalInConstantTime(base64Url(new Uint8Array(digest)), code.challenge)) throw wrong();
}

/** The wording for a missing parameter is remembered, not confirmed: guessed. */
function required(form: ReadonlyMap<string, string>, name: string): string {
  const value = form.get(name);
  if (value === undefined || value === "")
    throw new TokenRefusal("invalid_request", `${name} must be supplied`);
  return value;
}
