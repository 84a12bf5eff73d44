import { freshId } from "./many-at-once.mjs";

/**
 * Reads tracks by their ids, and sees that all came, in order.
 *
 * @param {import("../contestants.mjs").Caller} caller
 * @param {{ count: number, tier: "extended" | "development", inFlight?: number }} plan
 */
export async function readTracks(caller, { count, tier, inFlight }) {
  const ids = Array.from({ length: count }, freshId);
  const start = performance.now();
  const found = await caller.readTracks(ids, { tier, inFlight });
  const seconds = (performance.now() - start) / 1000;
  if (found.length !== count || found.some((track, at) => track.id !== ids[at]))
    throw new Error("Not all tracks came, or not in order.");
  return { seconds };
}
