import { freshId } from "./many-at-once.mjs";

/**
 * So many callers at once; each may fail for itself.
 *
 * @param {import("../contestants.mjs").Caller} caller
 * @param {{ count: number, patienceMs: number }} plan after `patienceMs` those that still wait are given up
 */
export async function burst(caller, { count, patienceMs }) {
  let done = 0;
  let failed = 0;
  let firstError = "";
  const one = async () => {
    const id = freshId();
    try {
      const track = await caller.getTrack(id);
      if (track?.id !== id) throw new Error("Another track came.");
      done += 1;
    } catch (error) {
      failed += 1;
      firstError ||= String(error?.message ?? error).slice(0, 200);
    }
  };
  const start = performance.now();
  let timer;
  const patience = new Promise((resolve) => {
    timer = setTimeout(resolve, patienceMs);
  });
  await Promise.race([patience, Promise.all(Array.from({ length: count }, one))]);
  clearTimeout(timer);
  return {
    seconds: (performance.now() - start) / 1000,
    done,
    failed,
    pending: count - done - failed,
    firstError,
  };
}
