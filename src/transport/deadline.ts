import { StagedoorError } from "../base/errors.js";
import type { Layer } from "../base/http.js";

/**
 * Ends a request that has not been answered whole in time.
 *
 * @param ms milliseconds from the start of the request to the last byte of the answer
 */
export function deadline(ms: number): Layer {
  return (next) => async (request) => {
    const controller = new AbortController();
    const timer = setTimeout(() => {
      controller.abort(
        new StagedoorError("timeout", `${new URL(request.url).host} did not answer within ${ms / 1000} s.`, {
          hint: "Check the network and try again; nothing that was stored has changed.",
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
