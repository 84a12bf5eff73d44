import { type ErrorCode, StagedoorError } from "../base/errors.js";
import { sanitizeText } from "../base/text.js";
import type { Endpoint, Reason } from "../contract/index.js";

export interface ApiErrorDetails {
  readonly status: number;
  readonly reason?: Reason | undefined;
  readonly operationId?: string | undefined;
  readonly missingScopes?: readonly string[] | undefined;
  /** When to come back, in milliseconds since the Unix epoch. */
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
  override readonly name = "ApiError";
  /** 0 when the call was refused before anything was sent. */
  readonly status: number;
  /** Spotify's own word for it, with player errors and the quota. */
  readonly reason: Reason | undefined;
  /** Spotify's name of the operation; `undefined` for a raw request. */
  readonly operationId: string | undefined;
  /** Scopes that the operation needs and the token does not have. */
  readonly missingScopes: readonly string[];
  /** For a limit: when to come back, in milliseconds since the Unix epoch. */
  readonly retryAt: number | undefined;

  constructor(code: ErrorCode, message: string, details: ApiErrorDetails) {
    super(code, message, { hint: details.hint });
    this.status = details.status;
    this.reason = details.reason === undefined ? undefined : sanitizeText(details.reason, 100);
    this.operationId = details.operationId;
    this.missingScopes = details.missingScopes ?? [];
    this.retryAt = details.retryAt;
  }
}

/** A call whose token lacks scopes. */
export function scopeMissing(
  status: number,
  row: Endpoint | undefined,
  missing: readonly string[],
): ApiError {
  const what = row === undefined ? "This call" : `${row.method} ${row.path}`;
  const names = missing.length > 0 ? missing.join(" ") : "a scope";
  return new ApiError("scope-missing", `${what} needs ${names}, which the login was not granted.`, {
    status,
    operationId: row?.operationId,
    missingScopes: missing,
    hint: `Add it to the login: stagedoor login --scope "${missing.length > 0 ? names : "…"}"`,
  });
}

/** A call of an operation that this kind of app has lost. */
export function endpointRemoved(status: number, row: Endpoint): ApiError {
  const { wave, replacement } = row.life.removed ?? { wave: "an earlier", replacement: null };
  const next = replacement === null ? "Nothing replaces it." : `Use ${replacement} instead.`;
  return new ApiError(
    "endpoint-removed",
    `${row.method} ${row.path} was removed for this kind of app in the ${wave} wave.`,
    { status, operationId: row.operationId, hint: next },
  );
}
