import { available, BACKENDS, type BackendKind, withBackend } from "./backends.js";
import { type Conductor, open, type SpotifyProgram, type WorkerProgram, withConductor } from "./conductor.js";
import { type Kill, killRound } from "./crash-round.js";
import { percentile } from "./oracles.js";
import { prestart } from "./prestarted.js";
import type { ProgramEvent } from "./protocol.js";
import type { RunOptions, Scenario, ScenarioResult, Table } from "./scenario.js";
import type { StoreDescription } from "./store-description.js";

/** How the answer takes its time: half of the kills meet a server that thinks before it commits, half one whose answer travels long. */
const PHASES = [
  { at: "before-commit", title: "answer after 5 to 30 ms, committed last" },
  { at: "after-commit", title: "answer after 5 to 30 ms, committed first" },
] as const;
const ANSWER_MS = [5, 12, 30, 8, 20];
/** Sweeps that run side by side, each with a login of its own. */
const LANES = 2;
/** Short, so that many kills fit; long enough for the heartbeats of a busy machine. */
const LEASE_MS = 1_000;

/** How many kills, for each size. */
export interface Sweep {
  readonly kills: number;
  /** Refreshes without a kill before, from which the width of the window is measured. */
  readonly measured: number;
}

export const crashSweep: Scenario = {
  name: "crash-sweep",
  title: "Killed at any moment of a refresh",
  cases: ["RF-09", "LO-01"],
  about:
    "A process refreshes under `rotate-strict` and is ended with `kill -9` at a uniformly random moment; another one that has never seen the login takes " +
    "the lock, looks at what was left, and goes on. Only a kill between Spotify's commit and our durable write may cost a login.",
  minutes: 3,
  run: (options) =>
    withConductor(async (conductor) => {
      const store = conductor.fileStore();
      const sweep = options.size === "full" ? { kills: 1000, measured: 200 } : { kills: 24, measured: 12 };
      const { directory } = store;
      const swept = await sweepStore(conductor, {
        title: "file store",
        store: () => store,
        directory,
        sweep,
        options,
      });
      return { ...swept, broken: counted([...swept.broken, ...(await conductor.finish())]) };
    }),
};

export const otherSweeps: Scenario = {
  name: "crash-sweep-others",
  title: "Killed at any moment of a refresh, over the other stores",
  cases: ["RF-09", "LO-01", "LO-10"],
  about: `As over files. Where the lock is a lease, it lasts ${LEASE_MS} ms here, and is free when it has run out.`,
  minutes: 3,
  run: (options) =>
    withConductor(async (conductor): Promise<ScenarioResult> => {
      const { here, skipped } = available(
        BACKENDS.filter(({ name }) => (options.size === "full" ? name !== "file" : name === "Redis")),
      );
      const sweep = options.size === "full" ? { kills: 80, measured: 20 } : { kills: 6, measured: 8 };
      const over = (kind: BackendKind) =>
        withBackend(kind, conductor, ({ name, store, env }) => {
          const lent = (index: number) => shortLease(store(index));
          return sweepStore(conductor, { title: name, store: lent, env, sweep, options });
        });
      const results = await Promise.all(here.map(over));
      return {
        tables: results.flatMap(({ tables }) => tables),
        broken: counted([...results.flatMap(({ broken }) => broken), ...(await conductor.canaries())]),
        skipped,
      };
    }),
};

function shortLease(store: StoreDescription): StoreDescription {
  return "client" in store ? { ...store, leaseMs: LEASE_MS } : store;
}

export interface SweepStore {
  readonly title: string;
  /** How a lane reaches it. */
  store(lane: number): StoreDescription;
  readonly env?: Readonly<Record<string, string>>;
  /** Where the files are, of a file store: each lane has a directory of its own, so that what lies there is one login's. */
  readonly directory?: string;
  readonly sweep: Sweep;
  readonly options: RunOptions;
}

/** Sweeps over one store. */
export async function sweepStore(
  conductor: Conductor,
  { title, store, env = {}, directory, sweep, options }: SweepStore,
): Promise<ScenarioResult> {
  const spotify = await conductor.spotify({ refresh: "rotate-strict" });
  const lanes = Math.min(LANES, Math.ceil(sweep.kills / 20));
  const pool = prestart(conductor, {
    ahead: lanes * 2,
    total: sweep.kills + lanes + 1,
    options: { home: "victims", env },
  });
  const windows: Window[] = [];
  const kills: Kill[] = [];
  const next = async (lane: number) => {
    const worker = await pool.take();
    const own: StoreDescription =
      directory === undefined ? store(lane) : { kind: "file", directory: `${directory}-${lane}` };
    // What a process loads for its first lock is no part of what is timed.
    await open(worker, { spotify, store: own, profile: `warm-${lane}` });
    await worker.ask("hold", {});
    await worker.ask("release", {});
    await open(worker, { spotify, store: own, profile: `lane-${lane}`, trace: true });
    return worker;
  };

  const holders = await Promise.all(Array.from({ length: lanes }, (_, lane) => next(lane)));
  for (const one of holders) await one.ask("login", {});
  for (const [index, phase] of PHASES.entries()) {
    await spotify.ask("clear-faults", {});
    const steps = ANSWER_MS.map((ms) => ({ kind: "delay", ms, at: phase.at }));
    await spotify.ask("faults", {
      faults: [{ kind: "sequence", steps, times: 1_000_000, match: { grant: "refresh_token" } }],
    });
    const [first] = holders;
    if (first === undefined) throw new Error("There is no lane.");
    for (let count = 0; count < sweep.measured / PHASES.length; count++) {
      const window = await measure(spotify, first, index);
      windows.push(window);
    }
    // Of this phase, without the first ones, which load what the later ones have; a little longer than nearly all.
    const whole = windows.slice(-sweep.measured / PHASES.length + 2).map(({ wholeMs }) => wholeMs);
    const spanMs = 1.1 * percentile(whole, 80);
    options.progress(
      `${title}: most refreshes take up to ${spanMs.toFixed(0)} ms; ${sweep.kills / 2} kills (${phase.title})`,
    );
    let left = sweep.kills / PHASES.length;
    await Promise.all(
      holders.map(async (_, lane) => {
        while (left-- > 0) {
          const victim = holders[lane];
          if (victim === undefined) return;
          const heir = await next(lane);
          const before = await victim.ask("stored", {});
          if (before === null) throw new Error("The victim is not logged in.");
          const kill = await killRound({
            spotify,
            victim,
            heir,
            before,
            killAfterMs: Math.random() * spanMs,
            directory: directory === undefined ? undefined : `${directory}-${lane}`,
          });
          kills.push(kill);
          if (kill.isLost) await heir.ask("login", {});
          holders[lane] = heir;
        }
      }),
    );
  }
  await pool.stop();
  // While its server still runs.
  for (const one of holders) await one.exit();
  const broken = kills.flatMap((kill) => kill.broken).map((sentence) => `${title}: ${sentence}`);
  return { tables: [sweepTable(title, kills), windowTable(title, windows)], broken };
}

/** How long the parts of one refresh took, in milliseconds. */
interface Window {
  readonly wholeMs: number;
  /** From the server's commit, by its clock, which counts whole milliseconds; only where it commits first. */
  readonly fromCommitMs?: number;
  readonly fromLastByteMs: number;
}

async function measure(spotify: SpotifyProgram, worker: WorkerProgram, phase: number): Promise<Window> {
  const since = worker.events.length;
  const { last } = await spotify.ask("token-requests", { since: Number.MAX_SAFE_INTEGER });
  const { calls, began, ended } = await worker.ask("refresh", {});
  if (calls[0]?.code !== undefined) throw new Error(`A refresh failed: ${calls[0].message}`);
  const events = worker.events.slice(since);
  const at = (name: ProgramEvent["event"]) => events.filter(({ event }) => event === name).at(-1)?.at;
  const answer = at("token-answer");
  const durable = at("durable");
  if (answer === undefined || durable === undefined) throw new Error("A refresh left no trace.");
  const { entries } = await spotify.ask("token-requests", { since: last });
  const commit = phase === 1 ? entries.at(-1)?.time : undefined;
  return {
    wholeMs: ended.steady - began.steady,
    fromLastByteMs: durable.steady - answer.steady,
    ...(commit !== undefined && { fromCommitMs: durable.wall - commit }),
  };
}

function sweepTable(title: string, kills: readonly Kill[]): Table {
  const count = (is: (kill: Kill) => boolean) => kills.filter(is).length;
  const lock = kills.map(({ lockMs }) => lockMs);
  const lost = kills.filter(({ isLost }) => isLost).map(({ afterCommitMs = 0 }) => afterCommitMs);
  return {
    caption: `${title}: ${kills.length} kills`,
    columns: ["what", "value"],
    rows: [
      ["killed before anything was written", count(({ left }) => left === "untouched")],
      ["killed after the refresh was announced", count(({ left }) => left === "announced")],
      ["killed after the new token was stored", count(({ left }) => left === "renewed")],
      [
        "with a temporary file left behind, 0600, swept by the next write",
        count(({ temporary }) => temporary > 0),
      ],
      ["logins lost, each in the window", count(({ isLost }) => isLost)],
      [
        "… killed so long after the commit (median, max)",
        lost.length === 0 ? "–" : `${ms(percentile(lost, 50))}, ${ms(Math.max(...lost))}`,
      ],
      ["from the kill to the lock in the next one's hands (median, p99, max)", spread(lock)],
    ],
  };
}

function windowTable(title: string, windows: readonly Window[]): Table {
  const fromCommit = windows.flatMap(({ fromCommitMs }) =>
    fromCommitMs === undefined ? [] : [fromCommitMs],
  );
  return {
    caption: `${title}: the window, over ${windows.length} refreshes without a kill`,
    columns: ["from", "to", "median, p99, max"],
    rows: [
      ["last byte of the answer", "durable", spread(windows.map(({ fromLastByteMs }) => fromLastByteMs))],
      ["commit at the server (the answer travels 5 to 30 ms)", "durable", spread(fromCommit)],
      ["beginning of the refresh", "its end", spread(windows.map(({ wholeMs }) => wholeMs))],
    ],
  };
}

export function spread(numbers: readonly number[]): string {
  return [percentile(numbers, 50), percentile(numbers, 99), Math.max(...numbers)].map(ms).join(", ");
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}

/** The same sentence once, with how often it was said. */
export function counted(sentences: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const one of sentences) counts.set(one, (counts.get(one) ?? 0) + 1);
  return [...counts].map(([sentence, count]) => (count === 1 ? sentence : `${count} times: ${sentence}`));
}
