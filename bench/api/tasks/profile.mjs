import { Session } from "node:inspector/promises";
import { spentIn } from "../../harness/profile.mjs";
import { manyAtOnce } from "./many-at-once.mjs";

/**
 * What the calls spend their time with.
 *
 * @param {import("../contestants.mjs").Caller} caller
 * @param {Parameters<typeof manyAtOnce>[1]} plan
 */
export async function profile(caller, plan) {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: 200 });
  await session.post("Profiler.start");
  const result = await manyAtOnce(caller, plan);
  const { profile: taken } = await session.post("Profiler.stop");
  session.disconnect();
  return { ...result, spent: spentIn(taken) };
}
