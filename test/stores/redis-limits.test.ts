import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { redisStore } from "../../src/stores/redis.js";
import { skipsRedis } from "../support/components.js";
import type { RedisServer } from "../support/redis-server.js";
import { startRedis } from "../support/redis-server.js";
import { buildWorker, startWorker } from "../support/worker.js";
import { APP, limitsSuite, rate, rounded, told } from "./limits-suite.js";
import { CLIENTS, connectForTest, redisForTest } from "./redis-clients.js";

const HOUR = 3_600_000;

describe.skipIf(skipsRedis)("limits in Redis (skipped where there is none)", () => {
  let server: RedisServer;
  let count = 0;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server?.stop());

  for (const [name, connect] of Object.entries(CLIENTS)) {
    limitsSuite(`Redis over ${name}`, async () => {
      const [one, other] = await Promise.all([connect(server.port), connect(server.port)]);
      const prefix = count++ % 2 === 0 ? `stagedoor-${count}:` : `*{t${count}}[a]\r\nFLUSHALL\r\n?`;
      return {
        limits: redisStore({ command: one.command, prefix }).limits,
        sibling: redisStore({ command: other.command, prefix }).limits,
        close: async () => {
          await Promise.all([one.close(), other.close()]);
        },
      };
    });
  }

  async function setUp() {
    const own = await redisForTest();
    const { command } = await connectForTest(own);
    const store = redisStore({ command, timeoutMs: 1000 });
    if (store.limits === undefined) throw new Error("It has none.");
    return { server: own, command, store, limits: store.limits };
  }

  test("are one hash an app, which ends with the last of them, and no token", async () => {
    const { command, store, limits } = await setUp();
    await limits.note(APP, rate(HOUR));
    await limits.note(APP, rate(2 * HOUR, "/v1/me"));
    await limits.note(APP, rate(HOUR / 2, "/v1/search"));
    expect(await command(["KEYS", "*"])).toEqual(["stagedoor:{spotify:c0ffee}:limits"]);
    const left = Number(await command(["PTTL", "stagedoor:{spotify:c0ffee}:limits"]));
    expect(Math.round(left / HOUR)).toBe(2);
    expect(await store.list()).toEqual([]);
  });

  test("CL-04 end when they should, however wrong the clock of a machine is", async () => {
    const { command, limits } = await setUp();
    await limits.note(APP, rate(HOUR));
    const now = Date.now;
    try {
      Date.now = () => now() + 10 * HOUR;
      expect(await told(limits)).toEqual(await rounded([rate(HOUR)]));
      await limits.note(APP, rate(2 * HOUR));
    } finally {
      Date.now = now;
    }
    expect(await told(limits)).toEqual(await rounded([rate(2 * HOUR)]));
    expect(await command(["HLEN", "stagedoor:{spotify:c0ffee}:limits"])).toBe(1);
  });

  test("that somebody else wrote under their name are passed over", async () => {
    const { command, limits } = await setUp();
    await command([
      "HSET",
      "stagedoor:{spotify:c0ffee}:limits",
      "x",
      "y",
      '["mood"]',
      "9e15",
      '["rate"]',
      "z",
    ]);
    expect(await limits.read(APP)).toEqual([]);
    await limits.note(APP, rate(HOUR));
    expect(await told(limits)).toEqual(await rounded([rate(HOUR)]));
  });

  test("fail with the next step and without the address where the server is gone", async () => {
    const { server: own, limits } = await setUp();
    await own.kill("SIGKILL");
    const asks = [
      () => limits.read(APP),
      () => limits.note(APP, rate(HOUR)),
      () => limits.window?.take(APP, 1),
    ];
    for (const ask of asks) {
      const error: unknown = await Promise.resolve(ask()).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: "store-unavailable", hint: expect.stringContaining("redis-cli") });
      expect(String(error)).toContain("Spotify's limits could not be");
      expect(String(error)).not.toContain(String(own.port));
    }
  });

  test("RL-05 processes that note at the same moment lose nothing", async () => {
    const { server: own, limits } = await setUp();
    const worker = buildWorker(new URL("limits-worker.ts", import.meta.url));
    const names = ["a", "b", "c"];
    const workers = names.map((name) =>
      startWorker(worker, { args: ["redis", String(own.port), name, "20"] }),
    );
    for (const { nextLine } of workers) expect(await nextLine()).toBe("ready");
    for (const { send } of workers) send("go");
    for (const { result } of workers) expect(await result).toMatchObject({ code: 0, stderr: "" });
    const expected = names.flatMap((name) =>
      Array.from({ length: 20 }, (_, index) => rate(HOUR, `/v1/${name}/${index}`)),
    );
    expect(await told(limits)).toEqual(await rounded(expected));
  });
});
