import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { StagedoorError } from "../../src/base/errors.js";
import type { CallTraits, HttpRequest, Send } from "../../src/base/http.js";
import {
  Breaker,
  LimitError,
  NetworkError,
  RetryBudget,
  type RetryOptions,
  retry,
  stack,
} from "../../src/transport/index.js";
import { type FakeAnswer, fakeSend } from "../support/fake-send.js";

const URL_OF_API = "https://api.spotify.com/v1/me";
const traits: CallTraits = { endpoint: "/me", repeatable: true, account: "A", priority: "interactive" };

interface Asked {
  readonly method?: string;
  readonly repeatable?: boolean;
  readonly timeoutMs?: number;
  readonly maxWaitMs?: number;
  readonly signal?: AbortSignal;
}
function request({ method = "GET", repeatable = method !== "POST", maxWaitMs, ...rest }: Asked): HttpRequest {
  return { method, url: URL_OF_API, headers: {}, ...rest, call: { ...traits, repeatable, maxWaitMs } };
}

const reset = () => new NetworkError("api.spotify.com", "ECONNRESET");
const refused = () => new NetworkError("api.spotify.com", "ECONNREFUSED");
const timeout = () => new StagedoorError("timeout", "api.spotify.com did not answer within 1 s.");

/** A sender that gives these one after another, the last one for ever, behind a retry whose every pause is the longest. */
function bench(outcomes: readonly (FakeAnswer | Error)[], options: RetryOptions = {}) {
  const times: number[] = [];
  const { send, requests } = fakeSend((_, index) => {
    times.push(performance.now());
    const outcome = outcomes[Math.min(index, outcomes.length - 1)] ?? {};
    if (outcome instanceof Error) throw outcome;
    return outcome;
  });
  const call = (asked: Asked = {}) => retry({ random: () => 1, ...options })(send)(request(asked));
  /** Milliseconds between one attempt and the next. */
  const pauses = () => times.slice(1).map((time, index) => Math.round(time - (times[index] ?? 0)));
  return { call, requests, pauses, send };
}

/** Lets all timers pass; what comes of the call is given as a value. */
async function ended<T>(promise: Promise<T>): Promise<T | unknown> {
  const caught = promise.catch((error: unknown) => error);
  await vi.runAllTimersAsync();
  expect(vi.getTimerCount()).toBe(0);
  return caught;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("retry", () => {
  it.each([
    [500, "GET"],
    [502, "GET"],
    [503, "GET"],
    [504, "GET"],
    [500, "PUT"],
    [502, "PUT"],
    [503, "DELETE"],
    [504, "PUT"],
  ])("RL-10 sends again what was answered with %d three times, by %s", async (status, method) => {
    const { call, requests } = bench([{ status }, { status }, { status }, { body: "done" }]);
    expect(await ended(call({ method }))).toMatchObject({ status: 200 });
    expect(requests).toHaveLength(4);
  });

  it("RL-10 pauses twice as long each time, and by chance any part of that", async () => {
    const longest = bench([{ status: 503 }]);
    await ended(longest.call());
    expect(longest.pauses()).toEqual([250, 500, 1000]);
    const half = bench([{ status: 503 }], { random: () => 0.5 });
    await ended(half.call());
    expect(half.pauses()).toEqual([125, 250, 500]);
  });

  it("RL-14 gives what the last attempt said, as it is", async () => {
    const { call, requests } = bench([{ status: 503 }, reset(), { status: 500 }, { status: 502 }]);
    expect(await ended(call())).toMatchObject({ status: 502 });
    expect(requests).toHaveLength(4);
  });

  it.each([400, 401, 403, 404, 413, 415, 429, 501, 505])(
    "RL-13 does not send again after %d",
    async (status) => {
      const { call, requests } = bench([{ status }]);
      expect(await ended(call())).toMatchObject({ status });
      expect(requests).toHaveLength(1);
    },
  );

  it.each([
    ["a connection that broke", reset()],
    ["a connection that was refused", refused()],
    ["a sender that waited too long", timeout()],
  ])("NW-01 NW-02 reads again after %s", async (_, failure) => {
    const { call, requests } = bench([failure, failure, { body: "read" }]);
    expect(await ended(call())).toMatchObject({ status: 200 });
    expect(requests).toHaveLength(3);
  });

  it("NW-01 sends a POST again that certainly did not leave", async () => {
    const { call, requests } = bench([refused(), refused(), { status: 201 }]);
    expect(await ended(call({ method: "POST" }))).toMatchObject({ status: 201 });
    expect(requests).toHaveLength(3);
  });

  it.each([
    ["a reset", reset()],
    ["a timeout", timeout()],
    ["500", { status: 500 }],
    ["502", { status: 502 }],
    ["503", { status: 503 }],
    ["504", { status: 504 }],
  ])("NW-02 RL-16 never sends a call twice that is not repeatable, after %s", async (_, outcome) => {
    for (const method of ["POST", "PUT"]) {
      const { call, requests } = bench([outcome]);
      const result = await ended(call({ method, repeatable: false }));
      expect(outcome instanceof Error ? result === outcome : result).toMatchObject(
        outcome instanceof Error ? {} : outcome,
      );
      expect(requests).toHaveLength(1);
    }
  });

  it("NW-02 believes a sender that had begun to write more than the system's code", async () => {
    const error = new NetworkError("api.spotify.com", "EHOSTUNREACH", true);
    const { call, requests } = bench([error]);
    expect(await ended(call({ method: "POST" }))).toBe(error);
    expect(error.delivered).toBe("unknown");
    expect(requests).toHaveLength(1);
  });

  it("NW-08 does not try a bad certificate twice, but does a handshake that broke", async () => {
    for (const code of ["CERT_HAS_EXPIRED", "DEPTH_ZERO_SELF_SIGNED_CERT", "ERR_TLS_CERT_ALTNAME_INVALID"]) {
      const bad = bench([new NetworkError("api.spotify.com", code)]);
      expect(await ended(bad.call())).toMatchObject({ systemCode: code });
      expect(bad.requests).toHaveLength(1);
    }
    const broken = bench([new NetworkError("api.spotify.com", "EPROTO"), {}]);
    expect(await ended(broken.call())).toMatchObject({ status: 200 });
  });

  it.each([
    ["a redirect", "redirect-refused"],
    ["too long an answer", "response-too-large"],
    ["an abort", "aborted"],
  ] as const)("does not send again after %s", async (_, code) => {
    const { call, requests } = bench([new StagedoorError(code, "It failed.")]);
    expect(await ended(call())).toMatchObject({ code });
    expect(requests).toHaveLength(1);
  });

  it("NW-02 says that a write may have been done, also when its repetition could not leave", async () => {
    const { call, requests } = bench([reset(), refused()]);
    expect(await ended(call({ method: "PUT" }))).toMatchObject({ systemCode: "ECONNRESET" });
    expect(requests).toHaveLength(4);
    const kept = bench([{ status: 502 }, new LimitError("circuit-open", "Closed for now.")]);
    expect(await ended(kept.call({ method: "PUT" }))).toMatchObject({ status: 502 });
    expect(kept.requests).toHaveLength(2);
  });

  it("RL-14 says that a write may have been done, also when its repetition is refused; a read is refused then", async () => {
    const paused = bench([{ status: 503 }, { status: 403 }]);
    expect(await ended(paused.call({ method: "PUT" }))).toMatchObject({ status: 503 });
    const read = bench([{ status: 503 }, { status: 404 }]);
    expect(await ended(read.call())).toMatchObject({ status: 404 });
    const unsent = bench([refused(), { status: 403 }]);
    expect(await ended(unsent.call({ method: "PUT" }))).toMatchObject({ status: 403 });
    const expired = bench([{ status: 503 }, { status: 401 }]);
    expect(await ended(expired.call({ method: "PUT" }))).toMatchObject({ status: 401 });
  });

  it("does not wait for what a governor or a breaker keeps back", async () => {
    const { call, requests } = bench([new LimitError("circuit-open", "Closed for now.")]);
    expect(await ended(call())).toMatchObject({ code: "circuit-open" });
    expect(requests).toHaveLength(1);
  });
});

describe("Retry-After with a 503", () => {
  it.each([
    ["seconds", () => "7"],
    ["a date", () => new Date(Date.now() + 7000).toUTCString()],
  ])("RL-11 is waited for in full, and a little longer: %s", async (_, header) => {
    vi.setSystemTime(Date.UTC(2026, 10, 21, 12));
    const { call, pauses } = bench([{ status: 503, headers: { "retry-after": header() } }, {}]);
    expect(await ended(call())).toMatchObject({ status: 200 });
    expect(pauses()).toEqual([7250]);
  });

  it("RL-11 ends the call at once when it is longer than the call may take", async () => {
    const { call, requests, pauses } = bench([{ status: 503, headers: { "retry-after": "31" } }]);
    expect(await ended(call())).toMatchObject({ status: 503 });
    expect([requests.length, pauses()]).toEqual([1, []]);
  });

  it("RL-11 ends the call at once when the caller does not want to be held back", async () => {
    const { call, requests } = bench([{ status: 503, headers: { "retry-after": "2" } }]);
    expect(await ended(call({ maxWaitMs: 1000 }))).toMatchObject({ status: 503 });
    expect(requests).toHaveLength(1);
  });
});

describe("the time of a call", () => {
  it("is for all attempts and pauses together", async () => {
    const { call, requests } = bench([{ status: 503 }]);
    await ended(call({ timeoutMs: 2000 }));
    expect(requests.map(({ timeoutMs }) => timeoutMs)).toEqual([2000, 1750, 1250, 250]);
    const short = bench([{ status: 503 }]);
    await ended(short.call({ timeoutMs: 1799 }));
    expect(short.requests.map(({ timeoutMs }) => timeoutMs)).toEqual([1799, 1549, 1049]);
  });

  it("is never exceeded by a pause: the answer that is there is given instead", async () => {
    const { call, requests } = bench([{ status: 503 }]);
    expect(await ended(call({ timeoutMs: 700 }))).toMatchObject({ status: 503 });
    expect(requests.map(({ timeoutMs }) => timeoutMs)).toEqual([700, 450]);
  });

  it("does not count for how long a governor holds a call back, where a stopwatch stands inside of it", async () => {
    const hold =
      (next: Send): Send =>
      async (held) => {
        await new Promise((resolve) => setTimeout(resolve, 60_000));
        return next(held);
      };
    const slow =
      (next: Send): Send =>
      async (sent) => {
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        return next(sent);
      };
    for (const [isWatched, timeouts] of [
      [true, [undefined, 28_750, 27_250, 25_250]],
      [false, [undefined]],
    ] as const) {
      const { send, requests } = fakeSend(() => ({ status: 503 }));
      const repeating = retry({ random: () => 1 });
      const inner = isWatched ? repeating.stopwatch(slow(send)) : slow(send);
      await ended(repeating(hold(inner))(request({})));
      expect(requests.map(({ timeoutMs }) => timeoutMs)).toEqual(timeouts);
    }
  });

  it("is what the sender keeps to where the request names none, thirty seconds unless told otherwise", async () => {
    const usual = bench([{ status: 503 }]);
    await ended(usual.call());
    expect(usual.requests.map(({ timeoutMs }) => timeoutMs)).toEqual([undefined, 29_750, 29_250, 28_250]);
    const short = bench([{ status: 503 }], { timeoutMs: 1000 });
    await ended(short.call());
    expect(short.requests.map(({ timeoutMs }) => timeoutMs)).toEqual([undefined, 750, 250]);
  });

  it("RS-01 ends in a pause as soon as the caller ends it, and leaves neither timer nor listener", async () => {
    const controller = new AbortController();
    const { call, requests } = bench([{ status: 503 }]);
    const result = call({ signal: controller.signal }).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(100);
    controller.abort();
    expect(await result).toMatchObject({ code: "aborted" });
    expect(requests).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  });

  it("RS-01 leaves no listener behind after a pause that was not ended", async () => {
    const { signal } = new AbortController();
    await ended(bench([{ status: 503 }]).call({ signal }));
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("RS-01 sends nothing again once the caller has ended it", async () => {
    const { call, requests } = bench([reset()]);
    expect(await ended(call({ signal: AbortSignal.abort() }))).toMatchObject({ code: "network-failed" });
    expect(requests).toHaveLength(1);
  });
});

describe("the budget that the calls of an app share", () => {
  it("NW-02 holds an outage to a tenth more requests than calls, and three", async () => {
    const budget = new RetryBudget();
    const { call, requests } = bench([{ status: 503 }], { budget });
    const calls = 400;
    for (let made = 0; made < calls; made++) await ended(call());
    expect(requests.length).toBe(calls + calls / 10 + 3);
    expect((requests.length - 3) / calls).toBeLessThanOrEqual(1.1);
  });

  it("holds it as well when all fail at the same time", async () => {
    const { call, requests } = bench([reset()], { budget: new RetryBudget() });
    await ended(Promise.allSettled(Array.from({ length: 300 }, () => call())));
    expect(requests.length).toBeLessThanOrEqual(300 + 10);
  });

  it("is helped by the breaker: of an outage that lasts, Spotify notices little", async () => {
    const { send, requests } = fakeSend(() => ({ status: 503 }));
    const layered = stack(send, retry({ random: () => 1 }), new Breaker().layer);
    const outcomes = new Set<unknown>();
    for (let made = 0; made < 300; made++) {
      const outcome = await ended(layered(request({})));
      outcomes.add(outcome instanceof LimitError ? outcome.code : "answered");
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(outcomes).toEqual(new Set(["answered", "circuit-open"]));
    expect(requests.length).toBeLessThan(300 / 10);
  });

  it("saves no more than ten retries", () => {
    const budget = new RetryBudget();
    for (let call = 0; call < 1000; call++) budget.deposit();
    const paid = Array.from({ length: 12 }, () => budget.withdraw());
    expect(paid.filter(Boolean)).toHaveLength(10);
  });

  it("has three to begin with", () => {
    const budget = new RetryBudget();
    expect([1, 2, 3, 4].map(() => budget.withdraw())).toEqual([true, true, true, false]);
  });

  it("has one more after each half minute, and never more than three by time alone", async () => {
    const budget = new RetryBudget();
    const withdrawn = () => Array.from({ length: 4 }, () => budget.withdraw()).filter(Boolean).length;
    expect(withdrawn()).toBe(3);
    await vi.advanceTimersByTimeAsync(30_000 - 1);
    expect(withdrawn()).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(withdrawn()).toBe(1);
    await vi.advanceTimersByTimeAsync(24 * 3_600_000);
    expect(withdrawn()).toBe(3);
  });

  it("takes nothing back that calls have paid in, however much time passes", async () => {
    const budget = new RetryBudget();
    for (let call = 0; call < 1000; call++) budget.deposit();
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(Array.from({ length: 12 }, () => budget.withdraw()).filter(Boolean)).toHaveLength(10);
  });

  it("goes by the clock that it is given", () => {
    let now = 0;
    const budget = new RetryBudget({ clock: { now: () => now } });
    for (const _ of [1, 2, 3]) budget.withdraw();
    expect(budget.withdraw()).toBe(false);
    now = 30_000;
    expect(budget.withdraw()).toBe(true);
  });

  it("lasts for a quiet program that meets a failure in every second call", async () => {
    let sent = 0;
    const { send } = fakeSend(() => ({ status: sent++ % 3 === 0 ? 502 : 200 }));
    const calling = retry({ random: () => 1 })(send);
    for (let made = 0; made < 20; made++) {
      expect(await ended(calling(request({})))).toMatchObject({ status: 200 });
      await vi.advanceTimersByTimeAsync(60_000);
    }
    expect(sent).toBe(30);
  });
});
