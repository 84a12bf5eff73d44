import { MINUTE } from "../base/clock.js";
import { isRecord, parseJson } from "../base/encoding.js";
import { StagedoorError } from "../base/errors.js";

/** How long a login may take from its authorize URL to its callback, in milliseconds. */
export const PENDING_LIFE_MS = 30 * MINUTE;

/**
 * A login that has begun and waits for its callback. Plain JSON, so that it survives a cookie or a database row; it holds the
 * verifier, so keep it where only the one who began the login can use it.
 */
export interface PendingLogin {
  readonly state: string;
  /** PKCE's code verifier; absent for a confidential client that went without. */
  readonly verifier?: string;
  readonly redirectUri: string;
  readonly issuer: string;
  readonly clientId: string;
  /** What was asked for. */
  readonly scopes: readonly string[];
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
}

/**
 * Reads a pending login back from JSON text.
 *
 * @throws StagedoorError `callback-invalid` when it is not one
 */
export function parsePendingLogin(text: string): PendingLogin {
  const data = parseJson(text);
  if (
    isRecord(data) &&
    typeof data.state === "string" &&
    data.state.length >= 16 &&
    (data.verifier === undefined || typeof data.verifier === "string") &&
    typeof data.redirectUri === "string" &&
    typeof data.issuer === "string" &&
    typeof data.clientId === "string" &&
    Array.isArray(data.scopes) &&
    data.scopes.every((scope) => typeof scope === "string") &&
    typeof data.createdAt === "number"
  ) {
    const { state, verifier, redirectUri, issuer, clientId, scopes, createdAt } = data;
    return {
      state,
      redirectUri,
      issuer,
      clientId,
      scopes,
      createdAt,
      ...(verifier !== undefined && { verifier }),
    };
  }
  throw new StagedoorError("callback-invalid", "There is no login under way that this could complete.", {
    hint: "Begin the login again.",
  });
}
