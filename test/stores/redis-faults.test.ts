import { Cluster } from "ioredis";
import { describe, expect, onTestFinished, test } from "vitest";
import { redisStore } from "../../src/stores/redis.js";
import type { RedisCommand } from "../../src/stores/redis-connection.js";
import { skipsRedis } from "../support/components.js";
import { everythingShown } from "../support/everything.js";
import type { RedisServer } from "../support/redis-server.js";
import { CLIENTS, connectForTest, redisForTest } from "./redis-clients.js";
import { KEY, sampleToken } from "./sample.js";
import { put, textOf } from "./store-under-test.js";

/** Long enough for an answer of a busy machine, short enough to wait for. */
const HASTY_MS = 1000;
const CLIENT_NAMES = Object.keys(CLIENTS);

/** A store with time, and a hasty one beside it for what is going to fail. */
async function storeOf(server: RedisServer, name = "ioredis", hastyMs = HASTY_MS) {
  const { command } = await connectForTest(server, name);
  return {
    command,
    store: redisStore({ command, timeoutMs: 20_000 }),
    hasty: redisStore({ command, timeoutMs: hastyMs }),
  };
}

/** Lets the script that writes do its work, and loses the answer, as a connection does that breaks then. */
function losing(command: RedisCommand, meanwhile: () => Promise<unknown> = async () => undefined) {
  const lost = { count: 0, times: 1, arrives: true };
  const wrapped: RedisCommand = async (args) => {
    const isWrite = args[0]?.startsWith("EVAL") && args.some((arg) => arg.includes("CANARY-AT-"));
    if (!isWrite || lost.count >= lost.times) return command(args);
    if (lost.arrives) {
      const answer = await command(args).catch((error: unknown) => error);
      // A script that the server does not know yet was not run.
      if (answer instanceof Error) throw answer;
    }
    lost.count += 1;
    await meanwhile();
    throw new Error("Connection is closed.");
  };
  return { command: wrapped, lost };
}

describe.skipIf(skipsRedis)("a write whose answer is lost", () => {
  test("is found to have happened, and happened once", async () => {
    const server = await redisForTest();
    const { command, store } = await storeOf(server);
    const first = await put(store, KEY, "1");
    const { lost, command: lossy } = losing(command);
    const written = await redisStore({ command: lossy }).compareAndSwap(KEY, first, sampleToken("2"));
    expect(lost.count).toBe(1);
    expect(await store.read(KEY)).toMatchObject({ generation: written });
    expect(await textOf(store, KEY)).toBe("2");
  });

  test("is not called refused when somebody has written over it since", async () => {
    const server = await redisForTest();
    const { command, store } = await storeOf(server);
    const first = await put(store, KEY, "1");
    const { command: lossy } = losing(command, () => put(store, KEY, "3"));
    const written = await redisStore({ command: lossy }).compareAndSwap(KEY, first, sampleToken("2"));
    expect(written).toBeGreaterThan(first);
    expect(await textOf(store, KEY)).toBe("3");
  });

  test("is not called refused when what was written has been removed since", async () => {
    const server = await redisForTest();
    const { command, store } = await storeOf(server);
    const { command: lossy } = losing(command, async () => {
      const generation = (await store.read(KEY))?.generation;
      expect(await store.compareAndSwap(KEY, generation ?? 0, null)).toBe(0);
    });
    expect(await redisStore({ command: lossy }).compareAndSwap(KEY, 0, sampleToken("1"))).toBeGreaterThan(0);
    expect(await store.read(KEY)).toBeNull();
  });

  test("is refused when it never arrived and somebody else was faster", async () => {
    const server = await redisForTest();
    const { command, store } = await storeOf(server);
    const first = await put(store, KEY, "1");
    const { command: lossy, lost } = losing(command, () => put(store, KEY, "3"));
    lost.arrives = false;
    expect(await redisStore({ command: lossy }).compareAndSwap(KEY, first, sampleToken("2"))).toBeNull();
    expect(await textOf(store, KEY)).toBe("3");
  });

  test("is said to be unknown when no answer is to be had", async () => {
    const server = await redisForTest();
    const { command } = await storeOf(server);
    const { command: lossy, lost } = losing(command);
    lost.times = Number.POSITIVE_INFINITY;
    const writing = redisStore({ command: lossy, timeoutMs: 100 }).compareAndSwap(KEY, 0, sampleToken("2"));
    await expect(writing).rejects.toMatchObject({
      code: "store-unwritable",
      message: expect.stringContaining("not known"),
    });
  });
});

describe.skipIf(skipsRedis)("ST-08 a server that cannot do it", () => {
  test.each(CLIENT_NAMES)("is waited for while it loads its data (%s)", async (name) => {
    const server = await redisForTest();
    const { command, store } = await storeOf(server, name);
    await put(store, KEY, "1");
    for (let count = 0; count < 300; count++) await command(["SET", `other-${count}`, "x".repeat(100)]);
    await command(["SAVE"]);
    // Slow enough to be met while loading; it answers in between.
    const slowly = ["--key-load-delay", "5000", "--loading-process-events-interval-bytes", "1024"];
    const restarted = server.restart(slowly);
    const said: string[] = [];
    const watched: RedisCommand = (args) =>
      command(args).catch((error: unknown) => {
        said.push(error instanceof Error ? error.message : "");
        throw error;
      });
    const reading = redisStore({ command: watched, timeoutMs: 20_000 });
    expect(await textOf(reading, KEY)).toBe("1");
    if (name === "ioredis with bytes") expect(said.join()).toContain("LOADING");
    await restarted;
  });

  test("is tried again while a replica becomes the primary", async () => {
    const server = await redisForTest();
    const { store, command } = await storeOf(server);
    const first = await put(store, KEY, "1");
    await command(["REPLICAOF", "127.0.0.1", "1"]);
    let refused = 0;
    const watched: RedisCommand = async (args) => {
      try {
        return await command(args);
      } catch (error) {
        if (String(error).includes("READONLY") && ++refused === 2) await command(["REPLICAOF", "NO", "ONE"]);
        throw error;
      }
    };
    const writing = redisStore({ command: watched, timeoutMs: 20_000 });
    expect(await writing.compareAndSwap(KEY, first, sampleToken("2"))).toBeGreaterThan(first);
    expect(refused).toBeGreaterThanOrEqual(2);
  });

  test.each(CLIENT_NAMES)("is named when it is a replica and stays one (%s)", async (name) => {
    const server = await redisForTest();
    const { store, hasty, command } = await storeOf(server, name);
    const first = await put(store, KEY, "1");
    await command(["REPLICAOF", "127.0.0.1", "1"]);
    expect(await textOf(store, KEY)).toBe("1");
    await expect(hasty.compareAndSwap(KEY, first, sampleToken("2"))).rejects.toMatchObject({
      code: "store-unwritable",
      message: expect.stringContaining("replica"),
      hint: expect.stringContaining("primary"),
    });
  });

  test.each(CLIENT_NAMES)("is named when it asks for a password (%s)", async (name) => {
    const server = await redisForTest();
    const { store, hasty, command } = await storeOf(server, name);
    await put(store, KEY, "1");
    await command(["CONFIG", "SET", "requirepass", "CANARY-SEC-1"]);
    await command(["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "no"]).catch(() => undefined);
    const error: unknown = await hasty.read(KEY).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "store-unavailable" });
    expect(everythingShown(error)).not.toContain("CANARY");
  });

  test.each(CLIENT_NAMES)("is named when it permits too little (%s)", async (name) => {
    const server = await redisForTest();
    const { store, command } = await storeOf(server, name);
    await put(store, KEY, "1");
    await command(["ACL", "SETUSER", "default", "-hset"]);
    const error: unknown = await put(store, KEY, "2").catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: "store-unavailable",
      hint: expect.stringContaining("ACL SETUSER"),
    });
    expect(everythingShown(error)).not.toContain("CANARY");
  });

  test.each(CLIENT_NAMES)("is named when its memory is full (%s)", async (name) => {
    const server = await redisForTest();
    const { store, command } = await storeOf(server, name);
    const first = await put(store, KEY, "1");
    await command(["CONFIG", "SET", "maxmemory", "1"]);
    const error: unknown = await store
      .compareAndSwap(KEY, first, sampleToken("2"))
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "store-unwritable", hint: expect.stringContaining("maxmemory") });
    expect(everythingShown(error)).not.toContain("CANARY");
    await command(["CONFIG", "SET", "maxmemory", "0"]);
    expect(await store.compareAndSwap(KEY, first, sampleToken("2"))).toBeGreaterThan(first);
  });

  test("is named when it has too few replicas, when its primary is gone, and when its cluster is down", async () => {
    const lonely = await storeOf(await redisForTest({ args: ["--min-replicas-to-write", "1"] }));
    await expect(put(lonely.hasty, KEY, "1")).rejects.toMatchObject({ code: "store-unwritable" });
    const orphan = ["--replicaof", "127.0.0.1 1", "--replica-serve-stale-data", "no"];
    const stale = await storeOf(await redisForTest({ args: orphan }), "redis with RESP2");
    await expect(stale.hasty.read(KEY)).rejects.toMatchObject({
      code: "store-unavailable",
      message: expect.stringContaining("lost its primary"),
    });
    const down = await storeOf(await redisForTest({ args: ["--cluster-enabled", "yes"] }));
    await expect(down.hasty.read(KEY)).rejects.toMatchObject({
      code: "store-unavailable",
      message: expect.stringContaining("Cluster is down"),
    });
  });

  test("is named when other data is in the way, and that data stays", async () => {
    const { store, command } = await storeOf(await redisForTest());
    await command(["SET", "stagedoor:{spotify:c0ffee:default}", "other data"]);
    await expect(store.read(KEY)).rejects.toMatchObject({ code: "store-corrupt" });
    await expect(store.compareAndSwap(KEY, 0, sampleToken())).rejects.toMatchObject({
      code: "store-corrupt",
    });
    expect(await command(["GET", "stagedoor:{spotify:c0ffee:default}"])).toBe("other data");
  });
});

describe.skipIf(skipsRedis)("ST-08 a cluster", () => {
  async function twoNodes() {
    const nodes = await Promise.all([0, 1].map(() => redisForTest({ args: ["--cluster-enabled", "yes"] })));
    const [one, other] = await Promise.all(nodes.map((node) => connectForTest(node)));
    const [first, second] = nodes;
    if (one === undefined || other === undefined || first === undefined || second === undefined) {
      throw new Error("Something was not started.");
    }
    await one.command(["CLUSTER", "ADDSLOTSRANGE", "0", "8191"]);
    await other.command(["CLUSTER", "ADDSLOTSRANGE", "8192", "16383"]);
    await one.command(["CLUSTER", "MEET", "127.0.0.1", String(second.port)]);
    await Promise.all(nodes.map((node) => node.logged(/Cluster state changed: ok/)));
    return { nodes: [first, second] as const, commands: [one.command, other.command] as const };
  }

  test("is used as any other server by a client that knows clusters, also while a key moves", async () => {
    const { nodes, commands } = await twoNodes();
    const cluster = new Cluster([{ host: "127.0.0.1", port: nodes[0].port }]);
    onTestFinished(() => cluster.disconnect());
    const store = redisStore({ command: ([name = "", ...rest]) => cluster.call(name, ...rest) });
    const keys = Array.from({ length: 20 }, (_, index) => ({ ...KEY, profile: `p${index}` }));
    for (const key of keys) await store.withLock(key, () => put(store, key, "1"));
    expect((await store.list()).map(({ profile }) => profile).sort()).toEqual(
      keys.map(({ profile }) => profile).sort(),
    );
    // One that is on its way: the old node says ASK.
    const name = "stagedoor:{spotify:c0ffee:p0}";
    const slot = Number(await commands[0](["CLUSTER", "KEYSLOT", name]));
    const [from, to] = slot < 8192 ? ([0, 1] as const) : ([1, 0] as const);
    const fromId = String(await commands[from](["CLUSTER", "MYID"]));
    const toId = String(await commands[to](["CLUSTER", "MYID"]));
    await commands[to](["CLUSTER", "SETSLOT", String(slot), "IMPORTING", fromId]);
    await commands[from](["CLUSTER", "SETSLOT", String(slot), "MIGRATING", toId]);
    await commands[from](["MIGRATE", "127.0.0.1", String(nodes[to].port), name, "0", "5000"]);
    const [moving] = keys;
    if (moving === undefined) throw new Error("There is no key.");
    await store.withLock(moving, () => put(store, moving, "2"));
    expect(await textOf(store, moving)).toBe("2");
  });

  test("is named to a client that does not know clusters", async () => {
    const { nodes } = await twoNodes();
    const outcomes = await Promise.all(
      nodes.map(async (node) => {
        const { hasty } = await storeOf(node);
        return hasty.read(KEY).catch((error: unknown) => error);
      }),
    );
    const [error] = outcomes.filter((outcome) => outcome !== null);
    expect(error).toMatchObject({ code: "store-unavailable", hint: expect.stringContaining("Cluster") });
  });
});

describe.skipIf(skipsRedis)("ST-10 a server that does not answer", () => {
  test.each(CLIENT_NAMES)(
    "is given up after the time that was set, and used again when it wakes (%s)",
    async (name) => {
      const server = await redisForTest();
      const { store, hasty } = await storeOf(server, name, 150);
      const first = await put(store, KEY, "1");
      await server.kill("SIGSTOP");
      const unavailable = { code: "store-unavailable", hint: expect.stringContaining("redis-cli PING") };
      await expect(hasty.read(KEY)).rejects.toMatchObject(unavailable);
      await expect(hasty.withLock(KEY, async () => undefined)).rejects.toMatchObject(unavailable);
      await expect(hasty.compareAndSwap(KEY, first, sampleToken("2"))).rejects.toMatchObject(unavailable);
      await server.kill("SIGCONT");
      await eventually(() => put(store, KEY, "3"));
      expect(await textOf(store, KEY)).toBe("3");
    },
  );

  test("carries a write out late that it was asked for, unless somebody was faster", async () => {
    const server = await redisForTest();
    const { command, store } = await storeOf(server);
    const first = await put(store, KEY, "1");
    let hang = true;
    const hanging: RedisCommand = async (args) => {
      if (hang && args.some((arg) => arg.includes("CANARY-AT-late"))) await server.kill("SIGSTOP");
      return command(args);
    };
    const writing = redisStore({ command: hanging, timeoutMs: HASTY_MS });
    await expect(writing.compareAndSwap(KEY, first, sampleToken("late"))).rejects.toMatchObject({
      message: expect.stringContaining("not known"),
    });
    hang = false;
    await server.kill("SIGCONT");
    const found = await eventually(() => store.read(KEY));
    expect(found?.generation).toBeGreaterThan(first);
    expect(await textOf(store, KEY)).toBe("late");
    expect(await store.compareAndSwap(KEY, first, sampleToken("again"))).toBeNull();
  });
});

describe.skipIf(skipsRedis)("ST-07 a server that was killed", () => {
  test.each(CLIENT_NAMES)(
    "is unavailable, and used again when it is back, without its scripts (%s)",
    async (name) => {
      const server = await redisForTest({ args: ["--appendonly", "yes", "--appendfsync", "always"] });
      const { store, hasty } = await storeOf(server, name, 300);
      const first = await put(store, KEY, "1");
      await server.kill("SIGKILL");
      await expect(hasty.read(KEY)).rejects.toMatchObject({ code: "store-unavailable" });
      await server.restart();
      expect(await eventually(() => store.read(KEY))).toMatchObject({ generation: first });
      expect(await eventually(() => store.compareAndSwap(KEY, first, sampleToken("2")))).toBeGreaterThan(
        first,
      );
      expect(await eventually(() => store.withLock(KEY, async () => "in"))).toBe("in");
    },
  );

  test("in the midst of writes loses none that was answered, with appendfsync always", async () => {
    const server = await redisForTest({ args: ["--appendonly", "yes", "--appendfsync", "always"] });
    const { store } = await storeOf(server);
    let answered = await put(store, KEY, "0");
    for (let round = 1; round <= 5; round++) {
      let isDown = false;
      const killing = Array.from({ length: 20 * round }).reduce<Promise<unknown>>(
        (before) => before.then(() => store.read(KEY)),
        Promise.resolve(),
      );
      const restarted = killing.then(async () => {
        await server.restart();
        isDown = true;
      });
      while (!isDown) {
        const written = await store.compareAndSwap(KEY, answered, sampleToken(String(round)));
        // Nobody else writes: what is answered at last was ours, also when the server died in between.
        expect(written).toBeGreaterThan(answered);
        answered = written ?? answered;
      }
      await restarted;
      expect(await store.read(KEY)).toMatchObject({ generation: answered });
    }
  });

  test("and has forgotten everything gives no generation again", async () => {
    const server = await redisForTest();
    const { store } = await storeOf(server);
    const lost = await put(store, KEY, "1");
    await server.restart();
    expect(await eventually(() => store.read(KEY))).toBeNull();
    expect(await store.compareAndSwap(KEY, lost, sampleToken("2"))).toBeNull();
    expect(await put(store, KEY, "3")).toBeGreaterThan(lost);
    expect(await store.compareAndSwap(KEY, lost, sampleToken("4"))).toBeNull();
  });
});

/** What `ask` gives as soon as it gives something: a client takes its time to connect again. */
async function eventually<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (attempt === 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
