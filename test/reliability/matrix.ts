// RF-01, RF-02: how many processes, calls and stores there may be, a token is refreshed once.
import { available, BACKENDS, type Backend, type BackendKind, withBackends } from "./backends.js";
import { type SpotifyProgram, type WorkerProgram, withConductor } from "./conductor.js";
import { createRounds, type RoundFigures, type Rounds } from "./rounds.js";
import type { Cell, RunOptions, Scenario, ScenarioResult, Size } from "./scenario.js";

const MODES = ["rotate-strict", "rotate-family-revoke"] as const;

interface Sizes {
  readonly processes: readonly number[];
  readonly calls: readonly number[];
  rounds(processes: number): number;
}

const SIZES: Readonly<Record<Size, Sizes>> = {
  full: {
    processes: [2, 8, 32, 128],
    calls: [1, 16],
    rounds: (processes) => (processes > 32 ? 1 : processes > 8 ? 2 : 4),
  },
  small: { processes: [8], calls: [16], rounds: () => 2 },
};

/** More processes than this are not tried in all combinations: on two cores each round takes seconds. */
const MANY = 32;

/** Every mode and every number of calls once. */
function isTried({ isSlow }: Backend, mode: number, calls: number): boolean {
  return mode === calls && !(isSlow && mode === 0);
}

export const COLUMNS = [
  "store",
  "mode",
  "processes",
  "calls each",
  "rounds",
  "together",
  "requests per generation",
  "invalid_grant",
  "lost sessions",
  "failed calls",
  "round, ms (median / longest)",
  "call, ms (p50 / p99 / longest)",
] as const;

/** A row of the tables in which rounds are told. */
export function roundRow(head: readonly Cell[], figures: RoundFigures): readonly Cell[] {
  const { requestsPerGeneration, invalidGrants, revoked, failedCalls, together, roundMs, callMs } = figures;
  const whole = (...numbers: readonly number[]) => numbers.map(Math.round).join(" / ");
  return [
    ...head,
    together,
    requestsPerGeneration,
    invalidGrants,
    revoked,
    failedCalls,
    whole(roundMs.median, roundMs.longest),
    whole(callMs.p50, callMs.p99, callMs.longest),
  ];
}

export const matrix: Scenario = {
  name: "matrix",
  title: "Many processes, one refresh",
  cases: ["RF-01", "RF-02", "I1", "I8", "I11"],
  about:
    "Processes that share a store stay alive and are released together, round after round, when the access token has run out: by their clocks in one round, by a 401 of the Web API in the next. The token endpoint takes 50 ms. *Together* is the least number of processes in any round that had begun to call before the server answered the refresh. Lost sessions are logins that the server ended because an old refresh token was used. After each cell the store must hold the refresh token that the server would take now; at the end no token or client secret may stand in any output, command line, environment or file outside the store, and every process has to end by itself. 128 processes are tried with one call in the first mode and with sixteen in the second; with the keychain, which each process asks through a helper of its own, only the latter.",
  minutes: 3,
  run: (options) => runMatrix(BACKENDS, options),
};

/** @param processes in place of those of the size */
export async function runMatrix(
  kinds: readonly BackendKind[],
  { size, progress }: RunOptions,
  processes = SIZES[size].processes,
): Promise<ScenarioResult> {
  const { here, skipped } = available(kinds);
  const { calls, rounds } = SIZES[size];
  const rows: (readonly Cell[])[] = [];
  const broken: string[] = [];

  async function runCells(fleet: readonly WorkerProgram[], backend: Backend, stage: Stage): Promise<void> {
    for (const mode of MODES) {
      await stage.spotify.ask("refresh-mode", { mode });
      for (const count of processes) {
        for (const each of calls) {
          if (count > MANY && !isTried(backend, MODES.indexOf(mode), calls.indexOf(each))) continue;
          const workers = fleet.slice(0, count);
          const cell = `${backend.name}, ${mode}, ${count} × ${each}`;
          const profile = `${backend.name}-${mode}-${count}-${each}`;
          await stage.rounds.begin(workers, { profile, store: backend.store });
          const plan = { rounds: rounds(count), calls: each };
          const result = await stage.rounds.run(workers, plan);
          rows.push(roundRow([backend.name, mode, count, each, plan.rounds], result.figures));
          broken.push(...result.broken.map((sentence) => `${cell}: ${sentence}`));
          progress(`${cell}: ${result.figures.requestsPerGeneration} per generation`);
        }
      }
    }
    await Promise.all(fleet.map((worker) => worker.ask("close", {})));
  }

  await withConductor((conductor) =>
    withBackends(here, conductor, async (backends) => {
      const spotify = await conductor.spotify();
      const stage = { spotify, rounds: createRounds(conductor, spotify) };
      const most = Math.max(...processes);
      progress(`starting ${most} processes`);
      const env = Object.assign({}, ...backends.map((backend) => backend.env));
      const fleet = await conductor.workers(most, { env });
      for (const backend of backends) await runCells(fleet, backend, stage);
      broken.push(...(await conductor.finish()));
    }),
  );
  return { tables: [{ columns: COLUMNS, rows }], broken, skipped };
}

interface Stage {
  readonly spotify: SpotifyProgram;
  readonly rounds: Rounds;
}
