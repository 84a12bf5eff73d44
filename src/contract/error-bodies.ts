/** What Spotify's two services send when they refuse. */

/** A refusal of the Web API. */
export interface ApiErrorBody {
  readonly error: {
    readonly status: number;
    readonly message: string;
    /** With player errors, and with the quota's 429. */
    readonly reason?: string;
  };
}

/** A refusal of the token endpoint (RFC 6749 section 5.2); the description may be missing. */
export interface TokenErrorBody {
  readonly error: string;
  readonly error_description?: string;
}

/** The reasons that player errors were seen with; Spotify may send others. */
export const PLAYER_REASONS = [
  "NO_PREV_TRACK",
  "NO_NEXT_TRACK",
  "NO_SPECIFIC_TRACK",
  "ALREADY_PAUSED",
  "NOT_PAUSED",
  "NOT_PLAYING_LOCALLY",
  "NOT_PLAYING_TRACK",
  "NOT_PLAYING_CONTEXT",
  "ENDLESS_CONTEXT",
  "CONTEXT_DISALLOW",
  "ALREADY_PLAYING",
  "RATE_LIMITED",
  "REMOTE_CONTROL_DISALLOW",
  "DEVICE_NOT_CONTROLLABLE",
  "VOLUME_CONTROL_DISALLOW",
  "NO_ACTIVE_DEVICE",
  "PREMIUM_REQUIRED",
  "UNKNOWN",
] as const;

export type PlayerReason = (typeof PLAYER_REASONS)[number];

/** Any reason: the known ones complete in an editor, an unknown one is no error. */
export type Reason = PlayerReason | "QUOTA_EXCEEDED" | (string & {});
