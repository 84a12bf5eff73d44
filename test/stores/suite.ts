import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { serializeToken } from "../../src/token/serialization.js";
import type { TokenKey, TokenStore } from "../../src/token/store.js";
import { ABSENT } from "../../src/token/store.js";
import { KEY, sampleText, sampleToken } from "./sample.js";

/** A store to be tested: empty, and used by nobody else. */
export interface StoreUnderTest {
  readonly store: TokenStore;
  /** A second store over the same place, as another process would have it. Left out where a place cannot be shared. */
  readonly sibling?: TokenStore;
  readonly close?: () => Promise<void>;
}

/** Names that break out of a path, a query, a glob, a pattern or a device table where they are not escaped. */
export const HOSTILE_NAMES: readonly string[] = [
  "../x",
  "..",
  ".",
  "/etc/passwd",
  "a/b",
  "a\\b",
  "C:\\x",
  "CON",
  "con",
  "con.json",
  "nul",
  "com1",
  "mia",
  "Mia",
  "MIA",
  "🎭",
  "é",
  "e\u0301",
  "ß",
  "ss",
  " ",
  "a ",
  "a.",
  ".hidden",
  "*",
  "?",
  "%2e%2e",
  "{tag}",
  "a:b",
  "a+b",
  "a_b",
  "a_005fb",
  "';--",
  '"',
  "$(id)",
  "--help",
  "\0",
  "a\0b",
  "\r\nDEL x",
  "x".repeat(300),
  `${"x".repeat(299)}y`,
  "X".repeat(300),
  "🎭".repeat(300),
  "__proto__",
  "constructor",
];

/** Any name a person could give, the hostile ones often. */
export const anyName = fc.oneof(
  fc.constantFrom(...HOSTILE_NAMES),
  fc.string({ unit: "binary", minLength: 1, maxLength: 60 }),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }),
);

const anyKey: fc.Arbitrary<TokenKey> = fc.record({
  provider: anyName,
  clientId: anyName,
  profile: anyName,
});

/** What every token store must do; each store's test file calls it once. */
export function storeSuite(name: string, makeStore: () => StoreUnderTest | Promise<StoreUnderTest>): void {
  describe(`${name} as a token store`, () => {
    let place: StoreUnderTest;
    let store: TokenStore;

    beforeEach(async () => {
      place = await makeStore();
      store = place.store;
    });
    afterEach(async () => {
      await place.close?.();
    });

    /** Writes over whatever is there. */
    async function put(key: TokenKey, text: string): Promise<number> {
      const generation = (await store.read(key))?.generation ?? ABSENT;
      const written = await store.compareAndSwap(key, generation, sampleToken(text));
      if (written === null) throw new Error("Somebody else wrote.");
      return written;
    }

    async function textOf(key: TokenKey): Promise<string | undefined> {
      const stored = await store.read(key);
      return stored === null ? undefined : sampleText(stored.token);
    }

    describe("reading and writing", () => {
      test("finds nothing where nothing was written", async () => {
        expect(await store.read(KEY)).toBeNull();
      });

      test("gives back every field of the token", async () => {
        const token = sampleToken().with({ status: { state: "uncertain", at: 5 } });
        await store.compareAndSwap(KEY, ABSENT, token);
        const stored = await store.read(KEY);
        expect(stored && serializeToken(stored.token)).toBe(serializeToken(token));
      });

      test("gives back a token without a refresh token", async () => {
        const token = sampleToken().with({ refreshToken: undefined, grant: "client_credentials" });
        await store.compareAndSwap(KEY, ABSENT, token);
        expect((await store.read(KEY))?.token.refreshToken).toBeUndefined();
      });

      test("answers a write with the generation that a reader then finds", async () => {
        const written = await store.compareAndSwap(KEY, ABSENT, sampleToken());
        expect(written).toBeGreaterThan(ABSENT);
        expect((await store.read(KEY))?.generation).toBe(written);
      });

      test("replaces the generation that the writer read", async () => {
        const first = await put(KEY, "1");
        expect(await store.compareAndSwap(KEY, first, sampleToken("2"))).not.toBeNull();
        expect(await textOf(KEY)).toBe("2");
      });

      test("refuses a writer that expects nothing where something is", async () => {
        await put(KEY, "1");
        expect(await store.compareAndSwap(KEY, ABSENT, sampleToken("2"))).toBeNull();
        expect(await textOf(KEY)).toBe("1");
      });

      test("refuses a writer that read an older generation", async () => {
        const first = await put(KEY, "1");
        await put(KEY, "2");
        expect(await store.compareAndSwap(KEY, first, sampleToken("3"))).toBeNull();
        expect(await textOf(KEY)).toBe("2");
      });

      test("does not bring a removed entry back for a writer that read it", async () => {
        const first = await put(KEY, "1");
        await store.compareAndSwap(KEY, first, null);
        expect(await store.compareAndSwap(KEY, first, sampleToken("2"))).toBeNull();
        expect(await store.read(KEY)).toBeNull();
      });

      test("lets one of many writers at the same moment win", async () => {
        const answers = await Promise.all(
          Array.from({ length: 10 }, (_, index) =>
            store.compareAndSwap(KEY, ABSENT, sampleToken(String(index))),
          ),
        );
        const winners = answers.flatMap((answer, index) => (answer === null ? [] : [String(index)]));
        expect(winners).toHaveLength(1);
        expect(await textOf(KEY)).toBe(winners[0]);
      });

      test("loses no increment of writers that compare and swap without a lock", async () => {
        const increment = async () => {
          for (;;) {
            const stored = await store.read(KEY);
            const count = stored === null ? 0 : Number(sampleText(stored.token));
            const next = sampleToken(String(count + 1));
            if ((await store.compareAndSwap(KEY, stored?.generation ?? ABSENT, next)) !== null) return;
          }
        };
        await Promise.all(Array.from({ length: 10 }, increment));
        expect(await textOf(KEY)).toBe("10");
      });
    });

    describe("removing", () => {
      test("removes the generation that the caller read", async () => {
        const first = await put(KEY, "1");
        expect(await store.compareAndSwap(KEY, first, null)).toBe(ABSENT);
        expect(await store.read(KEY)).toBeNull();
      });

      test("refuses to remove a generation that the caller did not read", async () => {
        const first = await put(KEY, "1");
        await put(KEY, "2");
        expect(await store.compareAndSwap(KEY, first, null)).toBeNull();
        expect(await textOf(KEY)).toBe("2");
      });

      test("removes what is not there without complaint", async () => {
        expect(await store.compareAndSwap(KEY, ABSENT, null)).toBe(ABSENT);
      });

      test("never gives a generation twice, not even after removals", async () => {
        const seen: number[] = [];
        for (let round = 0; round < 5; round++) {
          seen.push(await put(KEY, "1"), await put(KEY, "2"));
          await store.compareAndSwap(KEY, seen.at(-1) ?? ABSENT, null);
        }
        expect(new Set(seen).size).toBe(10);
      });
    });

    describe("keys", () => {
      test("keeps keys apart that differ in one part", async () => {
        const keys = [KEY, { ...KEY, provider: "p" }, { ...KEY, clientId: "i" }, { ...KEY, profile: "n" }];
        for (const [index, key] of keys.entries()) await put(key, String(index));
        expect(await Promise.all(keys.map(textOf))).toEqual(["0", "1", "2", "3"]);
      });

      test("keeps keys apart whose parts run into each other", async () => {
        await put({ provider: "a", clientId: "b", profile: "c" }, "1");
        expect(await store.read({ provider: "ab", clientId: "", profile: "c" }).catch(() => null)).toBeNull();
        expect(await store.read({ provider: "a+b", clientId: "c", profile: "c" })).toBeNull();
      });

      test.each(["provider", "clientId", "profile"])("refuses an empty %s", async (part) => {
        const key = { ...KEY, [part]: "" };
        const refusal = { code: "argument-invalid" };
        await expect(store.read(key)).rejects.toMatchObject(refusal);
        await expect(store.compareAndSwap(key, ABSENT, sampleToken())).rejects.toMatchObject(refusal);
        await expect(store.withLock(key, async () => undefined)).rejects.toMatchObject(refusal);
      });

      test("keeps hostile names apart from each other", async () => {
        const keys = HOSTILE_NAMES.map((profile) => ({ ...KEY, profile }));
        for (const [index, key] of keys.entries()) await put(key, String(index));
        expect(await Promise.all(keys.map(textOf))).toEqual(keys.map((_, index) => String(index)));
        expect(sorted(await store.list())).toEqual(sorted(keys));
      });

      test("stores under any two names without mixing them up", async () => {
        await fc.assert(
          fc.asyncProperty(anyKey, anyKey, async (one, other) => {
            await put(one, "one");
            await put(other, "other");
            expect(await textOf(other)).toBe("other");
            expect(await textOf(one)).toBe(sorted([one])[0] === sorted([other])[0] ? "other" : "one");
          }),
          { numRuns: 40 },
        );
      });

      test("locks under any name", async () => {
        await fc.assert(
          fc.asyncProperty(anyKey, async (key) => {
            expect(await store.withLock(key, async () => "done")).toBe("done");
          }),
          { numRuns: 20 },
        );
      });
    });

    describe("listing", () => {
      test("lists nothing in an empty store", async () => {
        expect(await store.list()).toEqual([]);
      });

      test("lists what is stored and not what was removed or only locked", async () => {
        const gone = { ...KEY, profile: "gone" };
        await put(KEY, "1");
        await store.compareAndSwap(gone, await put(gone, "1"), null);
        await store.withLock({ ...KEY, profile: "locked" }, async () => undefined);
        expect(await store.list()).toEqual([KEY]);
      });
    });

    describe("locking", () => {
      test("gives back what the action gives back", async () => {
        expect(await store.withLock(KEY, async () => 42)).toBe(42);
      });

      test("passes the action's failure on and is free afterwards", async () => {
        const failure = new Error("no");
        await expect(store.withLock(KEY, () => Promise.reject(failure))).rejects.toBe(failure);
        expect(await store.withLock(KEY, async () => "next")).toBe("next");
      });

      test("is free after an action that throws before its first await", async () => {
        const action = () => {
          throw new Error("at once");
        };
        await expect(store.withLock(KEY, action)).rejects.toThrow("at once");
        expect(await store.withLock(KEY, async () => "next")).toBe("next");
      });

      test("runs one action at a time, in the order of asking", async () => {
        const order: number[] = [];
        let running = 0;
        const actions = Array.from({ length: 10 }, (_, index) =>
          store.withLock(KEY, async () => {
            running += 1;
            expect(running).toBe(1);
            await store.read(KEY);
            order.push(index);
            running -= 1;
          }),
        );
        await Promise.all(actions);
        expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      });

      test("does not let keys wait for each other", async () => {
        const answer = await store.withLock(KEY, () =>
          store.withLock({ ...KEY, profile: "other" }, async () => "both"),
        );
        expect(answer).toBe("both");
      });

      test("lets its holder write", async () => {
        await store.withLock(KEY, () => put(KEY, "1"));
        expect(await textOf(KEY)).toBe("1");
      });

      test("does not wait when the signal has fired already", async () => {
        const waiting = store.withLock(KEY, never, AbortSignal.abort());
        await expect(waiting).rejects.toMatchObject({ code: "aborted" });
      });

      test("ends the wait at once when the signal fires, and the action never runs", async () => {
        const abort = new AbortController();
        const gate = makeGate();
        const holding = store.withLock(KEY, () => gate.opened);
        const waiting = store.withLock(KEY, never, abort.signal);
        abort.abort();
        await expect(waiting).rejects.toMatchObject({ code: "aborted" });
        gate.open();
        await holding;
        expect(await store.withLock(KEY, async () => "next")).toBe("next");
      });

      test("does not let a later caller in when one between gives up", async () => {
        const abort = new AbortController();
        const gate = makeGate();
        const order: string[] = [];
        const holding = store.withLock(KEY, async () => {
          await gate.opened;
          order.push("first");
        });
        const givingUp = store.withLock(KEY, never, abort.signal).catch(() => order.push("gave up"));
        const later = store.withLock(KEY, async () => order.push("later"));
        abort.abort();
        await givingUp;
        await store.read(KEY);
        gate.open();
        await Promise.all([holding, later]);
        expect(order).toEqual(["gave up", "first", "later"]);
      });

      test("does not disturb an action that runs when its signal fires", async () => {
        const abort = new AbortController();
        const answer = store.withLock(
          KEY,
          async () => {
            abort.abort();
            await store.read(KEY);
            return "finished";
          },
          abort.signal,
        );
        expect(await answer).toBe("finished");
      });
    });

    describe("shared with another store", () => {
      test("shows what the other wrote", async ({ skip }) => {
        const sibling = place.sibling ?? skip("this place cannot be shared");
        await put(KEY, "1");
        expect((await sibling.read(KEY))?.token.accessToken).toBe(sampleToken("1").accessToken);
      });

      test("refuses a write over what the other wrote", async ({ skip }) => {
        const sibling = place.sibling ?? skip("this place cannot be shared");
        const first = await put(KEY, "1");
        await sibling.compareAndSwap(KEY, first, sampleToken("2"));
        expect(await store.compareAndSwap(KEY, first, sampleToken("3"))).toBeNull();
      });

      test("runs one action at a time in both together", async ({ skip }) => {
        const sibling = place.sibling ?? skip("this place cannot be shared");
        let running = 0;
        const action = async () => {
          running += 1;
          expect(running).toBe(1);
          await store.read(KEY);
          running -= 1;
        };
        await Promise.all(
          [store, sibling, store, sibling, store, sibling].map((one) => one.withLock(KEY, action)),
        );
      });
    });
  });
}

function never(): Promise<never> {
  throw new Error("This action must not run.");
}

function makeGate(): { opened: Promise<void>; open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

function sorted(keys: readonly TokenKey[]): readonly string[] {
  return keys.map((key) => JSON.stringify([key.provider, key.clientId, key.profile])).sort();
}
