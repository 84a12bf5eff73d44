import { encrypted } from "../../src/stores/encrypted.js";
import { webStorageStore } from "../../src/stores/web-storage.js";
import { ABSENT, type TokenStore } from "../../src/token/index.js";
import { KEY, sampleText, sampleToken } from "../stores/sample.js";

/** What the tests in a browser call in the page. */
export interface PageTools {
  readonly stores: Record<"memory" | "local" | "session" | "sealed", () => TokenStore>;
  put(store: TokenStore, text: string): Promise<number | null>;
  text(store: TokenStore): Promise<string | null>;
  remove(store: TokenStore): Promise<number | null>;
  /** Adds one to the number that is stored, `times` times. */
  increment(store: TokenStore, times: number, way: "lock" | "swap"): Promise<void>;
  /** The code and the message of a failure. */
  failure(work: Promise<unknown>): Promise<readonly [unknown, string]>;
  readonly KEY: typeof KEY;
}

const generation = async (store: TokenStore) => (await store.read(KEY))?.generation ?? ABSENT;

async function addOne(store: TokenStore): Promise<boolean> {
  const stored = await store.read(KEY);
  const count = stored === null ? 0 : Number(sampleText(stored.token));
  const next = sampleToken(String(count + 1));
  return (await store.compareAndSwap(KEY, stored?.generation ?? ABSENT, next)) !== null;
}

const key = Uint8Array.from({ length: 32 }, (_, index) => index);

const tools: PageTools = {
  KEY,
  stores: {
    memory: () => webStorageStore(),
    local: () => webStorageStore({ storage: () => localStorage }),
    session: () => webStorageStore({ storage: () => sessionStorage }),
    sealed: () => encrypted(webStorageStore({ storage: () => localStorage }), { key }),
  },
  put: async (store, text) => store.compareAndSwap(KEY, await generation(store), sampleToken(text)),
  async text(store) {
    const stored = await store.read(KEY);
    return stored === null ? null : sampleText(stored.token);
  },
  remove: async (store) => store.compareAndSwap(KEY, await generation(store), null),
  async increment(store, times, way) {
    for (let count = 0; count < times; ) {
      const added = way === "swap" ? await addOne(store) : await store.withLock(KEY, () => addOne(store));
      // Under the lock a write that is refused would be a lost increment: it is not tried again.
      if (added || way === "lock") count += 1;
    }
  },
  failure: (work) =>
    work.then(
      () => ["none", ""] as const,
      (error: { code?: unknown; message?: unknown }) => [error.code, String(error.message)] as const,
    ),
};

Object.assign(globalThis, { tools });
