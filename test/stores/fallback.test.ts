import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { StagedoorError } from "../../src/base/errors.js";
import { encrypted } from "../../src/stores/encrypted.js";
import type { FallbackNotice } from "../../src/stores/fallback.js";
import { fallback } from "../../src/stores/fallback.js";
import { fileStore } from "../../src/stores/file.js";
import { keychainStore } from "../../src/stores/keychain.js";
import { memoryStore } from "../../src/stores/memory.js";
import type { TokenStore } from "../../src/token/store.js";
import { ABSENT } from "../../src/token/store.js";
import type { Token } from "../../src/token/token.js";
import { skipsSecretService } from "../support/components.js";
import { freshService, PATIENT_MS, withSecretService } from "./keychain-under-test.js";
import { KEY, sampleText, sampleToken } from "./sample.js";
import { put, textOf } from "./store-under-test.js";
import { storeSuite } from "./suite.js";
import { temporaryDirectory } from "./temporary-directory.js";

storeSuite("memory, else memory,", () => {
  const [first, second] = [memoryStore(), memoryStore()];
  return { store: fallback(first, second), sibling: fallback(first, second) };
});

storeSuite("out of reach, else files,", () => {
  const [first, directory] = [switched(memoryStore()), temporaryDirectory()];
  first.isReachable = false;
  return {
    store: fallback(first, fileStore({ directory })),
    sibling: fallback(first, fileStore({ directory })),
  };
});

describe.skipIf(skipsSecretService)("with a real keychain (skipped where there is none)", () => {
  withSecretService();

  storeSuite("keychain, else files,", () => {
    const shared = { service: freshService(), lockDirectory: temporaryDirectory(), timeoutMs: PATIENT_MS };
    const directory = temporaryDirectory();
    return {
      store: fallback(keychainStore(shared), fileStore({ directory })),
      sibling: fallback(keychainStore(shared), fileStore({ directory })),
    };
  });

  test("a process with the keychain finds what one without it stored, and writes it where it lies", async () => {
    const shared = { service: freshService(), lockDirectory: temporaryDirectory(), timeoutMs: PATIENT_MS };
    const files = fileStore({ directory: temporaryDirectory() });
    const keychain = keychainStore(shared);
    const without = fallback(switched(memoryStore(), false), files);
    const having = fallback(keychain, files);
    await put(without, KEY, "1");
    expect(await textOf(having, KEY)).toBe("1");
    await put(having, KEY, "2");
    expect(await textOf(without, KEY)).toBe("2");
    expect(await keychain.read(KEY)).toBeNull();
    expect(await having.list()).toEqual([KEY]);
  });

  test("ST-14 a login that was made without the keychain moves there with the next login, and is a file no more", async () => {
    const shared = { service: freshService(), lockDirectory: temporaryDirectory(), timeoutMs: PATIENT_MS };
    const files = fileStore({ directory: temporaryDirectory() });
    const keychain = keychainStore(shared);
    const having = fallback(keychain, files);
    const generation = await put(fallback(switched(memoryStore(), false), files), KEY, "1");
    expect(await having.placeOf(KEY)).toBe(files.place);
    const login = await having.compareAndSwap(KEY, generation, laterLogin("2"));
    expect(await textOf(keychain, KEY)).toBe("2");
    expect(await files.list()).toEqual([]);
    expect(await having.placeOf(KEY)).toBe(keychain.place);
    expect(await having.compareAndSwap(KEY, generation, laterLogin("3"))).toBeNull();
    expect((await having.read(KEY))?.generation).toBe(login);
  });
});

describe("a store that falls back", () => {
  test("ST-14 stores a login also when the listener that is told of it throws", async () => {
    const [first, second] = [switched(memoryStore(), false), memoryStore()];
    const store = fallback(first, second, {
      onFallback: () => {
        throw new Error("a listener's fault");
      },
    });
    expect(await store.compareAndSwap(KEY, ABSENT, sampleToken("1"))).not.toBeNull();
    expect(await textOf(second, KEY)).toBe("1");
  });

  test("ST-14 keeps a new record in the first store while that can be reached", async () => {
    const { first, second, store } = pair();
    await put(store, KEY, "1");
    expect(await first.read(KEY)).not.toBeNull();
    expect(await second.read(KEY)).toBeNull();
  });

  test("ST-14 keeps a new record in the second store otherwise, and says so once", async () => {
    const { first, second, store, notices } = pair();
    first.isReachable = false;
    await put(store, KEY, "1");
    await store.list();
    await put(store, KEY, "2");
    expect(await textOf(second, KEY)).toBe("2");
    expect(notices).toEqual([
      {
        place: "the memory of this process",
        reason: expect.objectContaining({ code: "store-unavailable" }),
        message: expect.stringContaining("the memory of this process"),
      },
    ]);
    expect(store.problems).toEqual([notices[0]?.message]);
    expect(store.place).toBe("the memory of this process");
  });

  test("keeps a new record in the second store where the first can be read but not written", async () => {
    const { first, second, store, notices } = pair();
    first.isWritable = false;
    await put(store, KEY, "1");
    expect(await textOf(second, KEY)).toBe("1");
    expect(await textOf(store, KEY)).toBe("1");
    expect(notices).toHaveLength(1);
  });

  test("asks the first store again after a while", async () => {
    const { first, store, clock } = pair();
    first.isReachable = false;
    expect(await store.read(KEY)).toBeNull();
    first.isReachable = true;
    clock.time += 60_000;
    await put(store, KEY, "1");
    expect(await first.read(KEY)).not.toBeNull();
    expect(store.place).toContain("else");
  });

  test("asks a first store that is out of reach once, not once for each call", async () => {
    const { first, store } = pair();
    first.isReachable = false;
    await put(store, KEY, "1");
    await textOf(store, KEY);
    expect(first.asked).toBe(1);
  });

  test("never takes a record for absent that it has seen in the first store", async () => {
    const { first, store, clock } = pair();
    const generation = await put(store, KEY, "1");
    first.isReachable = false;
    await expect(store.read(KEY)).rejects.toMatchObject({ code: "store-unavailable" });
    const write = store.compareAndSwap(KEY, generation, sampleToken("2"));
    await expect(write).rejects.toMatchObject({ code: "store-unavailable" });
    first.isReachable = true;
    clock.time += 60_000;
    expect(await textOf(store, KEY)).toBe("1");
    expect(await store.compareAndSwap(KEY, generation, sampleToken("2"))).not.toBeNull();
  });

  test("a record that lies in the first store is not written to the second when the first fails", async () => {
    const { first, second, store } = pair();
    const generation = await put(store, KEY, "1");
    first.isWritable = false;
    const write = store.compareAndSwap(KEY, generation, sampleToken("2"));
    await expect(write).rejects.toMatchObject({ code: "store-unavailable" });
    expect(await second.list()).toEqual([]);
  });

  test.each([
    ["first", "second", 1],
    ["second", "first", -1],
  ] as const)(
    "of two records the one counts that was authorized later: the %s, not the %s",
    async (winner, _, lead) => {
      const { first, second, store } = pair();
      const { authorizedAt } = sampleToken();
      await first.compareAndSwap(KEY, ABSENT, sampleToken("first"));
      await second.compareAndSwap(
        KEY,
        ABSENT,
        sampleToken("second").with({ authorizedAt: authorizedAt - lead }),
      );
      expect(await textOf(store, KEY)).toBe(winner);
      const generation = (await store.read(KEY))?.generation ?? ABSENT;
      expect(await store.compareAndSwap(KEY, generation, sampleToken("new"))).not.toBeNull();
      expect(await textOf(store, KEY)).toBe("new");
      const left = [await first.read(KEY), await second.read(KEY)].filter((stored) => stored !== null);
      expect(left.map((stored) => sampleText(stored.token))).toEqual(["new"]);
    },
  );

  test("FS-10 a removal removes both records", async () => {
    const { first, second, store } = pair();
    await put(first, KEY, "1");
    await put(second, KEY, "2");
    const generation = (await store.read(KEY))?.generation ?? ABSENT;
    expect(await store.compareAndSwap(KEY, generation, null)).toBe(ABSENT);
    expect([await first.read(KEY), await second.read(KEY)]).toEqual([null, null]);
  });

  test("FS-10 a removal that cannot reach the first store says so", async () => {
    const { first, store } = pair();
    first.isReachable = false;
    const generation = await put(store, KEY, "1");
    await store.compareAndSwap(KEY, generation, null);
    expect(store.problems.join("\n")).toContain("Nothing could be removed");
  });

  test("a generation of one store is never taken for one of the other", async () => {
    const { first, second, store } = pair();
    const generation = await put(store, KEY, "1");
    await first.compareAndSwap(KEY, generation / 2, null);
    await put(second, KEY, "2");
    expect(await store.compareAndSwap(KEY, generation, sampleToken("3"))).toBeNull();
    expect(await textOf(store, KEY)).toBe("2");
  });

  test("other failures of the first store stay failures", async () => {
    const first = memoryStore();
    const failure = new StagedoorError("store-corrupt", "No.");
    const store = fallback({ ...first, read: () => Promise.reject(failure) }, memoryStore());
    await expect(store.read(KEY)).rejects.toBe(failure);
    await expect(store.compareAndSwap(KEY, ABSENT, sampleToken())).rejects.toBe(failure);
  });

  test("LO-11 a process that has the first store and one that has not exclude each other", async () => {
    const { first, second, store } = pair();
    const without = fallback(switched(memoryStore(), false), second);
    let running = 0;
    const action = async () => {
      running += 1;
      expect(running).toBe(1);
      await first.list();
      running -= 1;
    };
    await Promise.all([store, without, store, without].map((one) => one.withLock(KEY, action)));
  });

  test("locks also where the first store cannot lock", async () => {
    const { first, store, notices } = pair();
    first.isReachable = false;
    expect(await store.withLock(KEY, async (lock) => lock.isHeld())).toBe(true);
    expect(notices).toHaveLength(1);
  });

  test("an action that fails because a store is out of reach is not run again", async () => {
    const { store } = pair();
    let runs = 0;
    const action = () => {
      runs += 1;
      return Promise.reject(new StagedoorError("store-unavailable", "No."));
    };
    await expect(store.withLock(KEY, action)).rejects.toMatchObject({ code: "store-unavailable" });
    expect(runs).toBe(1);
  });

  test("loses no increment of processes that have the first store and of those that have not", async () => {
    const { second, store } = pair();
    await put(second, KEY, "0");
    const without = fallback(switched(memoryStore(), false), second);
    const increment = async (one: TokenStore) => {
      for (;;) {
        const stored = await one.read(KEY);
        const next = sampleToken(String(Number(stored === null ? 0 : sampleText(stored.token)) + 1));
        if ((await one.compareAndSwap(KEY, stored?.generation ?? ABSENT, next)) !== null) return;
      }
    };
    await Promise.all([store, without, store, without, store, without].map(increment));
    expect(await textOf(store, KEY)).toBe("6");
  });
});

describe("a login over a record of the second store", () => {
  test("ST-14 goes to the first store, while a refresh stays in the second", async () => {
    const { first, second, store } = pair();
    await put(second, KEY, "1");
    const refreshed = await put(store, KEY, "2");
    expect([await first.read(KEY), await textOf(second, KEY)]).toEqual([null, "2"]);
    const generation = await store.compareAndSwap(KEY, refreshed, laterLogin("3"));
    expect([await textOf(first, KEY), await second.read(KEY)]).toEqual(["3", null]);
    expect(await store.read(KEY)).toMatchObject({ generation });
    expect(await store.compareAndSwap(KEY, refreshed, laterLogin("4"))).toBeNull();
    expect(await textOf(store, KEY)).toBe("3");
  });

  test("goes to the first store also when it is encrypted, and can be decrypted there", async () => {
    const { first, second, store } = pair();
    const key = randomBytes(32).toString("base64");
    const sealed = encrypted(store, { key });
    first.isReachable = false;
    const generation = await put(sealed, KEY, "1");
    expect(await sealed.placeOf?.(KEY)).toBe("the memory of this process, encrypted");
    const sees = encrypted(fallback(first, second), { key });
    first.isReachable = true;
    const login = await sees.compareAndSwap(KEY, generation, laterLogin("2"));
    expect(await textOf(sees, KEY)).toBe("2");
    expect([await first.list(), await second.list()]).toEqual([[KEY], []]);
    expect(await sees.placeOf?.(KEY)).toBe("the first store, encrypted");
    expect(await sees.compareAndSwap(KEY, login ?? ABSENT, laterLogin("3"))).not.toBeNull();
    expect(await textOf(sees, KEY)).toBe("3");
  });

  test.each(["isReachable", "isWritable"] as const)(
    "ST-14 goes to the second store while the first has no %s",
    async (trait) => {
      const { first, second, store, notices } = pair();
      await put(second, KEY, "1");
      first[trait] = false;
      const generation = (await store.read(KEY))?.generation ?? ABSENT;
      expect(await store.compareAndSwap(KEY, generation, laterLogin("2"))).not.toBeNull();
      expect(await textOf(second, KEY)).toBe("2");
      expect(await textOf(store, KEY)).toBe("2");
      expect(notices).toHaveLength(1);
    },
  );

  test("is not what the renewal of an app's own token is: that stays in the second store", async () => {
    const { first, second, store } = pair();
    const own = laterLogin("1").with({ grant: "client_credentials" });
    await second.compareAndSwap(KEY, ABSENT, own);
    const generation = (await store.read(KEY))?.generation ?? ABSENT;
    const renewed = laterLogin("2", 2).with({ grant: "client_credentials" });
    expect(await store.compareAndSwap(KEY, generation, renewed)).not.toBeNull();
    expect([await first.read(KEY), await textOf(second, KEY)]).toEqual([null, "2"]);
  });

  test("takes the place of an older record of the first store too", async () => {
    const { first, second, store } = pair();
    await put(first, KEY, "1");
    await second.compareAndSwap(KEY, ABSENT, laterLogin("2"));
    const generation = (await store.read(KEY))?.generation ?? ABSENT;
    expect(await store.compareAndSwap(KEY, generation, laterLogin("3", 2))).not.toBeNull();
    expect([await textOf(first, KEY), await second.read(KEY)]).toEqual(["3", null]);
  });

  test("is written before the other is removed: after a kill in between it is the one that counts", async () => {
    const [first, inner] = [memoryStore(), memoryStore()];
    const kill = new Error("killed");
    const dying: TokenStore = {
      ...inner,
      compareAndSwap: (key, expected, token) =>
        token === null ? Promise.reject(kill) : inner.compareAndSwap(key, expected, token),
    };
    const generation = await put(fallback(first, dying), KEY, "0").then(() => put(inner, KEY, "1"));
    await first.compareAndSwap(KEY, (await first.read(KEY))?.generation ?? ABSENT, null);
    const login = fallback(first, dying).compareAndSwap(KEY, 2 * generation + 1, laterLogin("2"));
    await expect(login).rejects.toBe(kill);
    expect([await textOf(first, KEY), await textOf(inner, KEY)]).toEqual(["2", "1"]);
    const next = fallback(first, inner);
    expect(await textOf(next, KEY)).toBe("2");
    const counts = (await next.read(KEY))?.generation ?? ABSENT;
    expect(await next.compareAndSwap(KEY, 2 * generation + 1, laterLogin("3"))).toBeNull();
    expect(await next.compareAndSwap(KEY, counts, laterLogin("2"))).not.toBeNull();
    expect(await inner.read(KEY)).toBeNull();
  });

  test("is stored also when the other cannot be removed, and that is said", async () => {
    const [first, inner] = [memoryStore(), memoryStore()];
    const failure = new StagedoorError("store-unwritable", "The disk is read-only.");
    const store = fallback(first, {
      ...inner,
      compareAndSwap: (key, expected, token) =>
        token === null ? Promise.reject(failure) : inner.compareAndSwap(key, expected, token),
    });
    const own = await put(inner, KEY, "1");
    expect(await store.compareAndSwap(KEY, 2 * own + 1, laterLogin("2"))).not.toBeNull();
    expect(await textOf(store, KEY)).toBe("2");
    expect(store.problems.join("\n")).toMatch(/former login could not be removed.*read-only/);
  });
});

describe("the place of a record", () => {
  test("is the first store's for one that is new, and for none; the second's while the first is away", async () => {
    const [first, second] = [switched(memoryStore()), fileStore({ directory: temporaryDirectory() })];
    const store = fallback(first, second);
    expect(await store.placeOf(KEY)).toBe("the first store");
    await put(store, KEY, "1");
    expect(await store.placeOf(KEY)).toBe("the first store");
    expect(store.outage).toBeUndefined();
    first.isReachable = false;
    await expect(store.placeOf(KEY)).rejects.toMatchObject({ code: "store-unavailable" });
    expect(store.outage).toMatchObject({ code: "store-unavailable" });
    expect(await store.placeOf({ ...KEY, profile: "other" })).toBe(second.place);
  });

  test("is that of the store within, where that knows one", async () => {
    const inner = fallback(memoryStore(), fileStore({ directory: temporaryDirectory() }));
    const store = fallback(inner, memoryStore());
    await put(store, KEY, "1");
    expect(await store.placeOf(KEY)).toBe("the memory of this process");
  });
});

/** A sample of a login that was made later than that of the other samples, by so many milliseconds. */
function laterLogin(text: string, lead = 1): Token {
  const token = sampleToken(text);
  return token.with({ authorizedAt: token.authorizedAt + lead });
}

interface Switched extends TokenStore {
  isReachable: boolean;
  isWritable: boolean;
  /** How often it was asked while it was out of reach. */
  asked: number;
}

/** A store that can be put out of reach, or locked as a keychain is: to be searched, but not to be written. */
function switched(store: TokenStore, isReachable = true): Switched {
  const refusal = () => new StagedoorError("store-unavailable", "The first store cannot be reached.");
  const reach = async () => {
    if (self.isReachable) return;
    self.asked += 1;
    throw refusal();
  };
  const self: Switched = {
    isReachable,
    isWritable: true,
    asked: 0,
    read: async (key) => reach().then(() => store.read(key)),
    list: async () => reach().then(() => store.list()),
    withLock: async (key, action, signal) => reach().then(() => store.withLock(key, action, signal)),
    async compareAndSwap(key, expected, token) {
      await reach();
      if (!self.isWritable) throw refusal();
      return store.compareAndSwap(key, expected, token);
    },
  };
  return self;
}

function pair() {
  const clock = { time: 1_800_000_000_000, now: () => clock.time };
  const notices: FallbackNotice[] = [];
  const [first, second] = [switched(memoryStore()), memoryStore()];
  const store = fallback(first, second, { onFallback: (notice) => notices.push(notice), clock });
  return { first, second, store, notices, clock };
}
