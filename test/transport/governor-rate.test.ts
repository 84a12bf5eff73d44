import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Governor } from "../../src/transport/index.js";
import { rollingServer } from "../support/rolling-server.js";

const key = { provider: "spotify", clientId: "abc" };
const request = { method: "GET", url: "https://api.example/v1/me", headers: {} };

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("the governor at a server with a rolling window", () => {
  it("RL-08 RL-20 gets 200 calls done at ten a second with ten refusals at most, and a second burst with none", async () => {
    const server = rollingServer({ size: 10, spanMs: 1000 });
    const send = new Governor({ key }).layer(server.send);
    const burst = async () => {
      const began = performance.now();
      const all = Promise.all(Array.from({ length: 200 }, () => send(request)));
      await vi.runAllTimersAsync();
      for (const { status } of await all) expect(status).toBe(200);
      return performance.now() - began;
    };
    const took = await burst();
    expect(server.passed).toBe(200);
    expect(server.refused).toBeLessThanOrEqual(10);
    // 19 s is what the server takes at least, and this is the time of the model, not of the machine.
    expect(took).toBeLessThan(1.15 * 19_000);
    const before = server.refused;
    await burst();
    expect(server.refused - before).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
