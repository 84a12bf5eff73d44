import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { redisStore } from "../../src/stores/redis.js";
import { skipsRedis } from "../support/components.js";
import { buildWorker, startWorker } from "../support/worker.js";
import { APP } from "./limits-suite.js";
import { connectForTest, redisForTest } from "./redis-clients.js";
import { type ModelServer, World } from "./redis-window-world.js";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const OTHER = { ...APP, clientId: "decaf" };

async function setUp(server: Partial<ModelServer> = {}) {
  const model = { limit: 10, spanMs: SECOND, saysWhen: true, ...server };
  const redis = await redisForTest();
  const { command } = await connectForTest(redis);
  return { redis, command, model, world: new World(command, model) };
}

describe.skipIf(skipsRedis)("the window in Redis (skipped where there is none)", () => {
  test.each([
    ["ten in a second", 10, SECOND, 40, 20],
    ["ten in a second, with slow answers", 10, SECOND, 700, 20],
    ["twenty in five seconds", 20, 5 * SECOND, 100, 8],
    ["sixteen in thirty seconds", 16, 30 * SECOND, 150, 2],
  ])(
    "RL-20 learns a limit of %s, refused but a few times, and keeps it then",
    async (_name, limit, spanMs, latencyMs, windows) => {
      const { world } = await setUp({ limit, spanMs });
      const processes = [world.process(), world.process(), world.process(), world.process()];
      const total = windows * limit;
      const first = await world.run(processes, total / 4, { latencyMs });
      expect(first).toMatchObject({ done: total });
      // As many as were in flight: ten at the most for a limit of ten.
      expect(first.refused).toBeLessThanOrEqual(4 + Math.sqrt(3 * limit));
      // In the time of the test. A place is free again a span after the answer.
      expect(first.tookMs).toBeLessThan((windows - 1) * (spanMs + latencyMs) * 1.15 + 3 * latencyMs);
      const second = await world.run(processes, total / 4, { latencyMs });
      expect(second).toMatchObject({ done: total, refused: 0 });
    },
  );

  test("RL-08 one refusal holds all processes up, and then one request is sent to try", async () => {
    const { world } = await setUp();
    const [one, other] = [world.process(), world.process()];
    expect((await one.take(APP, 4)).granted).toBe(4);
    await one.settle(APP, { done: 3, limited: 1, retryAfterMs: 10 * SECOND });
    for (const process of [one, other]) {
      const { granted, waitMs } = await process.take(APP, 5);
      expect(granted).toBe(0);
      expect(waitMs).toBeGreaterThanOrEqual(10 * SECOND);
      expect(waitMs).toBeLessThanOrEqual(10.3 * SECOND);
    }
    world.now += 10.3 * SECOND;
    expect((await other.take(APP, 5)).granted).toBe(1);
    expect((await one.take(APP, 5)).granted).toBe(0);
    await other.settle(APP, { done: 1, limited: 0 });
    expect((await one.take(APP, 5)).granted).toBe(2);
  });

  test("RL-08 a later refusal prolongs the pause and never shortens it", async () => {
    const { world } = await setUp();
    const process = world.process();
    await process.take(APP, 4);
    await process.settle(APP, { done: 0, limited: 1, retryAfterMs: 10 * SECOND });
    await process.settle(APP, { done: 0, limited: 1, retryAfterMs: SECOND });
    expect((await process.take(APP, 1)).waitMs).toBeGreaterThanOrEqual(10 * SECOND);
    await process.settle(APP, { done: 0, limited: 1, retryAfterMs: 20 * SECOND });
    expect((await process.take(APP, 1)).waitMs).toBeGreaterThanOrEqual(20 * SECOND);
  });

  test("RL-02 a refusal that says nothing is answered by pauses that double, to thirty seconds", async () => {
    const { world } = await setUp();
    const process = world.process();
    const waits: number[] = [];
    for (let count = 0; count < 8; count++) {
      expect((await process.take(APP, 1)).granted).toBe(1);
      await process.settle(APP, { done: 0, limited: 1 });
      const { waitMs } = await process.take(APP, 1);
      waits.push(waitMs);
      world.now += waitMs;
    }
    for (const [index, waitMs] of waits.entries()) {
      const longest = Math.min(30 * SECOND, SECOND * 2 ** index);
      expect(waitMs).toBeGreaterThanOrEqual(longest / 2);
      expect(waitMs).toBeLessThanOrEqual(longest + 1);
    }
  });

  test("RL-02 a refusal that says to come again at once is believed ever less", async () => {
    const { world } = await setUp();
    const process = world.process();
    let waited = 0;
    for (let count = 0; count < 12; count++) {
      expect((await process.take(APP, 1)).granted).toBe(1);
      await process.settle(APP, { done: 0, limited: 1, retryAfterMs: 0 });
      const { waitMs } = await process.take(APP, 1);
      expect(waitMs).toBeGreaterThanOrEqual(Math.min(30 * SECOND, 250 * 2 ** count));
      waited += waitMs;
      world.now += waitMs;
    }
    expect(waited).toBeGreaterThan(2 * MINUTE);
  });

  test("RL-02 learns from refusals that say nothing, too", async () => {
    const { world } = await setUp({ limit: 30, spanMs: 30 * SECOND, saysWhen: false });
    const processes = [world.process(), world.process()];
    const first = await world.run(processes, 20, { latencyMs: 100 });
    expect(first).toMatchObject({ done: 40 });
    expect(first.refused).toBeLessThan(20);
    expect(await world.run(processes, 30, { latencyMs: 100 })).toMatchObject({ done: 60, refused: 0 });
  });

  test("what a process that died had in flight comes back after 35 s, and not before", async () => {
    const { world } = await setUp();
    const [dead, living] = [world.process(), world.process()];
    expect((await dead.take(APP, 9)).granted).toBe(4);
    for (const _ of [1, 2, 3]) {
      world.now += 11 * SECOND;
      expect((await living.take(APP, 9)).granted).toBe(0);
    }
    world.now += 3 * SECOND;
    expect((await living.take(APP, 9)).granted).toBe(4);
  });

  test("what a living process has in flight is not given away, however long it takes", async () => {
    const { world } = await setUp();
    const [slow, other] = [world.process(), world.process()];
    await slow.take(APP, 4);
    for (const _ of [1, 2, 3]) {
      world.now += 30 * SECOND;
      expect((await slow.take(APP, 1)).granted).toBe(0);
      expect((await other.take(APP, 1)).granted).toBe(0);
    }
    await slow.settle(APP, { done: 1, limited: 0 });
    expect((await other.take(APP, 9)).granted).toBe(2);
  });

  test("a take whose answer is lost is counted once", async () => {
    const { world } = await setUp();
    let isLost = true;
    const process = world.process((command) => async (args) => {
      const answer = await command(args);
      if (args[0] !== "EVAL" || !isLost) return answer;
      isLost = false;
      throw Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
    });
    await expect(process.take(APP, 3)).rejects.toMatchObject({ code: "store-unavailable" });
    expect((await process.take(APP, 3)).granted).toBe(3);
    expect((await world.process().take(APP, 9)).granted).toBe(1);
    await process.settle(APP, { done: 3, limited: 0 });
    // Four and the root of nine may be on their way, and one is.
    expect((await world.process().take(APP, 9)).granted).toBe(6);
  });

  test("what a client sends again by itself is counted once", async () => {
    const { world } = await setUp();
    const process = world.process((command) => async (args) => {
      if (args[0] === "EVAL") await command(args);
      return command(args);
    });
    expect((await process.take(APP, 3)).granted).toBe(3);
    expect((await world.process().take(APP, 9)).granted).toBe(1);
    await process.settle(APP, { done: 3, limited: 0 });
    expect((await world.process().take(APP, 9)).granted).toBe(6);
  });

  test("RL-20 one app's refusals and requests are nothing to another", async () => {
    const { world } = await setUp();
    const process = world.process();
    await process.take(APP, 4);
    await process.settle(APP, { done: 0, limited: 4, retryAfterMs: MINUTE });
    expect((await process.take(OTHER, 9)).granted).toBe(4);
    expect((await process.take({ ...APP, provider: "127.0.0.1:4000" }, 9)).granted).toBe(4);
    expect((await process.take(APP, 9)).granted).toBe(0);
  });

  test("begins anew, without an error, where Redis lost all or holds nonsense", async () => {
    const { world, command } = await setUp();
    const processes = [world.process(), world.process()];
    let isLost = false;
    const outcome = await world.run(processes, 50, {
      between: async (done) => {
        if (isLost || done < 50) return;
        isLost = true;
        await command(["FLUSHALL"]);
      },
    });
    expect(outcome.done).toBe(100);
    expect(isLost).toBe(true);
    expect(outcome.refused).toBeLessThanOrEqual(20);
    for (const nonsense of ["", "null", "[]", "{}", "7", '{"ramp":', "\0"]) {
      await command(["SET", "stagedoor:{spotify:decaf}:window", nonsense]);
      expect((await world.process().take(OTHER, 2)).granted).toBe(2);
    }
  });

  test("CL-02 a clock of the server that is set back, or far ahead, holds nobody up", async () => {
    const { world } = await setUp();
    const processes = [world.process(), world.process()];
    await world.run(processes, 20);
    for (const step of [-3600 * SECOND, 7200 * SECOND, -10 * SECOND]) {
      world.redisAheadMs += step;
      const outcome = await world.run(processes, 20);
      expect(outcome).toMatchObject({ done: 40 });
      // After a leap ahead all places seem to be free.
      expect(outcome.refused).toBeLessThanOrEqual(12);
      expect(outcome.tookMs).toBeLessThan(10 * SECOND);
    }
  });

  test("tries one more after two minutes, keeps what is borne, and asks ever more seldom where it is not", async () => {
    const { world, model, command } = await setUp({ spanMs: 10 * SECOND });
    const process = world.process();
    await world.run([process], 40);
    const limit = async () =>
      JSON.parse(String(await command(["GET", "stagedoor:{spotify:c0ffee}:window"]))).limit;
    expect(await limit()).toBe(10);
    const refused = async (minutes: number) => {
      const before = world.refusals;
      for (const end = world.now + minutes * MINUTE; world.now < end; ) await world.run([process], 30);
      return world.refusals - before;
    };
    // One try after two minutes, one after four more, one after eight more: each costs a refusal.
    expect(await refused(17)).toBe(3);
    expect(await limit()).toBe(10);
    model.limit = 12;
    await refused(40);
    expect(await limit()).toBeGreaterThanOrEqual(11);
  });

  test("finds its way back within half an hour from a limit that is far too low", async () => {
    const { world, model, command } = await setUp({ limit: 1, spanMs: 10 * SECOND });
    const process = world.process();
    await world.run([process], 3);
    model.limit = 100;
    for (const end = world.now + 30 * MINUTE; world.now < end; ) await world.run([process], 10);
    const state = JSON.parse(String(await command(["GET", "stagedoor:{spotify:c0ffee}:window"])));
    expect(state.limit).toBeGreaterThan(50);
  });

  test("cuts a limit that no longer holds by a fifth, or to what was let through", async () => {
    const { world, model } = await setUp({ limit: 20 });
    const processes = [world.process(), world.process()];
    await world.run(processes, 50);
    model.limit = 10;
    const cut = await world.run(processes, 50);
    expect(cut.refused).toBeLessThan(25);
    expect((await world.run(processes, 50)).refused).toBe(0);
  });

  test("takes a few kilobytes for a while, whatever goes through it", async () => {
    const { world, command } = await setUp({ limit: 100_000 });
    const process = world.process();
    await world.run([process], 500, { latencyMs: 1 });
    const names = {
      window: "stagedoor:{spotify:c0ffee}:window",
      sent: "stagedoor:{spotify:c0ffee}:window:sent",
    };
    expect(Number(await command(["STRLEN", names.window]))).toBeLessThan(1000);
    await command(["RPUSH", names.sent, ...Array.from({ length: 5000 }, () => `${world.now} 1`)]);
    await process.take(APP, 1);
    expect(await command(["LLEN", names.sent])).toBe(4096);
    world.now += MINUTE;
    for (let count = 0; count < 5; count++) await process.take(APP, 1);
    expect(Number(await command(["LLEN", names.sent]))).toBeLessThan(4096);
    for (const name of Object.values(names)) {
      const left = Number(await command(["PTTL", name]));
      expect(left).toBeGreaterThan(4 * MINUTE);
      expect(left).toBeLessThanOrEqual(5 * MINUTE);
    }
  });

  test("asks for nothing where nothing is wanted, and refuses an app without a name", async () => {
    const { world, command } = await setUp();
    const process = world.process();
    expect(await process.take(APP, 0)).toEqual({ granted: 0, waitMs: 0 });
    expect(await process.take(APP, Number.NaN)).toEqual({ granted: 0, waitMs: 0 });
    await process.settle(APP, { done: 0, limited: 0 });
    expect(await command(["DBSIZE"])).toBe(0);
    await expect(process.take({ ...APP, clientId: "" }, 1)).rejects.toMatchObject({
      code: "argument-invalid",
    });
  });

  test("a Redis that is restarted in mid-run costs nobody a call", async () => {
    const redis = await redisForTest();
    const { command } = await connectForTest(redis);
    const window = redisStore({ command }).limits?.window;
    if (window === undefined) throw new Error("It has none.");
    let done = 0;
    const call = async () => {
      for (;;) {
        // What a caller does while there is no window: it tries again.
        const { granted, waitMs } = await window.take(APP, 1).catch(() => ({ granted: 0, waitMs: 20 }));
        if (granted === 1) break;
        await new Promise((resolve) => setTimeout(resolve, Math.max(1, waitMs)));
      }
      done += 1;
      if (done === 20) await redis.restart();
      await window.settle(APP, { done: 1, limited: 0 });
    };
    await Promise.all(Array.from({ length: 40 }, call));
    expect(done).toBe(40);
    expect((await window.take(APP, 99)).granted).toBeGreaterThanOrEqual(4);
  });

  test("RL-20 four real processes are refused ten times at the most, all get through, and then none is refused", async () => {
    const redis = await redisForTest();
    const { command } = await connectForTest(redis);
    const gate = await startGate(10, SECOND);
    const worker = buildWorker(new URL("redis-window-worker.ts", import.meta.url));
    const workers = [1, 2, 3, 4].map(() =>
      startWorker(worker, { args: [String(redis.port), gate.url, "6"] }),
    );
    for (const { nextLine } of workers) expect(await nextLine()).toBe("ready");
    for (const { send } of workers) send("go");
    for (const { nextLine } of workers) expect(await nextLine()).toBe("6 done");
    expect(gate.refused()).toBeLessThanOrEqual(10);
    const before = gate.refused();
    for (const { send } of workers) send("go");
    for (const { result } of workers) expect(await result).toMatchObject({ code: 0, stderr: "" });
    expect(gate.refused()).toBe(before);
    expect(gate.passed()).toBe(48);
    expect(Number(await command(["EXISTS", "stagedoor:{spotify:c0ffee}:window"]))).toBe(1);
  });
});

/** A server that lets through so many requests in any so many milliseconds. */
async function startGate(limit: number, spanMs: number) {
  let accepted: number[] = [];
  let [passed, refused] = [0, 0];
  const server = createServer((_request, response) => {
    const now = performance.now();
    accepted = accepted.filter((at) => at > now - spanMs);
    if (accepted.length < limit) {
      accepted.push(now);
      passed += 1;
      response.end();
      return;
    }
    refused += 1;
    const seconds = Math.ceil(((accepted[0] ?? now) + spanMs - now) / 1000);
    response.writeHead(429, { "Retry-After": String(seconds) }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, passed: () => passed, refused: () => refused };
}

test("a window whose client was closed asks once, so that nobody waits for its end", async () => {
  const sent: string[] = [];
  const { limits } = redisStore({
    command: async ([name = ""]) => {
      if (name.startsWith("EVAL")) sent.push(name);
      throw new Error("Connection is closed.");
    },
  });
  await expect(limits?.window?.take(APP, 1)).rejects.toMatchObject({ code: "store-unavailable" });
  expect(sent).toEqual(["EVALSHA"]);
  await expect(limits?.window?.settle(APP, { done: 1, limited: 0 })).rejects.toMatchObject({
    code: "store-unavailable",
  });
  expect(sent).toEqual(["EVALSHA", "EVALSHA"]);
});
