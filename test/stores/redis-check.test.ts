import { describe, expect, test } from "vitest";
import { redisStore } from "../../src/stores/redis.js";
import type { RedisCommand } from "../../src/stores/redis-connection.js";
import { skipsRedis } from "../support/components.js";
import { CLIENTS, connectForTest, redisForTest } from "./redis-clients.js";
import { KEY, sampleToken } from "./sample.js";
import { put } from "./store-under-test.js";

const SAFE = ["--appendonly", "yes", "--appendfsync", "always"];

async function begin(args: readonly string[], client?: string) {
  const server = await redisForTest({ args });
  const { command } = await connectForTest(server, client);
  return { server, command };
}

describe.skipIf(skipsRedis)("ST-07 the look at the server", () => {
  test.each([
    ["everysec", ["--appendonly", "yes", "--appendfsync", "everysec"], [/once a second.*appendfsync always/]],
    ["no", ["--appendonly", "yes", "--appendfsync", "no"], [/when the system likes/]],
    ["snapshots", ["--save", "3600 1"], [/only now and then.*appendonly yes/]],
    ["none", ["--save", ""], [/nothing on its disk/]],
    [
      "allkeys",
      [...SAFE, "--maxmemory-policy", "allkeys-lru", "--maxmemory", "100mb"],
      [/allkeys-lru.*noeviction/],
    ],
    [
      "allkeys without a limit",
      [...SAFE, "--maxmemory-policy", "allkeys-lfu"],
      [/as soon as it has a maxmemory/],
    ],
    ["volatile", [...SAFE, "--maxmemory-policy", "volatile-ttl", "--maxmemory", "100mb"], [/drop the lock/]],
    ["a replica", [...SAFE, "--replicaof", "127.0.0.1 1"], [/replica that takes no writes/]],
    [
      "a replica that takes writes",
      [...SAFE, "--replicaof", "127.0.0.1 1", "--replica-read-only", "no"],
      [/its primary never sees/],
    ],
    ["all well", [...SAFE, "--maxmemory-policy", "noeviction"], []],
  ])("finds what can cost a login: %s", async (_name, args, wanted) => {
    const { command } = await begin(args);
    const found = await redisStore({ command }).check();
    expect(found).toHaveLength(wanted.length);
    wanted.forEach((pattern, index) => {
      expect(found[index]).toMatch(pattern);
    });
  });

  test.each(Object.keys(CLIENTS))("reads the settings through %s", async (name) => {
    const { command } = await begin(["--appendonly", "yes", "--appendfsync", "everysec"], name);
    expect(await redisStore({ command }).check()).toEqual([expect.stringContaining("appendfsync")]);
  });

  test("happens by itself at the first use, and says each thing once", async () => {
    const { command } = await begin(["--save", ""]);
    let store = redisStore({ command });
    const told = await new Promise<string>((resolve, reject) => {
      store = redisStore({ command, onProblem: resolve });
      store.read(KEY).catch(reject);
    });
    expect(store.problems).toEqual([told]);
    const again: string[] = [];
    const other = redisStore({ command, onProblem: (problem) => again.push(problem) });
    await other.check();
    await other.check();
    expect(again).toEqual([told]);
  });

  test("is not disturbed by a listener that throws", async () => {
    const { command } = await begin(["--save", ""]);
    const onProblem = () => {
      throw new Error("no");
    };
    expect(await redisStore({ command, onProblem }).check()).toHaveLength(1);
  });

  test("passes over what it may not ask, and the store works", async () => {
    const { command } = await begin(["--save", ""]);
    await command(["ACL", "SETUSER", "default", "-info", "-config"]);
    const store = redisStore({ command });
    expect(await store.check()).toEqual([]);
    await put(store, KEY, "1");
    expect(store.problems).toEqual([]);
  });

  test("says that the server cannot be reached when asked, and is quiet in the background", async () => {
    const { server, command } = await begin([]);
    const store = redisStore({ command, timeoutMs: 100 });
    await server.kill("SIGKILL");
    await expect(store.check()).rejects.toMatchObject({ code: "store-unavailable" });
    await expect(store.read(KEY)).rejects.toMatchObject({ code: "store-unavailable" });
    expect(store.problems).toEqual([]);
  });
});

describe.skipIf(skipsRedis)("with replicas that must have a write", () => {
  async function withReplica() {
    const primary = await redisForTest({ args: ["--repl-diskless-sync-delay", "0"] });
    const replica = await redisForTest({ args: ["--replicaof", "127.0.0.1", String(primary.port)] });
    await replica.logged(/sync: Finished with success/);
    const { command } = await connectForTest(primary);
    return { primary, replica, command, reader: (await connectForTest(replica)).command };
  }

  test("LO-08 a write has reached them when it returns", async () => {
    const { command, reader } = await withReplica();
    const store = redisStore({ command, replicas: 1 });
    for (const text of ["1", "2", "3"]) {
      const generation = await put(store, KEY, text);
      expect(await redisStore({ command: reader }).read(KEY)).toMatchObject({ generation });
    }
  });

  test("LO-08 a write that too few have confirmed is an error that says so", async () => {
    const { command, replica } = await withReplica();
    const store = redisStore({ command, replicas: 1, timeoutMs: 3000 });
    const first = await put(store, KEY, "1");
    await replica.kill("SIGSTOP");
    await expect(store.compareAndSwap(KEY, first, sampleToken("2"))).rejects.toMatchObject({
      code: "store-unwritable",
      message: expect.stringContaining("only 0 of 1 replicas"),
    });
  });

  test("LO-08 what was asked over one connection and waited for over another is made sure of again", async () => {
    const { primary, command, reader } = await withReplica();
    const { command: elsewhere } = await connectForTest(primary);
    const first = await put(redisStore({ command }), KEY, "1");
    let waits = 0;
    const moved: RedisCommand = (args) => {
      if (args[0] === "WAIT") waits += 1;
      // The connection is replaced after the first write.
      return waits === 0 ? command(args) : elsewhere(args);
    };
    const store = redisStore({ command: moved, replicas: 1 });
    const generation = await store.compareAndSwap(KEY, first, sampleToken("2"));
    expect(waits).toBe(2);
    expect(await redisStore({ command: reader }).read(KEY)).toMatchObject({ generation });
  });
});
