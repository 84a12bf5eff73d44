import { hasCode, isAbort, type StagedoorError } from "../base/errors.js";
import { isUnsent } from "../base/unsent.js";
import type { Endpoint } from "../contract/index.js";
import { DeadlineError, NetworkError } from "../transport/index.js";
import { ApiError } from "./api-error.js";

/** True when a call that failed may have been done all the same: what failed then is the answer, or the way back. */
export function mayBeDone(error: StagedoorError): boolean {
  if (isUnsent(error)) return false;
  // The reason that a program gives for ending a call is often the failure of another one.
  if (isAbort(error)) return true;
  if (error instanceof NetworkError || error instanceof DeadlineError) return error.delivered === "unknown";
  if (error instanceof ApiError && error.status > 0) return error.status < 300 || error.status >= 500;
  return (
    isAbort(error) ||
    hasCode(error, "timeout", "aborted", "response-too-large", "response-invalid", "redirect-refused")
  );
}

/** Says, with the failure of a write that may have been done, whether it can be sent again. */
export function warnOfWrite(
  error: StagedoorError,
  method: string,
  row: Endpoint | undefined,
): StagedoorError {
  if (method === "GET" || !mayBeDone(error)) return error;
  const repeatable = row === undefined ? method !== "POST" : row.repeatable;
  return error
    .markMayBeDone()
    .advise(
      repeatable
        ? "It may have been done; to send it again changes nothing more."
        : "It may have been done: look before you send it again.",
    );
}
