import { type ErrorCode, StagedoorError } from "../base/errors.js";
import { sanitizeText } from "../base/text.js";
import { type Endpoint, type Reason, WAVES } from "../contract/index.js";
import type { LimitError } from "../transport/index.js";

export interface ApiErrorDetails {
  readonly status: number;
  readonly reason?: Reason | undefined;
  readonly operationId?: string | undefined;
  readonly missingScopes?: readonly string[] | undefined;
  readonly heldScopes?: readonly string[] | undefined;
  /** When to come back, where that was said, in milliseconds since the Unix epoch. */
  readonly retryAt?: number | undefined;
  readonly hint?: string | undefined;
}

/**
 * A refusal of the Web API, or an answer of it that cannot be used.
 *
 * @see https://developer.spotify.com/documentation/web-api/concepts/api-calls
 *
 * @example
 * try {
 *   await spotify.player.play();
 * } catch (error) {
 *   if (error instanceof ApiError && error.reason === "NO_ACTIVE_DEVICE") console.log("Open Spotify somewhere first.");
 * }
 */
export class ApiError extends StagedoorError {
  override readonly name: string = "ApiError";
  /** 0 when the call was refused before anything was sent. */
  readonly status: number;
  /** Spotify's own word for it, with player errors and the quota. */
  readonly reason: Reason | undefined;
  /** Spotify's name of the operation; `undefined` for a raw request. */
  readonly operationId: string | undefined;
  /** Scopes that the operation needs and the token does not have. */
  readonly missingScopes: readonly string[];
  /** For a missing scope: what the token has. */
  readonly heldScopes: readonly string[];
  /** For a limit, and a failure of Spotify's that says so: when to come back, in milliseconds since the Unix epoch. */
  readonly retryAt: number | undefined;

  constructor(code: ErrorCode, message: string, details: ApiErrorDetails) {
    super(code, message, { hint: details.hint });
    this.status = details.status;
    this.reason = details.reason === undefined ? undefined : sanitizeText(details.reason, 100);
    this.operationId = details.operationId;
    this.missingScopes = details.missingScopes ?? [];
    this.heldScopes = details.heldScopes ?? [];
    this.retryAt = details.retryAt;
  }
}

/** A call whose token lacks scopes. */
export function scopeMissing(
  status: number,
  row: Endpoint | undefined,
  missing: readonly string[],
  held: readonly string[],
): ApiError {
  const what = row === undefined ? "This call" : `${row.method} ${row.path}`;
  const isChoice = row?.scopes.rule === "any" && missing.length > 1;
  const names = missing.length > 0 ? missing.join(isChoice ? " or " : " ") : "a scope";
  const [first = "…"] = missing;
  return new ApiError(
    "scope-missing",
    `${what} needs ${names}, which the login was not granted (it has ${
      held.length > 0 ? held.join(" ") : "none"
    }).`,
    {
      status,
      operationId: row?.operationId,
      missingScopes: missing,
      heldScopes: held,
      hint: `Add it to the login: stagedoor login --scope "${isChoice ? first : missing.join(" ") || first}"`,
    },
  );
}

/** A call about a person, with the token of an app that speaks for nobody. */
export function personNeeded(row: Endpoint): ApiError {
  return new ApiError(
    "login-required",
    `${row.method} ${row.path} is about a person, and the token is the app's own (client_credentials).`,
    { status: 0, operationId: row.operationId, hint: "Log a person in: stagedoor login" },
  );
}

/** A call that the governor kept back. */
export function notSent({ code, message, hint, retryAt }: LimitError, row: Endpoint | undefined): ApiError {
  return new ApiError(code, message, { status: 0, operationId: row?.operationId, retryAt, hint });
}

/** A call of an operation that this kind of app has lost. */
export function endpointRemoved(status: number, row: Endpoint): ApiError {
  const { removed } = row.life;
  const { reached, page } = WAVES[removed?.wave ?? "2026-02"];
  const next = removed?.replacement == null ? "Nothing replaces it" : `Use ${removed.replacement} instead`;
  return new ApiError(
    "endpoint-removed",
    `${row.method} ${row.path} is not for this kind of app: Spotify took it from ${reached} (wave ${removed?.wave}).`,
    { status, operationId: row.operationId, hint: `${next}: ${page}` },
  );
}
