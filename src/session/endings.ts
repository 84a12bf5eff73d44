import { StagedoorError } from "../base/errors.js";
import type { TokenKey } from "../token/index.js";

/** Nobody is logged in under this key. */
export function loginRequired(key: TokenKey): StagedoorError {
  return new StagedoorError("login-required", `Nobody is logged in as profile "${key.profile}".`, {
    hint: "Log in: stagedoor login",
  });
}

/** The login was good once and has ended. */
export function endOfLogin(key: TokenKey, reason: string): StagedoorError {
  return new StagedoorError(
    "reauthorization-required",
    `The login of profile "${key.profile}" has ended: ${reason}.`,
    {
      hint: "Log in again: stagedoor login",
    },
  );
}
