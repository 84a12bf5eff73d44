import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { serializeToken } from "../../src/token/serialization.js";
import type { TokenKey, TokenStore } from "../../src/token/store.js";
import { ABSENT } from "../../src/token/store.js";
import { anyKey, HOSTILE_NAMES } from "./names.js";
import { KEY, sampleText, sampleToken } from "./sample.js";
import type { StoreUnderTest } from "./store-under-test.js";
import { put, textOf } from "./store-under-test.js";
import { lockTests } from "./suite-lock.js";

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
        const first = await put(store, KEY, "1");
        expect(await store.compareAndSwap(KEY, first, sampleToken("2"))).not.toBeNull();
        expect(await textOf(store, KEY)).toBe("2");
      });

      test("tells a token that is made for its generation which one it gets", async () => {
        const made: number[] = [];
        const make = async (generation: number) => {
          made.push(generation);
          return sampleToken(`of ${generation}`.replace(" ", "-"));
        };
        const first = await store.compareAndSwap(KEY, ABSENT, make);
        const second = await store.compareAndSwap(KEY, first ?? ABSENT, make);
        // A store may have to make one again, when somebody else was faster; the last one counts.
        expect(made.at(-1)).toBe(second);
        expect(await textOf(store, KEY)).toBe(`of-${second}`);
        await store.compareAndSwap(KEY, second ?? ABSENT, null);
        const third = await store.compareAndSwap(KEY, ABSENT, make);
        expect(third).toBeGreaterThan(second ?? Number.NaN);
        expect(await textOf(store, KEY)).toBe(`of-${third}`);
      });

      test("changes nothing when the token for a generation cannot be made", async () => {
        const first = await put(store, KEY, "1");
        const broken = () => Promise.reject(new Error("no token"));
        await expect(store.compareAndSwap(KEY, first, broken)).rejects.toThrow();
        expect(await textOf(store, KEY)).toBe("1");
        expect((await store.read(KEY))?.generation).toBe(first);
      });

      test("refuses a writer that expects nothing where something is", async () => {
        await put(store, KEY, "1");
        expect(await store.compareAndSwap(KEY, ABSENT, sampleToken("2"))).toBeNull();
        expect(await textOf(store, KEY)).toBe("1");
      });

      test("refuses a writer that read an older generation", async () => {
        const first = await put(store, KEY, "1");
        await put(store, KEY, "2");
        expect(await store.compareAndSwap(KEY, first, sampleToken("3"))).toBeNull();
        expect(await textOf(store, KEY)).toBe("2");
      });

      test("does not bring a removed entry back for a writer that read it", async () => {
        const first = await put(store, KEY, "1");
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
        expect(await textOf(store, KEY)).toBe(winners[0]);
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
        expect(await textOf(store, KEY)).toBe("10");
      });
    });

    describe("removing", () => {
      test("removes the generation that the caller read", async () => {
        const first = await put(store, KEY, "1");
        expect(await store.compareAndSwap(KEY, first, null)).toBe(ABSENT);
        expect(await store.read(KEY)).toBeNull();
      });

      test("refuses to remove a generation that the caller did not read", async () => {
        const first = await put(store, KEY, "1");
        await put(store, KEY, "2");
        expect(await store.compareAndSwap(KEY, first, null)).toBeNull();
        expect(await textOf(store, KEY)).toBe("2");
      });

      test("removes what is not there without complaint", async () => {
        expect(await store.compareAndSwap(KEY, ABSENT, null)).toBe(ABSENT);
      });

      test("never gives a generation twice, not even after removals", async () => {
        const seen: number[] = [];
        for (let round = 0; round < 5; round++) {
          seen.push(await put(store, KEY, "1"), await put(store, KEY, "2"));
          await store.compareAndSwap(KEY, seen.at(-1) ?? ABSENT, null);
        }
        expect(new Set(seen).size).toBe(10);
      });
    });

    describe("keys", () => {
      test("keeps keys apart that differ in one part", async () => {
        const keys = [KEY, { ...KEY, provider: "p" }, { ...KEY, clientId: "i" }, { ...KEY, profile: "n" }];
        for (const [index, key] of keys.entries()) await put(store, key, String(index));
        expect(await Promise.all(keys.map((key) => textOf(store, key)))).toEqual(["0", "1", "2", "3"]);
      });

      test("keeps keys apart whose parts run into each other", async () => {
        await put(store, { provider: "a", clientId: "b", profile: "c" }, "1");
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
        for (const [index, key] of keys.entries()) await put(store, key, String(index));
        expect(await Promise.all(keys.map((key) => textOf(store, key)))).toEqual(
          keys.map((_, index) => String(index)),
        );
        expect(sorted(await store.list())).toEqual(sorted(keys));
      });

      test("stores under any two names without mixing them up", async () => {
        await fc.assert(
          fc.asyncProperty(anyKey, anyKey, async (one, other) => {
            await put(store, one, "one");
            await put(store, other, "other");
            expect(await textOf(store, other)).toBe("other");
            expect(await textOf(store, one)).toBe(sorted([one])[0] === sorted([other])[0] ? "other" : "one");
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
        await put(store, KEY, "1");
        await store.compareAndSwap(gone, await put(store, gone, "1"), null);
        await store.withLock({ ...KEY, profile: "locked" }, async () => undefined);
        expect(await store.list()).toEqual([KEY]);
      });
    });

    lockTests(() => place);
  });
}

function sorted(keys: readonly TokenKey[]): readonly string[] {
  return keys.map((key) => JSON.stringify([key.provider, key.clientId, key.profile])).sort();
}
