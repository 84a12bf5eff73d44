// RF-13: processes whose token ends in the same second refresh early, and not all of them.
import { HOUR, SECOND } from "../../src/base/clock.js";
import { withConductor } from "./conductor.js";
import { exactlyOnce, failures, markLedger, percentile, since, storeIsCurrent } from "./oracles.js";
import type { Cell, Scenario } from "./scenario.js";

/** How long before its end the token is asked for, step by step: the last five minutes, in which a session refreshes ahead. */
const STEPS = [330, 300, 285, 270, 255, 240, 180, 90].map((seconds) => seconds * SECOND);

export const herd: Scenario = {
  name: "herd",
  title: "A herd with one expiry",
  cases: ["RF-13", "I1"],
  about:
    "Processes that share a file store loaded the same token and ask for it again and again while its last minutes pass. A session refreshes ahead, at a moment of its own within the last five minutes, while its callers go on with the token that still works: one request in all, and nobody waits. The token endpoint takes 500 ms here, so that a caller who waited for it would be seen.",
  minutes: 0.3,
  async run({ size, progress }) {
    const count = size === "full" ? 100 : 8;
    const rows: (readonly Cell[])[] = [];
    const broken: string[] = [];
    await withConductor(async (conductor) => {
      const spotify = await conductor.spotify({ refresh: "rotate-family-revoke" });
      progress(`starting ${count} processes`);
      const store = conductor.fileStore();
      const workers = await conductor.workers(count, { open: { spotify, store } });
      const [one] = workers;
      if (one === undefined) throw new Error("There are no workers.");
      await one.ask("login", {});
      await spotify.ask("faults", {
        faults: [{ kind: "delay", ms: 500, match: { grant: "refresh_token" } }],
      });
      await conductor.together(workers, "call", { count: 1, what: "token" });
      const mark = await markLedger(spotify);
      let before = 0;
      for (const left of STEPS) {
        const aheadMs = HOUR - left;
        const answers = await conductor.together(workers, "call", { count: 1, what: "token", aheadMs });
        broken.push(...failures(answers).map((sentence) => `${left / SECOND} s before the end: ${sentence}`));
        const ms = answers.flatMap(({ calls }) => calls.map((call) => call.ms));
        // Whoever began a refresh holds the lock until it is stored.
        await one.ask("hold", {});
        await one.ask("release", {});
        const { requests } = await since(spotify, mark);
        rows.push([
          left / SECOND,
          count,
          requests - before,
          Math.round(percentile(ms, 99)),
          Math.round(Math.max(...ms)),
        ]);
        before = requests;
      }
      broken.push(...(await storeIsCurrent(spotify, [one, workers.at(-1) ?? one])));
      // Only then are all refreshes in the background over.
      broken.push(...(await conductor.finish()));
      broken.push(...exactlyOnce(await since(spotify, mark), { rounds: 1 }));
    });
    const columns = [
      "seconds before the end",
      "callers",
      "token requests",
      "call, ms (p99)",
      "call, ms (longest)",
    ];
    return { tables: [{ columns, rows }], broken };
  },
};
