import { quantile } from "../../measuring.mjs";
import { freshId } from "./many-at-once.mjs";

/**
 * Calls one after another: CPU per call, and how long one takes.
 *
 * @param {import("../contestants.mjs").Caller} caller
 * @param {{ warmup: number, calls: number }} plan
 */
export async function oneAfterAnother(caller, { warmup, calls }) {
  for (let at = 0; at < warmup; at++) await caller.getTrack(freshId());
  const times = new Float64Array(calls);
  const cpu = process.cpuUsage();
  let before = performance.now();
  for (let at = 0; at < calls; at++) {
    await caller.getTrack(freshId());
    const now = performance.now();
    times[at] = (now - before) * 1000;
    before = now;
  }
  const { user, system } = process.cpuUsage(cpu);
  return { cpu: (user + system) / calls, p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}
