import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { StagedoorError } from "../../src/base/errors.js";
import { Breaker, NetworkError } from "../../src/transport/index.js";
import { type FakeAnswer, fakeSend } from "../support/fake-send.js";

const reset = () => new NetworkError("api.spotify.com", "ECONNRESET");

/** A service whose next answers a test writes; `down` is what it says otherwise. */
function bench(random = () => 0) {
  const breaker = new Breaker({ random });
  const state: { answer: FakeAnswer | Error | Promise<FakeAnswer> } = { answer: { status: 503 } };
  const { send, requests } = fakeSend(() => {
    if (state.answer instanceof Error) throw state.answer;
    return state.answer;
  });
  const sent = breaker.layer(send);
  const call = (signal?: AbortSignal) =>
    sent({ method: "GET", url: "https://api.spotify.com/v1/me", headers: {}, signal }).then(
      ({ status }) => status,
      (error: StagedoorError) => error.code,
    );
  const times = async (count: number) => {
    for (let made = 0; made < count; made++) await call();
  };
  return { breaker, state, requests, call, times, sent };
}

beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2026, 10, 21, 12) }));
afterEach(() => void vi.useRealTimers());

describe("the breaker", () => {
  it.each([
    ["503", { status: 503 }],
    ["a broken connection", reset()],
    ["a timeout", new StagedoorError("timeout", "It took too long.")],
  ])("sends nothing for a second after ten failures in a row: %s", async (_, answer) => {
    const { state, call, times, requests } = bench();
    state.answer = answer;
    await times(10);
    expect(requests).toHaveLength(10);
    expect(await call()).toBe("circuit-open");
    await vi.advanceTimersByTimeAsync(999);
    expect(await call()).toBe("circuit-open");
    expect(requests).toHaveLength(10);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("says when to come back", async () => {
    const { sent, times } = bench();
    await times(10);
    await vi.advanceTimersByTimeAsync(400);
    const request = { method: "GET", url: "https://api.spotify.com/v1/me", headers: {} };
    await expect(sent(request)).rejects.toMatchObject({ name: "LimitError", retryAt: Date.now() + 600 });
  });

  it("counts only failures in a row", async () => {
    const { state, call, times } = bench();
    await times(9);
    state.answer = { status: 200 };
    await times(1);
    state.answer = { status: 503 };
    await times(9);
    expect(await call()).toBe(503);
  });

  it.each([400, 401, 403, 404, 429])("takes %d for a sign of life", async (status) => {
    const { state, call, times } = bench();
    state.answer = { status };
    await times(20);
    expect(await call()).toBe(status);
  });

  it("lets one call through after the rest, and all when it is answered", async () => {
    const { state, call, times, requests } = bench();
    await times(10);
    await vi.advanceTimersByTimeAsync(1000);
    let answer = (_: FakeAnswer) => {};
    state.answer = new Promise<FakeAnswer>((resolve) => {
      answer = resolve;
    });
    const probe = call();
    expect(await call()).toBe("circuit-open");
    expect(requests).toHaveLength(11);
    answer({ status: 200 });
    expect(await probe).toBe(200);
    state.answer = { status: 503 };
    expect(await call()).toBe(503);
    expect(requests).toHaveLength(12);
  });

  it("rests twice as long after each probe that fails, thirty seconds at most", async () => {
    const { call, times, requests } = bench();
    await times(10);
    for (const rest of [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
      const before = requests.length;
      await vi.advanceTimersByTimeAsync(rest - 1);
      expect(await call()).toBe("circuit-open");
      await vi.advanceTimersByTimeAsync(1);
      expect(await call()).toBe(503);
      expect(requests).toHaveLength(before + 1);
    }
  });

  it("begins with a second again after the service was back", async () => {
    const { state, call, times } = bench();
    await times(10);
    await vi.advanceTimersByTimeAsync(1000);
    await call();
    await vi.advanceTimersByTimeAsync(2000);
    state.answer = { status: 200 };
    expect(await call()).toBe(200);
    state.answer = { status: 500 };
    await times(10);
    expect(await call()).toBe("circuit-open");
    await vi.advanceTimersByTimeAsync(1000);
    expect(await call()).toBe(500);
  });

  it("adds a tenth by chance", async () => {
    const { call, times } = bench(() => 1);
    await times(10);
    await vi.advanceTimersByTimeAsync(1099);
    expect(await call()).toBe("circuit-open");
    await vi.advanceTimersByTimeAsync(1);
    expect(await call()).toBe(503);
  });

  it("RS-01 takes nothing from a call that its caller ended, and lets the next one be the probe", async () => {
    const { state, call, times } = bench();
    await times(9);
    state.answer = reset();
    await call(AbortSignal.abort());
    state.answer = { status: 503 };
    expect(await call()).toBe(503);
    expect(await call()).toBe("circuit-open");
    await vi.advanceTimersByTimeAsync(1000);
    state.answer = reset();
    expect(await call(AbortSignal.abort())).toBe("network-failed");
    state.answer = { status: 200 };
    expect(await call()).toBe(200);
  });
});
