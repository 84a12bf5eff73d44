import { freshId } from "./many-at-once.mjs";

/**
 * So many calls, and what is in use afterwards, in MB.
 *
 * @param {import("../contestants.mjs").Caller} caller
 * @param {{ count: number, inFlight: number }} plan
 */
export async function makeCalls(caller, { count, inFlight }) {
  let left = count;
  const loop = async () => {
    while (left-- > 0) await caller.getTrack(freshId());
  };
  await Promise.all(Array.from({ length: inFlight }, loop));
  for (let at = 0; at < 4; at++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    globalThis.gc();
  }
  const { rss, heapUsed } = process.memoryUsage();
  return { rss: rss / 1_000_000, heap: heapUsed / 1_000_000 };
}
