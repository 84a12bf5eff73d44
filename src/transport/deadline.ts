import { StagedoorError } from "../base/errors.js";
import type { Layer } from "../base/http.js";

/** Timers of the platform count no further. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Ends a request that has not been answered whole in time.
 *
 * @param ms milliseconds from the start of the request to the last byte of the answer
 * @throws StagedoorError `argument-invalid` for a time that no timer can keep
 */
export function deadline(ms: number): Layer {
  if (!(ms > 0 && ms <= LONGEST_MS)) {
    throw new StagedoorError("argument-invalid", `A deadline of ${ms} ms cannot be kept.`, {
      hint: "Use milliseconds from 1 to 2147483647, such as 30000.",
    });
  }
  return (next) => async (request) => {
    const controller = new AbortController();
    const timer = setTimeout(() => {
      controller.abort(
        new StagedoorError("timeout", `${new URL(request.url).host} did not answer within ${ms / 1000} s.`, {
          hint: "Check the network and try again.",
        }),
      );
    }, ms);
    const signal = request.signal ? AbortSignal.any([request.signal, controller.signal]) : controller.signal;
    try {
      return await next({ ...request, signal });
    } finally {
      clearTimeout(timer);
    }
  };
}
