import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { KnownLimit, LimitMemory, SharedWindow } from "../../src/base/limits.js";
import { Governor, type GovernorOptions, governorFor } from "../../src/transport/index.js";
import { fakeSend } from "../support/fake-send.js";
import { collectGarbage } from "../support/garbage.js";

const key = { provider: "spotify", clientId: "abc" };
const NOON = Date.UTC(2026, 10, 21, 12);
const QUOTA = { error: { status: 429, message: "API rate limit exceeded", reason: "QUOTA_EXCEEDED" } };
const NEVER = new Promise<never>(() => undefined);

const request = (endpoint = "/me", maxWaitMs?: number) => ({
  method: "GET",
  url: `https://api.example/v1${endpoint}`,
  headers: {},
  call: { endpoint, repeatable: true, account: "ann", priority: "interactive" as const, maxWaitMs },
});
const governed = (options: Partial<GovernorOptions>) => new Governor({ key, random: () => 0, ...options });

/** A memory whose contents the test can see and change. */
function memoryOf(limits: KnownLimit[] = [], window?: SharedWindow) {
  const read = vi.fn(async (): Promise<readonly KnownLimit[]> => [...limits]);
  const note = vi.fn(async (_key: unknown, limit: KnownLimit): Promise<void> => {
    limits.push(limit);
  });
  return { limits, read, note, window } satisfies LimitMemory & { limits: KnownLimit[] };
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the governor and its memory", () => {
  it("RL-05 reads it before the first request, and sends nothing that another process knows to be limited", async () => {
    const memory = memoryOf([{ kind: "quota", endpoint: "/search", until: NOON + 60_000 }]);
    const { send, requests } = fakeSend(() => ({ status: 200 }));
    const layer = governed({ memory }).layer(send);
    await expect(layer(request("/search"))).rejects.toMatchObject({
      code: "quota-exceeded",
      retryAt: NOON + 60_000,
    });
    expect((await layer(request())).status).toBe(200);
    expect(requests.map(({ url }) => url)).toEqual(["https://api.example/v1/me"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("RL-05 keeps to a cooldown of another process, from the start and later", async () => {
    const memory = memoryOf([{ kind: "rate", until: NOON + 5000 }]);
    const { send, requests } = fakeSend(() => ({ status: 200 }));
    const layer = governed({ memory }).layer(send);
    const first = layer(request());
    await vi.advanceTimersByTimeAsync(4999);
    expect(requests).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(10);
    expect((await first).status).toBe(200);
    memory.limits.push({ kind: "rate", until: NOON + 120_000 });
    // The next call after a second looks again, in the background.
    await vi.advanceTimersByTimeAsync(1500);
    await layer(request());
    await vi.advanceTimersByTimeAsync(0);
    await expect(layer(request())).rejects.toMatchObject({ code: "rate-limited", retryAt: NOON + 120_000 });
  });

  it.each(["met here", "met by another process"])(
    "does not wait longer for a cooldown %s when the clock is set back",
    async (whose) => {
      let wall = NOON;
      const clock = { now: () => wall, steady: () => performance.now() };
      const isOurs = whose === "met here";
      const memory = memoryOf(isOurs ? [] : [{ kind: "rate", until: NOON + 10_000 }]);
      const { send } = fakeSend((_request, index) =>
        isOurs && index === 0 ? { status: 429, headers: { "retry-after": "10" } } : { status: 200 },
      );
      const layer = governed({ memory, clock }).layer(send);
      const first = layer(request("/me", 0)).catch(() => undefined);
      await vi.advanceTimersByTimeAsync(0);
      await first;
      wall -= 3_600_000;
      await vi.advanceTimersByTimeAsync(5000);
      const second = layer(request());
      await vi.advanceTimersByTimeAsync(6000);
      expect((await second).status).toBe(200);
    },
  );

  it("reads at most once a second while calls are made, and never without", async () => {
    const memory = memoryOf();
    const { send } = fakeSend(() => ({ status: 200 }));
    const layer = governed({ memory }).layer(send);
    expect(memory.read).not.toHaveBeenCalled();
    for (let call = 0; call < 50; call++) {
      await layer(request());
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(memory.read.mock.calls.length).toBeGreaterThanOrEqual(5);
    expect(memory.read.mock.calls.length).toBeLessThanOrEqual(6);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(memory.read.mock.calls.length).toBeLessThanOrEqual(6);
  });

  it("notes what it meets", async () => {
    const memory = memoryOf();
    const { send } = fakeSend(({ call }) =>
      call?.endpoint === "/search"
        ? { status: 429, body: QUOTA, headers: { "retry-after": "86207" } }
        : { status: 429, headers: { "retry-after": "3600" } },
    );
    const layer = governed({ memory }).layer(send);
    await layer(request("/search"));
    await layer(request());
    expect(memory.limits).toEqual([
      { kind: "quota", endpoint: "/search", until: NOON + 86_207_000 },
      { kind: "rate", until: NOON + 3_600_000 },
    ]);
  });

  it("goes on without a memory that fails, and tells of it without a foreign error", async () => {
    const memory = memoryOf();
    memory.read.mockRejectedValue(new Error("redis://user:secret@host"));
    memory.note.mockRejectedValue(new Error("redis://user:secret@host"));
    const governor = governed({ memory });
    const failures: unknown[] = [];
    governor.on("memory-failed", ({ error }) => failures.push(error));
    const { send } = fakeSend(() => ({ status: 429, headers: { "retry-after": "3600" } }));
    expect((await governor.layer(send)(request())).status).toBe(429);
    await vi.advanceTimersByTimeAsync(0);
    expect(failures).toHaveLength(2);
    expect(JSON.stringify(failures)).not.toContain("secret");
  });

  it("waits two seconds for a memory that hangs, once", async () => {
    const memory = memoryOf();
    memory.read.mockReturnValue(NEVER);
    const { send, requests } = fakeSend(() => ({ status: 200 }));
    const layer = governed({ memory }).layer(send);
    const first = [layer(request()), layer(request())];
    await vi.advanceTimersByTimeAsync(1999);
    expect(requests).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    await Promise.all(first);
    await layer(request());
    expect(requests).toHaveLength(3);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("the governor and a window that processes share", () => {
  /** Lets so many go at once and any again after they are settled. */
  function windowOf(size: number) {
    let free = size;
    const take = vi.fn(async (_key: unknown, wanted: number) => {
      const granted = Math.min(free, wanted);
      free -= granted;
      return { granted, waitMs: granted < wanted ? 25 : 0 };
    });
    const settle = vi.fn(async (_key: unknown, { done, limited }: { done: number; limited: number }) => {
      free += done + limited;
    });
    return { take, settle } satisfies SharedWindow;
  }

  it("asks once for all calls of a turn, and tells together how they ended", async () => {
    const window = windowOf(100);
    const { send, requests } = fakeSend(() => ({ status: 200 }));
    const layer = governed({ memory: memoryOf([], window) }).layer(send);
    await layer(request());
    window.take.mockClear();
    window.settle.mockClear();
    await Promise.all(Array.from({ length: 20 }, () => layer(request())));
    await vi.advanceTimersByTimeAsync(0);
    expect(requests).toHaveLength(21);
    expect(window.take.mock.calls).toEqual([[key, 20]]);
    expect(window.settle.mock.calls.map(([, { done }]) => done).reduce((sum, done) => sum + done)).toBe(20);
    expect(window.settle.mock.calls.length).toBeLessThanOrEqual(3);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("sends no more than it is granted, asks again, and gets all done", async () => {
    const window = windowOf(3);
    let most = 0;
    let inFlight = 0;
    const { send } = fakeSend(async () => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      await new Promise((resolve) => setTimeout(resolve, 40));
      inFlight -= 1;
      return { status: 200 };
    });
    const layer = governed({ memory: memoryOf([], window) }).layer(send);
    const all = Promise.all(Array.from({ length: 30 }, () => layer(request())));
    await vi.advanceTimersByTimeAsync(5000);
    expect(await all).toHaveLength(30);
    expect(most).toBe(3);
  });

  it("tells of a 429 at once, with what it said", async () => {
    const window = windowOf(100);
    const { send } = fakeSend((_request, index) =>
      index === 0 ? { status: 429, headers: { "retry-after": "2" } } : { status: 200 },
    );
    const answer = governed({ memory: memoryOf([], window) }).layer(send)(request());
    await vi.advanceTimersByTimeAsync(10);
    expect(window.settle.mock.calls).toEqual([[key, { done: 0, limited: 1, retryAfterMs: 2000 }]]);
    await vi.advanceTimersByTimeAsync(3000);
    expect((await answer).status).toBe(200);
  });

  it("leaves the processor alone while as many are on their way as may be", async () => {
    const window: SharedWindow = {
      take: async (_key, wanted) => ({ granted: wanted, waitMs: 0 }),
      settle: async () => undefined,
    };
    const layer = governed({ memory: memoryOf([], window), maxInFlight: 1 }).layer(() => NEVER);
    void layer(request());
    void layer(request());
    await vi.advanceTimersByTimeAsync(100);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each(["fails", "hangs"])("does without one that %s, and comes back to it later", async (how) => {
    const window = windowOf(100);
    const governor = governed({ memory: memoryOf([], window) });
    const failures: unknown[] = [];
    governor.on("memory-failed", ({ error }) => failures.push(error.code));
    const { send } = fakeSend(() => ({ status: 200 }));
    const layer = governor.layer(send);
    if (how === "fails") window.take.mockRejectedValueOnce(new Error("down"));
    else window.take.mockReturnValueOnce(NEVER);
    const first = layer(request());
    await vi.advanceTimersByTimeAsync(1000);
    expect((await first).status).toBe(200);
    expect(failures).toEqual(["store-unavailable"]);
    await layer(request());
    expect(window.take).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(5000);
    await layer(request());
    expect(window.take).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("the governors of a process", () => {
  it("are one for each client id and API address, and take the memory that comes first", async () => {
    const of = (clientId: string, apiUrl: string, options: Parameters<typeof governorFor>[1] = {}) =>
      governorFor({ provider: "spotify", clientId, apiUrl }, options);
    const one = of("registry-1", "https://a.example");
    expect(of("registry-1", "https://a.example")).toBe(one);
    expect(of("registry-2", "https://a.example")).not.toBe(one);
    expect(of("registry-1", "https://b.example")).not.toBe(one);
    const memory = memoryOf();
    expect(of("registry-1", "https://a.example", { memory })).toBe(one);
    await one.layer(fakeSend(() => ({ status: 200 })).send)(request());
    expect(memory.read).toHaveBeenCalledTimes(1);
    expect(of("registry-1", "https://a.example", { clock: { now: () => 0 } })).not.toBe(one);
  });

  it("take a memory that reaches beyond the process in place of one that does not", async () => {
    const app = { provider: "spotify", clientId: "two-stores", apiUrl: "https://a.example" };
    const quota = { kind: "quota", endpoint: "/search", until: NOON + 60_000 } as const;
    const local = { ...memoryOf(), isLocal: true };
    const governor = governorFor(app, { memory: local });
    const layer = governor.layer(fakeSend(() => ({ status: 200 })).send);
    expect((await layer(request("/search"))).status).toBe(200);
    const shared = memoryOf([quota]);
    expect(governorFor(app, { memory: shared })).toBe(governor);
    await expect(layer(request("/search"))).rejects.toMatchObject({ code: "quota-exceeded" });
    governorFor(app, { memory: { ...memoryOf(), isLocal: true } });
    governorFor(app, { memory: memoryOf() });
    await vi.advanceTimersByTimeAsync(1500);
    const reads = shared.read.mock.calls.length;
    await layer(request());
    await vi.advanceTimersByTimeAsync(0);
    expect(shared.read.mock.calls.length).toBe(reads + 1);
  });

  it("RL-05 remember a cooldown when no client is left, as in a program that makes one for each call", async () => {
    vi.useRealTimers();
    const { send, requests } = fakeSend(() => ({ status: 429, headers: { "retry-after": "3600" } }));
    const app = { provider: "spotify", clientId: "short-lived", apiUrl: "https://a.example" };
    const call = async () => {
      await governorFor(app)
        .layer(send)(request())
        .catch(() => undefined);
    };
    for (let client = 0; client < 5; client++) {
      await call();
      // What is held weakly is there until the end of the task at least.
      await new Promise(setImmediate);
      collectGarbage();
    }
    expect(requests).toHaveLength(1);
  });
});
