import { beforeEach, describe, expect, test } from "vitest";
import type { TokenStore } from "../../src/token/store.js";
import { KEY, sampleToken } from "./sample.js";
import type { StoreUnderTest } from "./store-under-test.js";
import { put, textOf } from "./store-under-test.js";

/** The part of the suite that is about locks and about stores that share a place. */
export function lockTests(currentPlace: () => StoreUnderTest): void {
  let place: StoreUnderTest;
  let store: TokenStore;

  beforeEach(() => {
    place = currentPlace();
    store = place.store;
  });

  describe("locking", () => {
    test("gives back what the action gives back", async () => {
      expect(await store.withLock(KEY, async () => 42)).toBe(42);
    });

    test("tells the action that the lock is held", async () => {
      expect(await store.withLock(KEY, async (lock) => lock.isHeld())).toBe(true);
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
      await store.withLock(KEY, () => put(store, KEY, "1"));
      expect(await textOf(store, KEY)).toBe("1");
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
    test("shows what the other wrote", async () => {
      const { sibling } = place;
      await put(store, KEY, "1");
      expect((await sibling.read(KEY))?.token.accessToken).toBe(sampleToken("1").accessToken);
    });

    test("refuses a write over what the other wrote", async () => {
      const { sibling } = place;
      const first = await put(store, KEY, "1");
      await sibling.compareAndSwap(KEY, first, sampleToken("2"));
      expect(await store.compareAndSwap(KEY, first, sampleToken("3"))).toBeNull();
    });

    test("runs one action at a time in both together", async () => {
      const { sibling } = place;
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
