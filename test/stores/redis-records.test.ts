import { describe, expect, test } from "vitest";
import { redisStore } from "../../src/stores/redis.js";
import type { RedisCommand } from "../../src/stores/redis-connection.js";
import { skipsRedis } from "../support/components.js";
import { connectForTest, redisForTest } from "./redis-clients.js";
import { KEY, sampleText, sampleToken } from "./sample.js";
import { put, textOf } from "./store-under-test.js";

const HASH = "stagedoor:{spotify:c0ffee:default}";
const INDEX = "stagedoor:{index}";

async function begin() {
  const server = await redisForTest();
  const { command } = await connectForTest(server);
  return { server, command, store: redisStore({ command }) };
}

/** A client of a server whose clock is wrong by `micros`. */
function skewed(command: RedisCommand, change: (seconds: number) => number): RedisCommand {
  return async (args) => {
    const answer = await command(args);
    if (args[0] !== "TIME" || !Array.isArray(answer)) return answer;
    return [String(change(Number(answer[0]))), answer[1]];
  };
}

describe.skipIf(skipsRedis)("records in Redis", () => {
  test("FS-08 readers see whole tokens only, and never an older one again, while one writes", {
    timeout: 60_000,
  }, async () => {
    const { server, store } = await begin();
    const last = 1000;
    await put(store, KEY, "0");
    const readers = Array.from({ length: 4 }, async () => {
      const reader = redisStore({ command: (await connectForTest(server)).command });
      let seen = 0;
      while (seen < last) {
        const stored = await reader.read(KEY);
        if (stored === null) throw new Error("The token was gone for a moment.");
        const now = Number(sampleText(stored.token));
        if (now < seen) throw new Error(`${now} came after ${seen}.`);
        seen = now;
      }
    });
    const writing = (async () => {
      let generation = (await store.read(KEY))?.generation ?? 0;
      for (let count = 1; count <= last; count++) {
        generation = (await store.compareAndSwap(KEY, generation, sampleToken(String(count)))) ?? 0;
      }
    })();
    await Promise.all([writing, ...readers]);
    const { command } = await connectForTest(server);
    // In a bounded size: what went before leaves nothing but the marks of eight writes.
    expect(Number(await command(["HLEN", HASH]))).toBe(4);
    expect(Number(await command(["HSTRLEN", HASH, "writes"]))).toBeLessThan(120);
    expect(await command(["ZCARD", INDEX])).toBe(1);
  });

  test("FS-10 a removed entry leaves its count and no token, and that not for ever", async () => {
    const { store, command } = await begin();
    const first = await put(store, KEY, "1");
    await store.compareAndSwap(KEY, first, null);
    expect(await command(["HKEYS", HASH])).toEqual(expect.not.arrayContaining(["record", "generation"]));
    expect(await command(["HGET", HASH, "last"])).toBe(String(first));
    expect(Number(await command(["TTL", HASH]))).toBeGreaterThan(29 * 24 * 3600);
    await put(store, KEY, "2");
    expect(await command(["TTL", HASH])).toBe(-1);
  });

  test("CL-01 a generation does not come back while the server's clock stands still, goes back or is beyond belief", async () => {
    const { command, store } = await begin();
    const seen = [await put(store, KEY, "1")];
    for (const change of [() => 0, (s: number) => s - 1e9, () => 1e12, () => Number.NaN, () => 5]) {
      const other = redisStore({ command: skewed(command, change) });
      seen.push(await put(other, KEY, "2"));
      await other.compareAndSwap(KEY, seen.at(-1) ?? 0, null);
      seen.push(await put(other, KEY, "3"));
    }
    expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
    expect(seen.every(Number.isSafeInteger)).toBe(true);
  });

  test("CL-04 a generation comes back neither when its count is forgotten nor when all data is", async () => {
    const { command, store } = await begin();
    const first = await put(store, KEY, "1");
    await store.compareAndSwap(KEY, first, null);
    await command(["DEL", HASH]);
    const second = await put(store, KEY, "2");
    await command(["FLUSHALL"]);
    const third = await put(store, KEY, "3");
    expect(new Set([first, second, third]).size).toBe(3);
    expect(await store.compareAndSwap(KEY, second, sampleToken("4"))).toBeNull();
  });

  test("a writer that is overtaken by a login and its logout still writes", async () => {
    const { command, store } = await begin();
    let overtaken = 0;
    const slow = redisStore({ command });
    const made: number[] = [];
    const written = await slow.compareAndSwap(KEY, 0, async (generation) => {
      made.push(generation);
      if (overtaken++ < 2) await store.compareAndSwap(KEY, await put(store, KEY, "other"), null);
      return sampleToken(`of-${generation}`);
    });
    expect(made).toHaveLength(3);
    expect(made.at(-1)).toBe(written);
    expect(await textOf(store, KEY)).toBe(`of-${written}`);
  });

  test.each([
    ["is not text", "nonsense"],
    ["is of another key", JSON.stringify({ version: 1, generation: 7, key: {}, token: {} })],
    ["is missing", undefined],
  ])("FS-13 a record that %s is put aside and can be replaced", async (_what, record) => {
    const { command, store } = await begin();
    const first = await put(store, KEY, "1");
    if (record === undefined) await command(["HDEL", HASH, "record"]);
    else await command(["HSET", HASH, "record", record]);
    await expect(store.read(KEY)).rejects.toMatchObject({
      code: "store-corrupt",
      hint: expect.stringContaining("stagedoor login"),
    });
    expect(await command(["HGET", HASH, "damaged"])).toBe(record ?? "");
    expect(await store.read(KEY)).toBeNull();
    expect(await store.list()).toEqual([]);
    expect(await put(store, KEY, "2")).toBeGreaterThan(first);
    expect(await command(["HEXISTS", HASH, "damaged"])).toBe(0);
  });

  test("FS-13 a record under another generation is put aside, also by a writer", async () => {
    const { command, store } = await begin();
    const first = await put(store, KEY, "1");
    await command(["HSET", HASH, "generation", String(first + 1)]);
    await expect(store.compareAndSwap(KEY, first, sampleToken("2"))).rejects.toMatchObject({
      code: "store-corrupt",
    });
  });

  test("RF-20 a record of a newer stagedoor is refused and stays as it is", async () => {
    const { command, store } = await begin();
    const first = await put(store, KEY, "1");
    const record = JSON.stringify({ version: 2, secret: "from the future" });
    await command(["HSET", HASH, "record", record]);
    const refusal = { code: "store-unreadable", hint: expect.stringContaining("Update stagedoor") };
    await expect(store.read(KEY)).rejects.toMatchObject(refusal);
    await expect(store.compareAndSwap(KEY, first, sampleToken("2"))).rejects.toMatchObject(refusal);
    await expect(store.compareAndSwap(KEY, first, null)).rejects.toMatchObject(refusal);
    expect(await command(["HGET", HASH, "record"])).toBe(record);
  });

  test("FS-07 a list is of one prefix, and other data under it does not disturb", async () => {
    const { command, store } = await begin();
    const prefixes = ["", "*", "stagedoor:*", "{tag}", "stagedoor:{"];
    for (const prefix of prefixes)
      await put(redisStore({ command, prefix }), { ...KEY, profile: prefix || "-" }, "1");
    await command(["ZADD", INDEX, "5", "not a name of ours", "6", "a:b:c"]);
    await put(store, KEY, "1");
    expect(await store.list()).toEqual([KEY]);
    for (const prefix of prefixes) {
      const listed = await redisStore({ command, prefix }).list();
      expect(listed).toEqual([{ ...KEY, profile: prefix || "-" }]);
    }
    // A name that has had nothing for long goes; one that was removed just now stays for its count.
    expect(await command(["ZRANGE", INDEX, "0", "-1"])).toEqual(
      expect.arrayContaining(["not a name of ours", "spotify:c0ffee:default"]),
    );
    expect(await command(["ZSCORE", INDEX, "a:b:c"])).toBeNull();
  });

  test("an index that was lost comes back with the next write", async () => {
    const { command, store } = await begin();
    await put(store, KEY, "1");
    await command(["DEL", INDEX]);
    expect(await store.list()).toEqual([]);
    await put(store, KEY, "2");
    expect(await store.list()).toEqual([KEY]);
  });

  test("ST-17 ten thousand profiles are listed and found", { timeout: 120_000 }, async ({ annotate }) => {
    const { command, store } = await begin();
    const key = (index: number) => ({ ...KEY, profile: `p${index}` });
    for (let from = 0; from < 10_000; from += 500) {
      await Promise.all(Array.from({ length: 500 }, (_, index) => put(store, key(from + index), "1")));
    }
    const before = performance.now();
    expect(await store.list()).toHaveLength(10_000);
    const listed = performance.now();
    expect(await textOf(store, key(4321))).toBe("1");
    await annotate(
      `list ${(listed - before).toFixed(0)} ms, read ${(performance.now() - listed).toFixed(1)} ms, ${await command(["DBSIZE"])} keys`,
    );
  });
});
