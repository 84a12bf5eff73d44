// RF-22: threads, a cluster, and copies of the module in one process share a file store.
import { buildWorker } from "../support/worker-bundle.js";
import { withConductor } from "./conductor.js";
import { COLUMNS, roundRow } from "./matrix.js";
import { createRounds } from "./rounds.js";
import type { Cell, Scenario } from "./scenario.js";

const CROWDS = [
  { kind: "threads", count: { full: 16, small: 4 }, words: "worker threads" },
  { kind: "cluster", count: { full: 8, small: 2 }, words: "processes of a cluster" },
  { kind: "copies", count: { full: 2, small: 2 }, words: "copies of the module in one thread" },
] as const;

const CALLS = 4;

export const oneProcess: Scenario = {
  name: "one-process",
  title: "Threads, clusters and copies of the module",
  cases: ["RF-22", "I1"],
  about: `The same rounds where those who share a file store are not processes of their own: worker threads, the workers of a cluster, and two copies of stagedoor that one process has loaded, as a bundler or a hot reload does. Each of them makes ${CALLS} calls.`,
  minutes: 0.3,
  async run({ size, progress }) {
    const rows: (readonly Cell[])[] = [];
    const broken: string[] = [];
    const plan = { rounds: size === "full" ? 6 : 2, calls: CALLS };
    await withConductor(async (conductor) => {
      const spotify = await conductor.spotify({ refresh: "rotate-family-revoke" });
      const rounds = createRounds(conductor, spotify);
      const program = buildWorker(new URL("crowd.ts", import.meta.url));
      const [worker, agent] = ["worker.ts", "agent.ts"].map((file) =>
        buildWorker(new URL(file, import.meta.url)),
      );
      for (const crowdKind of CROWDS) {
        const { kind } = crowdKind;
        const count = crowdKind.count[size];
        const words = `${count} ${crowdKind.words}`;
        const args = [kind, String(count), worker ?? "", agent ?? ""];
        const crowd = await conductor.worker({ name: kind, program, args });
        const store = conductor.fileStore();
        await rounds.begin([crowd], { profile: "default", store: () => store });
        const result = await rounds.run([crowd], plan);
        rows.push(roundRow([words, "rotate-family-revoke", 1, count * CALLS, plan.rounds], result.figures));
        broken.push(...result.broken.map((sentence) => `${words}: ${sentence}`));
        progress(`${words}: ${result.figures.requestsPerGeneration} per generation`);
      }
      broken.push(...(await conductor.finish()));
    });
    return { tables: [{ columns: ["who", ...COLUMNS.slice(1)], rows }], broken };
  },
};
