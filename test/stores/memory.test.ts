import { expect, test } from "vitest";
import { memoryStore } from "../../src/stores/memory.js";
import { KEY, sampleToken } from "./sample.js";
import { storeSuite } from "./suite.js";

storeSuite("memory", () => {
  const store = memoryStore();
  return { store, sibling: store };
});

test("two memory stores share nothing", async () => {
  await memoryStore().compareAndSwap(KEY, 0, sampleToken());
  expect(await memoryStore().read(KEY)).toBeNull();
});
