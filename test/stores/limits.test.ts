import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { base64 } from "../../src/base/encoding.js";
import { encrypted } from "../../src/stores/encrypted.js";
import { envStore } from "../../src/stores/env.js";
import { fallback } from "../../src/stores/fallback.js";
import { fileStore } from "../../src/stores/file.js";
import { memoryStore } from "../../src/stores/memory.js";
import { webStorageStore } from "../../src/stores/web-storage.js";
import type { TokenStore } from "../../src/token/store.js";
import { MapStorage, webLocks } from "../support/web-locks.js";
import { buildWorker, startWorker } from "../support/worker.js";
import { APP, limitsSuite, quota, rate, rounded, told } from "./limits-suite.js";
import { KEY, sampleToken } from "./sample.js";
import { temporaryDirectory } from "./temporary-directory.js";

const HOUR = 3_600_000;

limitsSuite("memory", () => {
  const { limits } = memoryStore();
  return { limits, sibling: limits };
});

limitsSuite("file", () => {
  const home = mkdtempSync(join(tmpdir(), "stagedoor-"));
  const directory = join(home, "stagedoor", "tokens");
  return {
    limits: fileStore({ directory }).limits,
    sibling: fileStore({ directory }).limits,
    close: async () => rmSync(home, { recursive: true }),
  };
});

limitsSuite("web storage", () => {
  const [storage, locks] = [new MapStorage(), webLocks()];
  return {
    limits: webStorageStore({ storage, locks }).limits,
    sibling: webStorageStore({ storage: () => storage, locks }).limits,
  };
});

limitsSuite("web storage in memory", () => {
  const { limits } = webStorageStore();
  return { limits, sibling: limits };
});

const ENCRYPTION = { key: base64(crypto.getRandomValues(new Uint8Array(32))) };
/** A store without a memory of limits. */
const without = (): TokenStore => envStore({ environment: {}, secretsDirectory: false });

limitsSuite("encrypted round memory", () => {
  const inner = memoryStore();
  return { limits: encrypted(inner, ENCRYPTION).limits, sibling: inner.limits };
});

limitsSuite("fallback with a second store that has one", () => {
  const second = memoryStore();
  return { limits: fallback(without(), second).limits, sibling: second.limits };
});

describe("wrappers", () => {
  test("give the first store's memory where both have one, and none where none has one", () => {
    const [first, second] = [memoryStore(), memoryStore()];
    expect(fallback(first, second).limits).toBe(first.limits);
    expect(fallback(without(), without()).limits).toBeUndefined();
    expect(encrypted(without(), ENCRYPTION).limits).toBeUndefined();
  });
});

describe("limits in a browser's storage", () => {
  const NAME = 'stagedoor:limits:["spotify","c0ffee"]';

  test("are one entry an app, which counts as none where it is damaged or a newer stagedoor's", async () => {
    const storage = new MapStorage();
    const store = webStorageStore({ storage, locks: webLocks() });
    await store.limits?.note(APP, rate(HOUR));
    expect(storage.key(0)).toBe(NAME);
    expect(await store.list()).toEqual([]);
    for (const text of ["{", '{"version":2}', "", "null"]) {
      storage.setItem(NAME, text);
      expect(await store.limits?.read(APP)).toEqual([]);
    }
    storage.setItem(NAME, '{"version":2}');
    await store.limits?.note(APP, rate(HOUR));
    expect(storage.getItem(NAME)).toBe('{"version":2}');
  });

  test("fail in our own words where the browser refuses", async () => {
    const refuse = () => {
      throw Object.assign(new Error("CANARY in a foreign message"), { name: "SecurityError" });
    };
    const { limits } = webStorageStore({ storage: refuse, locks: webLocks() });
    await expect(limits?.read(APP)).rejects.toMatchObject({ code: "store-unavailable" });
    await expect(limits?.note(APP, rate(HOUR))).rejects.toMatchObject({ code: "store-unavailable" });
  });
});

describe("limits in files", () => {
  const FILE = "spotify+c0ffee+limits.json";

  function setUp() {
    const directory = temporaryDirectory();
    const memory = () => {
      const { limits } = fileStore({ directory });
      if (limits === undefined) throw new Error("It has none.");
      return limits;
    };
    return { directory, place: join(directory, "limits"), memory };
  }

  test("lie beside the tokens, for this user alone, and are no token", async () => {
    const { directory, place, memory } = setUp();
    await memory().note(APP, rate(HOUR));
    expect(readdirSync(place)).toEqual([FILE]);
    const modes = [place, join(place, FILE)].map((path) => (statSync(path).mode & 0o777).toString(8));
    expect(modes).toEqual(["700", "600"]);
    const store = fileStore({ directory });
    await store.compareAndSwap(KEY, 0, sampleToken());
    expect(await store.list()).toEqual([KEY]);
    expect(store.problems).toEqual([]);
  });

  test.each([
    ["cut off", (text: string) => text.slice(0, 50)],
    ["empty", () => ""],
    ["bytes that are no text", () => Buffer.from([0xff, 0xfe, 0x00])],
    ["another app's", (text: string) => text.replace("c0ffee", "decaf")],
    ["no list", () => '{"version":1,"provider":"spotify","clientId":"c0ffee","limits":7}'],
    ["larger than any can be", () => `"${"x".repeat(300_000)}"`],
  ])("a file that is %s counts as none, and the next note mends it", async (_what, damage) => {
    const { place, memory } = setUp();
    await memory().note(APP, rate(HOUR));
    const path = join(place, FILE);
    writeFileSync(path, damage(readFileSync(path, "utf8")));
    expect(await memory().read(APP)).toEqual([]);
    await memory().note(APP, quota(HOUR));
    expect(await told(memory())).toEqual(await rounded([quota(HOUR)]));
  });

  test("of a file that is damaged in part, the rest counts", async () => {
    const { place, memory } = setUp();
    await memory().note(APP, rate(HOUR, "/v1/me"));
    const path = join(place, FILE);
    const odd = '{"kind":"mood","until":9e15},{"kind":"rate","until":"x"},null,[]';
    writeFileSync(path, readFileSync(path, "utf8").replace('"limits":[', `"limits":[${odd},`));
    expect(await told(memory())).toEqual(await rounded([rate(HOUR, "/v1/me")]));
  });

  test("a file of a newer stagedoor counts as none, and is left alone", async () => {
    const { place, memory } = setUp();
    await memory().note(APP, rate(HOUR));
    const text = '{"version":2,"new":"form"}';
    writeFileSync(join(place, FILE), text);
    expect(await memory().read(APP)).toEqual([]);
    await memory().note(APP, quota(HOUR));
    expect(readFileSync(join(place, FILE), "utf8")).toBe(text);
  });

  test("a link in the place of the file is not followed", async () => {
    const { directory, place, memory } = setUp();
    await memory().note(APP, rate(HOUR));
    const path = join(place, FILE);
    const elsewhere = join(directory, "elsewhere");
    writeFileSync(elsewhere, readFileSync(path), { mode: 0o600 });
    rmSync(path);
    symlinkSync(elsewhere, path);
    const store = fileStore({ directory });
    expect(await store.limits?.read(APP)).toEqual([]);
    expect(store.problems.join()).toContain("is a symbolic link");
  });

  test("what cannot be written is told of with the next step", async () => {
    const { directory, memory } = setUp();
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileSync(join(directory, "limits"), "a file");
    const failure = { code: "store-unwritable", hint: expect.stringContaining("Move it away") };
    await expect(memory().note(APP, rate(HOUR))).rejects.toMatchObject(failure);
    expect(await memory().read(APP)).toEqual([]);
  });

  test("a file is read again only when it has changed", async () => {
    const { place, memory } = setUp();
    const reader = memory();
    await memory().note(APP, rate(HOUR));
    const path = join(place, FILE);
    const old = new Date(Date.now() - HOUR);
    utimesSync(path, old, old);
    expect(await told(reader)).toEqual(await rounded([rate(HOUR)]));
    // The same length and time, written into the same file: nobody does that but this test.
    writeFileSync(path, readFileSync(path, "utf8").replace('"kind":"rate"', '"kind":"mood"'));
    utimesSync(path, old, old);
    expect(await told(reader)).toEqual(await rounded([rate(HOUR)]));
    expect(await told(memory())).toEqual([]);
    await memory().note(APP, quota(HOUR));
    expect(await told(reader)).toEqual(await rounded([quota(HOUR)]));
  });

  test("RL-05 processes that note at the same moment lose nothing, and see each other's", async () => {
    const { directory, memory } = setUp();
    const worker = buildWorker(new URL("limits-worker.ts", import.meta.url));
    const workers = ["a", "b", "c"].map((name) =>
      startWorker(worker, { args: ["file", directory, name, "10"] }),
    );
    for (const { nextLine } of workers) expect(await nextLine()).toBe("ready");
    for (const { send } of workers) send("go");
    for (const { result } of workers) expect(await result).toMatchObject({ code: 0, stderr: "" });
    const expected = ["a", "b", "c"].flatMap((name) =>
      Array.from({ length: 10 }, (_, index) => rate(HOUR, `/v1/${name}/${index}`)),
    );
    expect(await told(memory())).toEqual(await rounded(expected));
  });
});
