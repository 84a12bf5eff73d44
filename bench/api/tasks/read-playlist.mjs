import { idOf } from "../bodies.mjs";

/** How often the heap is looked at, in items. */
const LOOK = 2500;

/**
 * Reads a playlist whole and sees that all items came, in order. Where garbage can be collected at will, it also finds the most that was alive at once.
 *
 * @param {import("../contestants.mjs").Caller} caller
 * @param {{ total: number, inFlight?: number }} plan
 */
export async function readPlaylist(caller, { total, inFlight }) {
  let at = 0;
  let heap = 0;
  const start = performance.now();
  await caller.readPlaylist(
    idOf(1),
    (id) => {
      if (id !== idOf(at)) throw new Error(`The item ${at} is ${id}.`);
      at += 1;
      if (globalThis.gc !== undefined && at % LOOK === 0) {
        globalThis.gc();
        heap = Math.max(heap, process.memoryUsage().heapUsed);
      }
    },
    { inFlight },
  );
  if (at !== total) throw new Error(`${at} of ${total} items came.`);
  // Linux counts it in kB.
  const seconds = (performance.now() - start) / 1000;
  return { seconds, peakMiB: process.resourceUsage().maxRSS / 1024, heapMiB: heap / 1024 / 1024 };
}
