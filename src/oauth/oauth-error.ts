import { type ErrorCode, StagedoorError } from "../base/errors.js";

/** A refusal of the token endpoint, in its own words (RFC 6749 section 5.2). */
export class OAuthError extends StagedoorError {
  override readonly name = "OAuthError";
  /** Spotify's `error`, such as `invalid_grant`. */
  readonly error: string;
  /** Spotify's `error_description`; it may be missing. */
  readonly description: string | undefined;
  readonly status: number;

  /** The texts are Spotify's, cleaned. */
  constructor(status: number, error: string, description: string | undefined) {
    const kind = KINDS[error];
    const words = description === undefined ? error : `${error}: ${description}`;
    super(kind?.code ?? "oauth-error", `Spotify's accounts service refused (${status}): ${words}`, {
      hint: kind?.hint,
    });
    this.error = error;
    this.description = description;
    this.status = status;
  }
}

const KINDS: Readonly<Record<string, { readonly code: ErrorCode; readonly hint: string }>> = {
  invalid_grant: {
    code: "invalid-grant",
    hint: "The code or refresh token is used up, expired or revoked. Log in again: stagedoor login",
  },
  invalid_client: {
    code: "invalid-client",
    hint: "Check SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET against https://developer.spotify.com/dashboard",
  },
};
