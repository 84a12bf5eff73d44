import type { ErrorCode } from "../base/errors.js";
import { StagedoorError } from "../base/errors.js";

/** How the command ends; scripts may rely on these. */
export const EXIT = {
  ok: 0,
  error: 1,
  usage: 2,
  cancelled: 3,
  loginNeeded: 4,
  forbidden: 5,
  limited: 6,
  interrupted: 130,
  terminated: 143,
} as const;

const BY_CODE: Partial<Record<ErrorCode, number>> = {
  "argument-invalid": EXIT.usage,
  "client-id-missing": EXIT.usage,
  "client-secret-missing": EXIT.usage,
  "redirect-uri-invalid": EXIT.usage,
  "endpoint-url-invalid": EXIT.usage,
  "access-denied": EXIT.cancelled,
  aborted: EXIT.cancelled,
  "login-required": EXIT.loginNeeded,
  "profile-unknown": EXIT.loginNeeded,
  "reauthorization-required": EXIT.loginNeeded,
  unauthorized: EXIT.loginNeeded,
  forbidden: EXIT.forbidden,
  "scope-missing": EXIT.forbidden,
  "endpoint-removed": EXIT.forbidden,
  "rate-limited": EXIT.limited,
  "quota-exceeded": EXIT.limited,
};

/** The exit code for a failure. */
export function exitCodeOf(error: unknown): number {
  return (error instanceof StagedoorError && BY_CODE[error.code]) || EXIT.error;
}
