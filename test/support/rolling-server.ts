import type { HttpRequest, HttpResponse, Send } from "../../src/base/http.js";
import { toResponse } from "./fake-send.js";

export interface RollingServerOptions {
  readonly size: number;
  readonly spanMs: number;
  /** From sending to answer, in milliseconds; the server counts half-way. Default: 20. */
  readonly latencyMs?: (() => number) | undefined;
  /** How the wait is told. Default: seconds, rounded up. */
  readonly retryAfter?: ((waitMs: number) => string | undefined) | undefined;
}

/** A server, in this process and on the timers of the test, that allows so many requests in any span. */
export interface RollingServer {
  readonly send: Send;
  /** How many were let through, and how many answered with 429. */
  readonly passed: number;
  readonly refused: number;
  readonly requests: readonly HttpRequest[];
}

export function rollingServer(options: RollingServerOptions): RollingServer {
  const { size, spanMs, latencyMs = () => 20 } = options;
  const { retryAfter = (waitMs) => String(Math.ceil(waitMs / 1000)) } = options;
  const times: number[] = [];
  const requests: HttpRequest[] = [];
  let refused = 0;

  function judge(): HttpResponse {
    const now = performance.now();
    const oldest = times.at(-size);
    if (oldest === undefined || oldest <= now - spanMs) {
      times.push(now);
      return toResponse({ status: 200, body: {} });
    }
    refused += 1;
    const told = retryAfter(oldest + spanMs - now);
    return toResponse({ status: 429, headers: told === undefined ? {} : { "retry-after": told } });
  }

  const send: Send = async (request) => {
    requests.push(request);
    const half = latencyMs() / 2;
    await pause(half);
    const answer = judge();
    await pause(half);
    return answer;
  };
  return {
    send,
    requests,
    get passed() {
      return times.length;
    },
    get refused() {
      return refused;
    },
  };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
