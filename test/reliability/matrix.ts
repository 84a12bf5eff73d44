// RF-01, RF-02: how many processes, calls and stores there may be, a token is refreshed once.
import { available, BACKENDS, type BackendKind, withBackend } from "./backends.js";
import { withConductor } from "./conductor.js";
import { createRounds, type RoundFigures } from "./rounds.js";
import type { Cell, RunOptions, Scenario, ScenarioResult, Size } from "./scenario.js";

const MODES = ["rotate-strict", "rotate-family-revoke"] as const;

interface Sizes {
  readonly processes: readonly number[];
  readonly calls: readonly number[];
  rounds(processes: number): number;
}

const SIZES: Readonly<Record<Size, Sizes>> = {
  full: { processes: [2, 8, 32, 128], calls: [1, 16], rounds: (processes) => (processes > 32 ? 2 : 4) },
  small: { processes: [8], calls: [16], rounds: () => 2 },
};

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
    "Processes that share a store stay alive and are released together, round after round, when the access token has run out: by their clocks in one round, by a 401 of the Web API in the next. The token endpoint takes 50 ms. *Together* is the least number of processes in any round that had begun to call before the server answered the refresh. Lost sessions are logins that the server ended because an old refresh token was used. After each cell the store must hold the refresh token that the server would take now; at the end no token or client secret may stand in any output, command line, environment or file outside the store, and every process has to end by itself.",
  minutes: 4,
  run: (options) => runMatrix(BACKENDS, options),
};

/** @param processes in place of those of the size */
export async function runMatrix(
  kinds: readonly BackendKind[],
  options: RunOptions,
  processes?: readonly number[],
): Promise<ScenarioResult> {
  const { here, skipped } = available(kinds);
  const rows: (readonly Cell[])[] = [];
  const broken: string[] = [];
  for (const kind of here) {
    const part = await runCells(kind, options, processes);
    rows.push(...part.rows);
    broken.push(...part.broken);
  }
  return { tables: [{ columns: COLUMNS, rows }], broken, skipped };
}

async function runCells(
  kind: BackendKind,
  { size, progress }: RunOptions,
  processes = SIZES[size].processes,
): Promise<{ readonly rows: readonly (readonly Cell[])[]; readonly broken: readonly string[] }> {
  const sizes = SIZES[size];
  const rows: (readonly Cell[])[] = [];
  const broken: string[] = [];
  await withConductor((conductor) =>
    withBackend(kind, conductor, async (backend) => {
      const spotify = await conductor.spotify();
      const rounds = createRounds(conductor, spotify);
      const most = Math.max(...processes);
      progress(`${kind.name}: starting ${most} processes`);
      const fleet = await conductor.workers(most, { env: backend.env });
      for (const mode of MODES) {
        await spotify.ask("refresh-mode", { mode });
        for (const count of processes) {
          for (const calls of sizes.calls) {
            const workers = fleet.slice(0, count);
            const cell = `${kind.name}, ${mode}, ${count} × ${calls}`;
            await rounds.begin(workers, { profile: `${mode}-${count}-${calls}`, store: backend.store });
            const plan = { rounds: sizes.rounds(count), calls };
            const result = await rounds.run(workers, plan);
            rows.push(roundRow([kind.name, mode, count, calls, plan.rounds], result.figures));
            broken.push(...result.broken.map((sentence) => `${cell}: ${sentence}`));
            progress(`${cell}: ${result.figures.requestsPerGeneration} per generation`);
          }
        }
      }
      broken.push(...(await conductor.finish()).map((sentence) => `${kind.name}: ${sentence}`));
    }),
  );
  return { rows, broken };
}
