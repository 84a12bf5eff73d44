import { abortable, StagedoorError } from "../base/errors.js";

/** The longest that a timer can hold, in milliseconds; beyond it, it would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Settles with `promise`, unless the person takes too long or the caller gives up.
 *
 * @param timeoutMs milliseconds
 * @throws StagedoorError `login-timeout`, `aborted`, `argument-invalid` for a time that is none
 */
export async function waitForPerson<T>(
  promise: Promise<T>,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<T> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(tooLate(timeoutMs)), Math.min(timeoutMs, LONGEST_TIMER_MS));
  try {
    const either = signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]);
    return await abortable(promise, either, "The login");
  } finally {
    clearTimeout(timer);
  }
}

/** @throws StagedoorError `argument-invalid` */
export function checkTimeout(timeoutMs: number): number {
  if (timeoutMs > 0) return timeoutMs;
  throw new StagedoorError("argument-invalid", "timeoutMs must be a number of milliseconds above 0.");
}

function tooLate(timeoutMs: number): StagedoorError {
  const time = timeoutMs < 1000 ? `${timeoutMs} ms` : `${Math.round(timeoutMs / 1000)} s`;
  return new StagedoorError("login-timeout", `Nobody completed the login within ${time}.`, {
    hint: "Log in again. If the browser is on another machine, paste the address it ends on: stagedoor login --paste",
  });
}
