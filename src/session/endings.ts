import { StagedoorError } from "../base/errors.js";
import { shellWord } from "../base/text.js";
import { DEFAULT_PROFILE, type TokenKey } from "../token/index.js";

/** Where the login would be. */
export interface LoginPlace {
  /** How a login gets there; `undefined` where the command does it. */
  readonly loginHint: string | undefined;
}

/** Nobody is logged in under this key. */
export function loginRequired(key: TokenKey, place: LoginPlace): StagedoorError {
  return new StagedoorError("login-required", `Nobody is logged in as profile "${key.profile}".`, {
    hint: place.loginHint ?? `Log in: ${loginCommand(key)}`,
  });
}

/** The login was good once and has ended. */
export function endOfLogin(key: TokenKey, place: LoginPlace, reason: string): StagedoorError {
  return new StagedoorError(
    "reauthorization-required",
    `The login of profile "${key.profile}" has ended: ${reason}.`,
    { hint: place.loginHint ?? `Log in again: ${loginCommand(key)}` },
  );
}

function loginCommand({ profile }: TokenKey): string {
  return `stagedoor login${profile === DEFAULT_PROFILE ? "" : ` --profile ${shellWord(profile)}`}`;
}

/** The refresh token of a read-only store was replaced by Spotify. */
export function replacedForGood(key: TokenKey): StagedoorError {
  return new StagedoorError(
    "store-read-only",
    `Spotify replaced the refresh token of profile "${key.profile}", and the place that it came from cannot be written.`,
    { hint: "Keep such a login in a store that can be written, such as fileStore()." },
  );
}

/** A store's failure as an error of ours: a foreign one may hold a token, so only its name is taken. */
export function storeError(error: unknown): StagedoorError {
  if (error instanceof StagedoorError) return error;
  const name = error instanceof Error ? error.name : "unknown error";
  return new StagedoorError("store-unwritable", `The token store failed (${name}).`, {
    hint: "See what the store of this program does in compareAndSwap.",
  });
}
