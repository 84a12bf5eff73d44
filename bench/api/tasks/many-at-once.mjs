import { idOf } from "../bodies.mjs";

let next = 0;

/** The next id that nobody asked for yet: no cache may help. */
export const freshId = () => idOf(next++);

/**
 * Calls in so many loops at once for a while, and counts those that end within the time that is measured.
 *
 * @param {import("../contestants.mjs").Caller} caller
 * @param {{ inFlight: number, warmupMs: number, durationMs: number }} plan
 */
export async function manyAtOnce(caller, { inFlight, warmupMs, durationMs }) {
  let done = 0;
  let isOver = false;
  const loop = async () => {
    while (!isOver) {
      const id = freshId();
      const track = await caller.getTrack(id);
      if (track.id !== id) throw new Error(`Asked for ${id}, got ${track.id}.`);
      done += 1;
    }
  };
  const loops = Promise.all(Array.from({ length: inFlight }, loop));
  const measured = (async () => {
    await passed(warmupMs);
    const before = done;
    const cpu = process.cpuUsage();
    const start = performance.now();
    await passed(durationMs);
    const calls = done - before;
    const { user, system } = process.cpuUsage(cpu);
    const seconds = (performance.now() - start) / 1000;
    isOver = true;
    return { perSecond: calls / seconds, cpu: (user + system) / calls, calls };
  })();
  const [result] = await Promise.all([measured, loops]);
  return result;
}

const passed = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
