import { idOf } from "../bodies.mjs";

/**
 * Reads a playlist whole and sees that all items came, in order.
 *
 * @param {import("../contestants.mjs").Caller} caller
 * @param {{ total: number, inFlight?: number }} plan
 */
export async function readPlaylist(caller, { total, inFlight }) {
  let at = 0;
  const start = performance.now();
  await caller.readPlaylist(
    idOf(1),
    (id) => {
      if (id !== idOf(at)) throw new Error(`The item ${at} is ${id}.`);
      at += 1;
    },
    { inFlight },
  );
  if (at !== total) throw new Error(`${at} of ${total} items came.`);
  // Linux counts it in kB.
  return { seconds: (performance.now() - start) / 1000, peakMiB: process.resourceUsage().maxRSS / 1024 };
}
