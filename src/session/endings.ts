import { StagedoorError } from "../base/errors.js";
import { DEFAULT_PROFILE, type TokenKey } from "../token/index.js";

function loginCommand(key: TokenKey): string {
  return key.profile === DEFAULT_PROFILE ? "stagedoor login" : `stagedoor login --profile ${key.profile}`;
}

/** Nobody is logged in under this key. */
export function loginRequired(key: TokenKey): StagedoorError {
  return new StagedoorError("login-required", `Nobody is logged in as profile "${key.profile}".`, {
    hint: `Log in: ${loginCommand(key)}`,
  });
}

/** The login was good once and has ended. */
export function endOfLogin(key: TokenKey, reason: string): StagedoorError {
  return new StagedoorError(
    "reauthorization-required",
    `The login of profile "${key.profile}" has ended: ${reason}.`,
    {
      hint: `Log in again: ${loginCommand(key)}`,
    },
  );
}
