import { type ErrorCode, hasCode, StagedoorError } from "../base/errors.js";
import { type App, OAuthError, refresh } from "../oauth/index.js";
import type { Token, TokenAnswer, TokenStatus } from "../token/index.js";
import { DeadlineError, NetworkError } from "../transport/index.js";

/** What came of asking for a refresh. */
export type RefreshOutcome =
  | { readonly kind: "answer"; readonly answer: TokenAnswer }
  /** Spotify says that the refresh token is dead. */
  | {
      readonly kind: "ended";
      readonly reason: string;
      readonly status: TokenStatus;
      readonly error: StagedoorError;
    }
  /** No verdict; the token is kept, marked when Spotify may have used it up. */
  | { readonly kind: "failed"; readonly status: TokenStatus | undefined; readonly error: StagedoorError };

const TRANSIENT: readonly ErrorCode[] = [
  "network-failed",
  "timeout",
  "server-error",
  "rate-limited",
  "response-invalid",
  "response-too-large",
  "redirect-refused",
  "store-unreadable",
  "store-unwritable",
  "store-lock-unavailable",
  "store-unavailable",
  "store-conflict",
];

/** Passing failures: the login itself is not in question. */
export function isTransient(error: unknown): boolean {
  return hasCode(error, ...TRANSIENT);
}

/** True when Spotify may have acted although no usable answer came back. */
function isAmbiguous(error: StagedoorError): boolean {
  if (error instanceof NetworkError || error instanceof DeadlineError) return error.delivered === "unknown";
  return hasCode(error, "timeout", "server-error", "response-invalid", "response-too-large");
}

/**
 * Asks for a refresh; when the answer is lost on the way, once more. An outage never ends a login: only `invalid_grant` does.
 *
 * The caller holds the lock, so nobody else sends the same refresh token meanwhile.
 *
 * @param mayRepeat whether that is still so
 */
export async function requestRefresh(
  app: App,
  token: Token,
  mayRepeat: () => boolean,
): Promise<RefreshOutcome> {
  const { refreshToken } = token;
  if (refreshToken === undefined) return ended(app, "it has no refresh token and cannot be renewed");
  let lost = token.status.state === "uncertain";
  for (let attempt = 1; ; attempt++) {
    try {
      return { kind: "answer", answer: await refresh(app, refreshToken) };
    } catch (error) {
      if (!(error instanceof StagedoorError)) throw error;
      if (hasCode(error, "invalid-grant")) return ended(app, reasonOf(app, token, error, lost), error);
      const ambiguous = isAmbiguous(error);
      lost ||= ambiguous;
      if (ambiguous && attempt === 1 && mayRepeat()) continue;
      return {
        kind: "failed",
        status: lost ? { state: "uncertain", at: app.clock.now() } : undefined,
        error,
      };
    }
  }
}

function ended(app: App, reason: string, error?: StagedoorError): RefreshOutcome {
  const status: TokenStatus = { state: "reauthorization-required", reason, at: app.clock.now() };
  return {
    kind: "ended",
    reason,
    status,
    error: error ?? new StagedoorError("reauthorization-required", reason),
  };
}

function reasonOf(app: App, token: Token, error: StagedoorError, lost: boolean): string {
  const said =
    error instanceof OAuthError && error.description !== undefined ? ` (Spotify: ${error.description})` : "";
  if (app.clock.now() >= (token.refreshExpiresAt ?? Number.POSITIVE_INFINITY)) {
    return `the consent is, as far as is known, older than six months, which is as long as Spotify lets a login live${said}`;
  }
  if (lost) return `an earlier answer of Spotify was probably lost, and the new refresh token with it${said}`;
  return `its refresh token is expired, revoked or used up${said}`;
}
