import { Redis } from "ioredis";
import { describe, expect, onTestFinished, test } from "vitest";
import { TOKEN_DEADLINE_MS } from "../../src/oauth/app.js";
import { REDIS_LEASE_MS, redisStore } from "../../src/stores/redis.js";
import type { HeldLock } from "../../src/token/store.js";
import { skipsFaketime, skipsRedis } from "../support/components.js";
import type { RedisServer } from "../support/redis-server.js";
import { startSentinelSet } from "../support/redis-server.js";
import { buildWorker, startWorker } from "../support/worker.js";
import { connectForTest, overIoredis, redisForTest } from "./redis-clients.js";
import { KEY, sampleToken } from "./sample.js";
import { put, textOf } from "./store-under-test.js";

const LEASE_MS = 400;

async function storeOf(server: RedisServer, leaseMs = LEASE_MS) {
  const { command } = await connectForTest(server);
  return redisStore({ command, leaseMs });
}

/** A process that holds the lock until it is told to write. */
async function startHolder(server: RedisServer, options: { lease?: number; under?: readonly string[] } = {}) {
  const worker = buildWorker(new URL("redis-worker.ts", import.meta.url));
  const args = ["refresh", String(server.port), String(options.lease ?? LEASE_MS)];
  const holder = startWorker(worker, { args, under: options.under ?? [] });
  expect(await holder.nextLine()).toBe("held");
  return {
    child: holder.child,
    async write(): Promise<unknown> {
      holder.send("write");
      return JSON.parse(await holder.nextLine());
    },
  };
}

test("LO-01 the lease outlasts a token request by five seconds", () => {
  expect(REDIS_LEASE_MS).toBe(TOKEN_DEADLINE_MS + 5000);
});

describe.skipIf(skipsRedis)("the lock in Redis", () => {
  test("LO-01 passes on after its holder was killed", async ({ annotate }) => {
    const server = await redisForTest();
    const store = await storeOf(server);
    const holder = await startHolder(server);
    const killed = performance.now();
    holder.child.kill("SIGKILL");
    expect(await store.withLock(KEY, async () => "next")).toBe("next");
    await annotate(`${(performance.now() - killed).toFixed(0)} ms after kill -9, lease ${LEASE_MS} ms`);
  });

  test("LO-01 is not given away while its holder lives, however long its lease has been over", async () => {
    const server = await redisForTest();
    const lease = 3000;
    const store = await storeOf(server, lease);
    const holder = await startHolder(server, { lease });
    const waiting = store.withLock(KEY, async () => "taken", AbortSignal.timeout(1.5 * lease));
    await expect(waiting).rejects.toMatchObject({ code: "timeout" });
    expect(await holder.write()).toMatchObject({ answer: { isHeld: true, written: expect.any(Number) } });
  });

  test("LO-02 LO-07 a holder that was stopped for longer than its lease is refused its write", async () => {
    const server = await redisForTest();
    const store = await storeOf(server);
    await put(store, KEY, "1");
    const holder = await startHolder(server);
    holder.child.kill("SIGSTOP");
    await store.withLock(KEY, () => put(store, KEY, "2"));
    holder.child.kill("SIGCONT");
    expect(await holder.write()).toEqual({ answer: { isHeld: false, written: null } });
    expect(await textOf(store, KEY)).toBe("2");
  });

  test("LO-07 a holder learns that the lock went with a restart of the server", async () => {
    const server = await redisForTest();
    const store = await storeOf(server);
    const other = await storeOf(server);
    await store.withLock(KEY, async (lock) => {
      await server.restart();
      await other.withLock(KEY, () => put(other, KEY, "other"));
      await becomesLost(lock);
      expect(await store.compareAndSwap(KEY, 0, sampleToken("mine"))).toBeNull();
    });
    expect(await textOf(store, KEY)).toBe("other");
  });

  test("leaves nothing behind, and nothing of somebody else's is given back", async () => {
    const server = await redisForTest();
    const store = await storeOf(server);
    const { command } = await connectForTest(server);
    await store.withLock(KEY, async () => {
      expect(await command(["KEYS", "*"])).toEqual(["stagedoor:{spotify:c0ffee:default}:lock"]);
      await command(["SET", "stagedoor:{spotify:c0ffee:default}:lock", "somebody else"]);
    });
    expect(await command(["GET", "stagedoor:{spotify:c0ffee:default}:lock"])).toBe("somebody else");
  });

  test("says that it cannot be had where Redis takes no writes, and the action does not run", async () => {
    const server = await redisForTest({ args: ["--min-replicas-to-write", "1"] });
    const { command } = await connectForTest(server);
    const store = redisStore({ command, timeoutMs: 1000 });
    let ran = false;
    const locking = store.withLock(KEY, async () => {
      ran = true;
    });
    await expect(locking).rejects.toMatchObject({ code: "store-lock-unavailable" });
    expect(ran).toBe(false);
  });
});

describe.skipIf(skipsRedis || skipsFaketime)("with clocks that differ", () => {
  test("CL-04 the lease is counted by the server's clock, not by that of its holder or of who waits", async () => {
    const server = await redisForTest();
    const store = await storeOf(server, 20_000);
    const { command } = await connectForTest(server);
    for (const skew of ["+10m", "-10m"]) {
      const holder = await startHolder(server, { lease: 20_000, under: ["faketime", "-f", skew] });
      const left = Number(await command(["PTTL", "stagedoor:{spotify:c0ffee:default}:lock"]));
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThanOrEqual(20_000);
      const waiting = store.withLock(KEY, async () => "taken", AbortSignal.timeout(300));
      await expect(waiting).rejects.toMatchObject({ code: "timeout" });
      expect(await holder.write()).toMatchObject({ answer: { isHeld: true, written: expect.any(Number) } });
      expect(await textOf(store, KEY)).toBe("worker");
    }
  });
});

describe.skipIf(skipsRedis)("in a failover", () => {
  /** A store whose client finds the primary by way of a sentinel. */
  async function storeOfSentinel(port: number, name: string) {
    const redis = new Redis({
      sentinels: [{ host: "127.0.0.1", port }],
      name,
      sentinelRetryStrategy: () => 50,
      retryStrategy: () => 50,
    });
    const { command, close } = await overIoredis(redis);
    onTestFinished(close);
    return redisStore({ command, leaseMs: 1500, timeoutMs: 20_000 });
  }

  test("LO-08 the lock and the write that only the dead primary had are lost, and the token stays consistent", {
    timeout: 60_000,
  }, async () => {
    const set = await startSentinelSet();
    onTestFinished(() => set.stop());
    const [sentinel] = set.sentinels;
    const [replica] = set.replicas;
    if (sentinel === undefined || replica === undefined) throw new Error("Something was not started.");
    const [one, other] = await Promise.all([
      storeOfSentinel(sentinel.port, set.name),
      storeOfSentinel(sentinel.port, set.name),
    ]);
    const first = await put(one, KEY, "1");
    const { command: ask } = await connectForTest(replica);
    await untilEqual(async () => (await textOfReplica(ask)) ?? "", String(first));

    // From here on the replica gets nothing: the lock is granted by a primary that then dies.
    await cutOff(set.primary, replica);
    await one.withLock(KEY, async (lock) => {
      await set.primary.kill("SIGKILL");
      await replica.kill("SIGCONT");
      await sentinel.logged(/\+switch-master/);
      // The new primary knows of no lock: the other may go in beside us.
      await other.withLock(KEY, () => put(other, KEY, "other"));
      await becomesLost(lock);
      expect(await one.compareAndSwap(KEY, first, sampleToken("mine"))).toBeNull();
    });
    expect(await textOf(one, KEY)).toBe("other");
    expect(await textOf(other, KEY)).toBe("other");
  });

  test("LO-08 ST-08 a generation that a failover lost never comes back, so that its writer overwrites nothing", {
    timeout: 60_000,
  }, async () => {
    const set = await startSentinelSet();
    onTestFinished(() => set.stop());
    const [sentinel] = set.sentinels;
    const [replica] = set.replicas;
    if (sentinel === undefined || replica === undefined) throw new Error("Something was not started.");
    const [one, other] = await Promise.all([
      storeOfSentinel(sentinel.port, set.name),
      storeOfSentinel(sentinel.port, set.name),
    ]);
    const first = await put(one, KEY, "1");
    const { command: ask } = await connectForTest(replica);
    await untilEqual(async () => (await textOfReplica(ask)) ?? "", String(first));
    await cutOff(set.primary, replica);
    const lost = await put(one, KEY, "lost");
    await set.primary.kill("SIGKILL");
    await replica.kill("SIGCONT");
    await sentinel.logged(/\+switch-master/);
    expect(await textOf(other, KEY)).toBe("1");
    const next = await put(other, KEY, "2");
    expect(next).not.toBe(lost);
    expect(await one.compareAndSwap(KEY, lost, sampleToken("3"))).toBeNull();
    expect(await textOf(one, KEY)).toBe("2");
  });

  test("LO-08 ST-08 an orderly change of the primary fails nobody's read or write", {
    timeout: 60_000,
  }, async () => {
    const set = await startSentinelSet();
    onTestFinished(() => set.stop());
    const [sentinel] = set.sentinels;
    if (sentinel === undefined) throw new Error("Something was not started.");
    const store = await storeOfSentinel(sentinel.port, set.name);
    const { command: ask } = await connectForTest(sentinel);
    await put(store, KEY, "0");
    // Until the sentinel has heard from the replica itself it knows of none to promote.
    const begin = () => ask(["SENTINEL", "FAILOVER", set.name]).then(String, () => "not yet");
    await untilEqual(begin, "OK");
    const switched = sentinel.logged(/\+switch-master/);
    let isOver = false;
    void switched.then(() => {
      isOver = true;
    });
    let count = 0;
    while (!isOver) {
      count += 1;
      await put(store, KEY, String(count));
    }
    await switched;
    await put(store, KEY, "after");
    expect(await textOf(store, KEY)).toBe("after");
  });
});

/** Stops a replica, and drops its link: what is in a link when its primary dies still arrives. */
async function cutOff(primary: RedisServer, replica: RedisServer): Promise<void> {
  const { command } = await connectForTest(primary);
  await replica.kill("SIGSTOP");
  await command(["CLIENT", "KILL", "TYPE", "replica"]);
}

/** The generation that a replica has. */
async function textOfReplica(
  ask: (args: readonly string[]) => Promise<unknown>,
): Promise<string | undefined> {
  const generation = await ask(["HGET", "stagedoor:{spotify:c0ffee:default}", "generation"]);
  return generation === null ? undefined : String(generation);
}

async function untilEqual(ask: () => Promise<string>, wanted: string): Promise<void> {
  while ((await ask()) !== wanted) await new Promise((resolve) => setTimeout(resolve, 10));
}

async function becomesLost(lock: HeldLock): Promise<void> {
  while (lock.isHeld()) await new Promise((resolve) => setTimeout(resolve, 10));
}
