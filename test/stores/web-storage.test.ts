import { inspect } from "node:util";
import { afterEach, describe, expect, test, vi } from "vitest";
import { encrypted } from "../../src/stores/encrypted.js";
import { serializeRecord } from "../../src/stores/record.js";
import { webStorageStore } from "../../src/stores/web-storage.js";
import { ABSENT } from "../../src/token/store.js";
import { MapStorage, webLocks } from "../support/web-locks.js";
import { KEY, sampleToken } from "./sample.js";
import { put, textOf } from "./store-under-test.js";
import { storeSuite } from "./suite.js";

storeSuite("web storage in memory", () => {
  const store = webStorageStore();
  return { store, sibling: store };
});

storeSuite("web storage", () => {
  const storage = new MapStorage();
  const locks = webLocks();
  return {
    store: webStorageStore({ storage, locks }),
    sibling: webStorageStore({ storage: () => storage, locks }),
  };
});

storeSuite("encrypted web storage", () => {
  const storage = new MapStorage();
  const locks = webLocks();
  const key = Uint8Array.from({ length: 32 }, (_, index) => index);
  const open = () => encrypted(webStorageStore({ storage, locks }), { key });
  return { store: open(), sibling: open() };
});

const NAME = 'stagedoor:token:["spotify","c0ffee","default"]';

function setUp() {
  const storage = new MapStorage();
  const locks = webLocks();
  return { storage, locks, store: webStorageStore({ storage, locks }) };
}

/** What a browser throws. */
const refusal = (name: string) => Object.assign(new Error("CANARY-AT-1 in a foreign message"), { name });

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("what a page keeps", () => {
  test("LK-19 is nothing in any storage unless that was asked for", async () => {
    const touched = new Proxy(
      {},
      { get: (_target, name) => expect.unreachable(`${String(name)} was touched`) },
    );
    for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"])
      vi.stubGlobal(name, touched);
    const store = webStorageStore();
    await put(store, KEY, "1");
    expect(await textOf(store, KEY)).toBe("1");
    expect(store.place).toBe("the memory of this page");
  });

  test("is told in words", () => {
    const [local, session, other] = [new MapStorage(), new MapStorage(), new MapStorage()];
    vi.stubGlobal("localStorage", local);
    vi.stubGlobal("sessionStorage", session);
    const places = [local, session, other].map(
      (storage) => webStorageStore({ storage, locks: webLocks() }).place,
    );
    expect(places).toEqual([
      "the local storage of this browser, for this page's origin",
      "the session storage of this tab",
      "a storage of this page",
    ]);
  });

  test("LK-02 is not shown by inspecting the store", async () => {
    const { store } = setUp();
    await put(store, KEY, "1");
    expect(inspect(store, { showHidden: false, depth: 2 })).not.toContain("CANARY");
  });

  test("leaves entries of other programs alone", async () => {
    const { storage, store } = setUp();
    storage.setItem("theirs", "x");
    storage.setItem("stagedoor-app:token", "y");
    await put(store, KEY, "1");
    await store.compareAndSwap(KEY, (await store.read(KEY))?.generation ?? ABSENT, null);
    expect([storage.getItem("theirs"), storage.getItem("stagedoor-app:token")]).toEqual(["x", "y"]);
    expect(await store.list()).toEqual([]);
    expect(store.problems).toEqual([]);
  });
});

describe("locks", () => {
  test("LO-04 are asked for at once: a storage without them is refused, never used without", () => {
    vi.stubGlobal("navigator", {});
    const attempt = () => webStorageStore({ storage: new MapStorage() });
    expect(attempt).toThrow(expect.objectContaining({ code: "store-lock-unavailable" }));
    expect(() => webStorageStore()).not.toThrow();
  });

  test("are the browser's where none are handed in", async () => {
    vi.stubGlobal("navigator", { locks: webLocks() });
    const store = webStorageStore({ storage: new MapStorage() });
    await put(store, KEY, "1");
    expect(await textOf(store, KEY)).toBe("1");
  });

  test("LO-04 that the browser refuses are a typed error", async () => {
    const locks = { ...webLocks(), request: () => Promise.reject(refusal("SecurityError")) };
    const store = webStorageStore({ storage: new MapStorage(), locks });
    const typed = { code: "store-lock-unavailable", message: expect.not.stringContaining("CANARY") };
    await expect(store.withLock(KEY, async () => 1)).rejects.toMatchObject(typed);
    await expect(store.compareAndSwap(KEY, ABSENT, sampleToken())).rejects.toMatchObject(typed);
  });

  test("say to the action when they were taken away by force, and let it end", async () => {
    let steal: (error: Error) => void = () => undefined;
    const stolen = new Promise<never>((_resolve, reject) => {
      steal = reject;
    });
    const real = webLocks();
    const locks = {
      ...real,
      request: (...words: Parameters<typeof real.request>) => Promise.race([real.request(...words), stolen]),
    };
    const store = webStorageStore({ storage: new MapStorage(), locks });
    const seen = await store.withLock(KEY, async (lock) => {
      const before = lock.isHeld();
      steal(refusal("AbortError"));
      await new Promise((resolve) => setImmediate(resolve));
      return [before, lock.isHeld()];
    });
    expect(seen).toEqual([true, false]);
  });

  test("I2 stolen while a token is being made keep it from being written", async () => {
    let steal: (error: Error) => void = () => undefined;
    const stolen = new Promise<never>((_resolve, reject) => {
      steal = reject;
    });
    const real = webLocks();
    const locks = {
      ...real,
      request: (...words: Parameters<typeof real.request>) => Promise.race([real.request(...words), stolen]),
    };
    const { storage } = setUp();
    const store = webStorageStore({ storage, locks });
    const make = async () => {
      steal(refusal("AbortError"));
      await new Promise((resolve) => setImmediate(resolve));
      return sampleToken();
    };
    await expect(store.compareAndSwap(KEY, ABSENT, make)).rejects.toMatchObject({
      code: "store-lock-unavailable",
    });
    expect(storage.entries.size).toBe(0);
  });
});

describe("what another tab wrote", () => {
  /** A second view of a storage that sees changes only when it is let. */
  function lateView(storage: MapStorage) {
    const view = new MapStorage();
    const catchUp = () => {
      for (const [name, text] of storage.entries) view.setItem(name, text);
    };
    return { view, catchUp };
  }

  test("I1 is waited for before an action runs under the lock", async () => {
    const { storage, locks, store } = setUp();
    await put(store, KEY, "1");
    const { view, catchUp } = lateView(storage);
    catchUp();
    const other = webStorageStore({ storage: view, locks });
    await put(store, KEY, "2");
    expect(await textOf(other, KEY)).toBe("1");
    const reading = other.withLock(KEY, () => textOf(other, KEY));
    await new Promise((resolve) => setImmediate(resolve));
    catchUp();
    expect(await reading).toBe("2");
  });

  test("I2 is waited for before a write is judged", async () => {
    const { storage, locks, store } = setUp();
    const first = await put(store, KEY, "1");
    const { view, catchUp } = lateView(storage);
    catchUp();
    const other = webStorageStore({ storage: view, locks });
    await put(store, KEY, "2");
    const writing = other.compareAndSwap(KEY, first, sampleToken("3"));
    await new Promise((resolve) => setImmediate(resolve));
    catchUp();
    expect(await writing).toBeNull();
  });

  test("I9 is not waited for without end: what never comes is a typed error, and nothing is written", async () => {
    const { storage, locks, store } = setUp();
    const first = await put(store, KEY, "1");
    const { view, catchUp } = lateView(storage);
    catchUp();
    const before = [...view.entries];
    const other = webStorageStore({ storage: view, locks });
    await put(store, KEY, "2");
    const typed = { code: "store-unreadable", hint: "Reload the page." };
    vi.useFakeTimers({ toFake: ["setTimeout", "performance"] });
    const writing = expect(other.compareAndSwap(KEY, first, sampleToken("3"))).rejects.toMatchObject(typed);
    const locking = expect(other.withLock(KEY, async () => 1)).rejects.toMatchObject(typed);
    await vi.advanceTimersByTimeAsync(3000);
    await Promise.all([writing, locking]);
    expect([...view.entries]).toEqual(before);
  });

  test("is given up when the storage was cleared, and its generation does not come back", async () => {
    const { storage, locks, store } = setUp();
    const first = await put(store, KEY, "1");
    storage.entries.clear();
    expect(await store.read(KEY)).toBeNull();
    const other = webStorageStore({ storage, locks });
    vi.useFakeTimers({ toFake: ["setTimeout", "performance"] });
    const writing = other.compareAndSwap(KEY, ABSENT, sampleToken("2"));
    await vi.advanceTimersByTimeAsync(3000);
    const next = await writing;
    expect(next).toBeGreaterThan(first);
    expect(await textOf(store, KEY)).toBe("2");
  });
});

describe("a storage that fails", () => {
  test("ST-01 full: the write is refused, and what was there stays", async () => {
    const { storage, store } = setUp();
    const generation = await put(store, KEY, "1");
    vi.spyOn(storage, "setItem").mockImplementation(() => {
      throw refusal("QuotaExceededError");
    });
    await expect(store.compareAndSwap(KEY, generation, sampleToken("2"))).rejects.toMatchObject({
      code: "store-unwritable",
      message: "The token could not be saved: the browser's storage for this page is full.",
    });
    expect(await textOf(store, KEY)).toBe("1");
  });

  test("forbidden, also where naming it fails already", async () => {
    const storage = () => {
      throw refusal("SecurityError");
    };
    const store = webStorageStore({ storage, locks: webLocks() });
    const typed = { code: "store-unavailable", message: expect.not.stringContaining("CANARY") };
    await expect(store.read(KEY)).rejects.toMatchObject(typed);
    await expect(store.list()).rejects.toMatchObject(typed);
    await expect(store.compareAndSwap(KEY, ABSENT, sampleToken())).rejects.toMatchObject(typed);
    expect(store.place).toBe("a storage of this page");
  });

  test("missing, as in a web view that has none", async () => {
    const storage = (() => null) as unknown as () => MapStorage;
    const store = webStorageStore({ storage, locks: webLocks() });
    await expect(store.read(KEY)).rejects.toMatchObject({ code: "store-unavailable" });
  });

  test("in another way", async () => {
    const { storage, store } = setUp();
    vi.spyOn(storage, "getItem").mockImplementation(() => {
      throw refusal("UnknownError");
    });
    await expect(store.read(KEY)).rejects.toMatchObject({
      code: "store-unreadable",
      message: expect.stringContaining("(UnknownError)"),
    });
  });
});

describe("an entry that cannot be used", () => {
  const other = serializeRecord({ ...KEY, profile: "other" }, { generation: 1, token: sampleToken() });
  test.each([
    ["no JSON", "CANARY{"],
    ["JSON of another program", '{"theirs":"CANARY"}'],
    ["another profile's record", other],
    ["a removal without a generation", '{"version":1,"removed":"CANARY"}'],
  ])("TR-10 FS-13 is set aside with nothing lost: %s", async (_name, text) => {
    const { storage, store } = setUp();
    storage.setItem(NAME, text);
    const error = await store.read(KEY).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "store-corrupt", message: expect.not.stringContaining("CANARY") });
    expect([...storage.entries.values()]).toContain(text);
    expect(await store.read(KEY)).toBeNull();
    const generation = await put(store, KEY, "1");
    expect([...storage.entries.values()]).toContain(text);
    await store.compareAndSwap(KEY, generation, null);
    expect([...storage.entries.values()]).not.toContain(text);
  });

  test("keeps what was set aside of others when one logs out", async () => {
    const { storage, store } = setUp();
    const key = { ...KEY, profile: "other" };
    storage.setItem(NAME.replace("default", "other"), "broken");
    await expect(store.read(key)).rejects.toMatchObject({ code: "store-corrupt" });
    await store.compareAndSwap(KEY, await put(store, KEY, "1"), null);
    expect([...storage.entries.values()]).toContain("broken");
  });

  test("stays where it is when the storage is too full for a second copy", async () => {
    const { storage, store } = setUp();
    storage.setItem(NAME, "broken");
    vi.spyOn(storage, "setItem").mockImplementation(() => {
      throw refusal("QuotaExceededError");
    });
    await expect(store.read(KEY)).rejects.toMatchObject({
      code: "store-corrupt",
      message: expect.stringContaining("storage for this page is full"),
    });
    expect(storage.getItem(NAME)).toBe("broken");
  });

  test("of a newer version is left alone", async () => {
    const { storage, store } = setUp();
    storage.setItem(NAME, '{"version":2}');
    const typed = { code: "store-unreadable", hint: expect.stringContaining("Reload") };
    await expect(store.read(KEY)).rejects.toMatchObject(typed);
    await expect(store.compareAndSwap(KEY, ABSENT, sampleToken())).rejects.toMatchObject(typed);
    expect(await store.list()).toEqual([]);
    expect(store.problems).toEqual([expect.stringContaining("a newer stagedoor wrote it")]);
    expect(storage.getItem(NAME)).toBe('{"version":2}');
  });

  test("is passed over in a list, which says so without what is in it", async () => {
    const { storage, store } = setUp();
    const good = { ...KEY, profile: "good" };
    await put(store, good, "1");
    storage.setItem(NAME, "CANARY{");
    expect(await store.list()).toEqual([good]);
    expect(store.problems).toEqual([expect.stringMatching(/"default".*passed over: it is damaged/)]);
    expect(store.problems?.join()).not.toContain("CANARY");
  });
});
