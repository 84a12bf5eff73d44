import { goal, middle, ordered, ratio, show } from "../harness/figures.mjs";
import { inTurn } from "../harness/rounds.mjs";
import { contestants, PEERS } from "./contestants.mjs";
import { onStage } from "./stage.mjs";

const COUNT = 1000;
const LATENCIES_MS = [0, 50];
const ENTRANTS = contestants("stagedoor", "dispatch", "request", ...PEERS);
const TIERS = {
  extended: "an app with extended quota, batches of 50",
  development: "an app in development, which has lost the batches: one by one",
};

export const name = "tracks";
export const title = "1,000 tracks by their ids";

/** @param {{ rounds: number }} plan */
export async function run({ rounds }) {
  const measured = [];
  for (const [tier, caption] of Object.entries(TIERS)) {
    const all = await measure(tier, rounds);
    const of = (wanted) => all.find(({ contestant }) => contestant.name === wanted);
    measured.push({ tier, caption, all, ours: of("stagedoor"), bare: of("dispatch") });
  }
  return {
    intro:
      "Seconds. The hand-made loops on a Pool may have as many requests under way as stagedoor has. The peers have no help for this: their calls are all " +
      "begun at once, which is the fastest way, opens as many connections, and is what a limit refuses (see the tables on that).",
    tables: measured.map(({ caption, all }) => ({
      caption,
      columns: ["client", ...LATENCIES_MS.map((ms) => `${ms} ms`), "requests", "in flight"],
      rows: ordered(all, "at50", "up").map((one) => [
        one.contestant.title,
        one.error ?? show(middle(one, "at0"), 3),
        show(middle(one, "at50"), 3),
        show(middle(one, "requests"), 0),
        show(middle(one, "highest"), 0),
      ]),
    })),
    goals: measured.flatMap(({ tier, ours, bare }) =>
      LATENCIES_MS.map((ms) =>
        goal(
          `1,000 tracks, ${tier}, ${ms} ms: time, of the hand-made loop`,
          "<=",
          1.2,
          ratio(ours, bare, `at${ms}`),
        ),
      ),
    ),
  };
}

const measure = (tier, rounds) =>
  onStage(async (stage) => {
    const entries = await stage.enter(ENTRANTS, { tier });
    let inFlight;
    const read = async ({ worker, place }, latencyMs) => {
      await place.set({ latencyMs });
      await place.take();
      const { seconds } = await worker.ask("readTracks", { count: COUNT, tier, inFlight });
      return { seconds, ...(await place.take()) };
    };
    // Unmeasured, to warm up; stagedoor comes first and says how many it has under way once it trusts the server.
    const [ours] = entries;
    const heights = [];
    for (let at = 0; at < 3; at++) heights.push((await read(ours, 50)).highest);
    inFlight = Math.max(...heights);
    for (const entry of entries) {
      await read(entry, 50);
      await read(entry, 0);
    }
    return inTurn(entries, rounds, async (entry) => {
      const near = await read(entry, 0);
      const far = await read(entry, 50);
      return { at0: near.seconds, at50: far.seconds, requests: far.requests, highest: far.highest };
    });
  });
