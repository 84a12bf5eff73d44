// RF-04: the lock goes with the token, wherever a process thinks that its user lives.
import { available, BACKENDS, type BackendKind, withBackends } from "./backends.js";
import { withConductor } from "./conductor.js";
import { COLUMNS, roundRow } from "./matrix.js";
import { createRounds } from "./rounds.js";
import type { Cell, RunOptions, Scenario, ScenarioResult } from "./scenario.js";

const PROCESSES = 4;
const CALLS = 4;

export const homes: Scenario = {
  name: "homes",
  title: "Same store, different homes",
  cases: ["RF-04", "I1", "I5"],
  about: `${PROCESSES} processes that share a store and all of HOME, XDG_CONFIG_HOME, XDG_DATA_HOME, XDG_CACHE_HOME, XDG_STATE_HOME, TMPDIR and the working directory, and ${PROCESSES} that share the store alone.`,
  minutes: 0.3,
  run: (options) => runHomes(BACKENDS, options),
};

export async function runHomes(
  kinds: readonly BackendKind[],
  { size, progress }: RunOptions,
): Promise<ScenarioResult> {
  const { here, skipped } = available(kinds);
  const plan = { rounds: size === "full" ? 4 : 2, calls: CALLS };
  const rows: (readonly Cell[])[] = [];
  const broken: string[] = [];
  await withConductor((conductor) =>
    withBackends(here, conductor, async (backends) => {
      const spotify = await conductor.spotify({ refresh: "rotate-strict" });
      const rounds = createRounds(conductor, spotify);
      const env = Object.assign({}, ...backends.map((backend) => backend.env));
      const neighbours = await conductor.workers(PROCESSES, { env, home: "shared" });
      const strangers = await conductor.workers(PROCESSES, { env });
      for (const backend of backends) {
        for (const [words, workers] of [
          ["one home", neighbours],
          ["a home for each", strangers],
        ] as const) {
          await rounds.begin(workers, { profile: words, store: backend.store });
          const result = await rounds.run(workers, plan);
          const { figures } = result;
          rows.push(
            roundRow([`${backend.name}, ${words}`, "rotate-strict", PROCESSES, CALLS, plan.rounds], figures),
          );
          broken.push(...result.broken.map((sentence) => `${backend.name}, ${words}: ${sentence}`));
          progress(`${backend.name}, ${words}: ${figures.requestsPerGeneration} per generation`);
        }
        await Promise.all([...neighbours, ...strangers].map((worker) => worker.ask("close", {})));
      }
      broken.push(...(await conductor.finish()));
    }),
  );
  return { tables: [{ columns: ["store and homes", ...COLUMNS.slice(1)], rows }], broken, skipped };
}
