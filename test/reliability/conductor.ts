// Starts workers and the emulator, lets them begin together, and ends all of them. How to use it:
//
//   await withConductor(async (conductor) => {
//     const spotify = await conductor.spotify({ refresh: "rotate-strict" });
//     const store = conductor.fileStore();                                  // or another `StoreDescription`
//     const workers = await conductor.workers(8, { open: { spotify, store } });
//     await workers[0].ask("login", {});
//     await spotify.ask("advance", { ms: HOUR });
//     const answers = await conductor.together(workers, "call", { count: 16, what: "token", aheadMs: HOUR });
//     await workers[3].prepare("refresh", {}) … workers[3].signal("SIGKILL") … await workers[3].ended
//     await conductor.finish();                                             // canaries; workers end by themselves (I11)
//   });
//
// When the function returns, throws, or the conductor is interrupted, everything that it started is ended. Nothing here needs vitest.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomString } from "../../src/base/random.js";
import { buildWorker } from "../support/worker-bundle.js";
import { findCanaries, processTexts, type Text } from "./canaries.js";
import { type Program, startProgram } from "./program.js";
import type { SpotifyTasks, WorkerTasks } from "./protocol.js";
import type { StoreDescription } from "./store-description.js";

export type WorkerProgram = Program<WorkerTasks>;

/** The emulator, and what a worker has to know of it. */
export interface SpotifyProgram extends Program<SpotifyTasks> {
  readonly accounts: string;
  readonly api: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface WorkerOptions {
  /** Default: `worker-1`, `worker-2` … */
  readonly name?: string;
  /** Besides PATH and the folders of its home; nothing is taken over from the conductor's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** A program that runs the worker, with its arguments: `["strace", "-f"]`, `["faketime", "+1h"]`, `["ip", "netns", "exec", "a"]`. */
  readonly under?: readonly string[];
  /** Another runtime, with its arguments: `[bunPath]`, `[denoPath, "run", "-A"]`. Default: this Node. */
  readonly runtime?: readonly [string, ...string[]];
  /** The name of its home (HOME, XDG folders, TMPDIR, working directory). Default: its own name; several may share one. */
  readonly home?: string;
  /** Another program that speaks the protocol of workers, as `buildWorker` gives it, and what is told it after its name. */
  readonly program?: string;
  readonly args?: readonly string[];
  /** Opens a store and a session at once; see the task `open`. */
  readonly open?: OpenOptions;
}

export interface OpenOptions extends Partial<WorkerTasks["open"]["given"]> {
  readonly spotify: SpotifyProgram;
  readonly store: StoreDescription;
}

export interface Conductor {
  /** Where everything of this run is; gone afterwards. */
  readonly directory: string;
  /** A new place for a file store, outside of what must not hold a token. */
  fileStore(): Extract<StoreDescription, { kind: "file" }>;
  /** A new folder in which a token may be, such as for another store's server. */
  storeDirectory(): string;
  spotify(options?: { readonly refresh?: string }): Promise<SpotifyProgram>;
  worker(options?: WorkerOptions): Promise<WorkerProgram>;
  /** So many at once, a few at a time; options may differ by index. */
  workers(
    count: number,
    options?: WorkerOptions | ((index: number) => WorkerOptions),
  ): Promise<readonly WorkerProgram[]>;
  /** Has all workers do the same, released together when all are ready; the answers are in the order of the workers. */
  together<K extends keyof WorkerTasks>(
    workers: readonly WorkerProgram[],
    task: K,
    given: WorkerTasks[K]["given"],
    options?: { readonly timeoutMs?: number },
  ): Promise<readonly WorkerTasks[K]["answer"][]>;
  /** Drops a worker that has ended, so that a run of days does not grow; looks through what many of them said, a sentence for each find. */
  forget(worker: WorkerProgram): Promise<readonly string[]>;
  /** Looks for the emulators' tokens and the client secret wherever they must not be; a sentence for each find. */
  canaries(): Promise<readonly string[]>;
  /** `canaries()`, and then has every worker that still runs end by itself; a sentence for each thing that is wrong. */
  finish(): Promise<readonly string[]>;
}

/** More at a time than any scenario needs: what starts more has gone wild. */
const MAX_PROGRAMS = 400;
const MAX_FORGOTTEN = 1_000;
const START_MS = 60_000;
/** How many are started at a time: on two cores more only wait for each other. */
const START_WIDTH = 4;

type Started = Pick<Program<WorkerTasks>, "destroy" | "ended">;

/** So that nothing outlives a conductor that was killed itself, not even what is stopped; Linux only. */
const TIE: readonly string[] =
  spawnSync("setpriv", ["--pdeathsig", "KILL", "true"]).status === 0
    ? ["setpriv", "--pdeathsig", "KILL"]
    : [];

const live = new Set<Started>();
/** Of runs that are not over; tokens are in them. */
const directories = new Set<string>();
const ends = { hooked: false };

/** Ends what was started also where this process is interrupted. */
function hookEnds(): void {
  if (ends.hooked) return;
  ends.hooked = true;
  process.on("exit", () => {
    for (const one of live) one.destroy();
    for (const directory of directories) rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  });
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)
    process.once(signal, () => process.exit(code));
}

/** Runs `use` with a conductor, and ends whatever it started. */
export async function withConductor<V>(use: (conductor: Conductor) => Promise<V>): Promise<V> {
  hookEnds();
  const directory = mkdtempSync(join(tmpdir(), "stagedoor-reliability-"));
  directories.add(directory);
  const programs: Started[] = [];
  const workers: WorkerProgram[] = [];
  const spotifys: SpotifyProgram[] = [];
  const forgotten: Text[] = [];
  let built: string | undefined;
  let folders = 0;
  let unnamed = 0;

  /** Built once: what starts a thousand workers would else build for most of its time. */
  const workerProgram = () => {
    built ??= buildWorker(new URL("worker.ts", import.meta.url));
    return built;
  };

  const makeHome = (name: string) => {
    const home = join(directory, "homes", name);
    const at = (folder: string) => {
      const path = join(home, folder);
      mkdirSync(path, { recursive: true, mode: 0o700 });
      return path;
    };
    return {
      cwd: at("work"),
      env: {
        PATH: process.env.PATH ?? "",
        HOME: home,
        XDG_CONFIG_HOME: at("config"),
        XDG_DATA_HOME: at("data"),
        XDG_CACHE_HOME: at("cache"),
        XDG_STATE_HOME: at("state"),
        TMPDIR: at("tmp"),
      },
    };
  };

  async function start<P extends Started>(begin: () => Promise<P>): Promise<P> {
    if (live.size >= MAX_PROGRAMS) throw new Error(`More than ${MAX_PROGRAMS} programs run.`);
    const program = await begin();
    programs.push(program);
    live.add(program);
    void program.ended.then(() => live.delete(program));
    return program;
  }

  const conductor: Conductor = {
    directory,
    storeDirectory() {
      const path = join(directory, "stores", String(++folders));
      mkdirSync(path, { recursive: true, mode: 0o700 });
      return path;
    },
    fileStore: () => ({ kind: "file", directory: join(conductor.storeDirectory(), "tokens") }),

    async spotify({ refresh } = {}) {
      const path = buildWorker(new URL("spotify.ts", import.meta.url));
      const home = makeHome(`spotify-${spotifys.length + 1}`);
      const name = `spotify-${spotifys.length + 1}`;
      const program = await start(() =>
        startProgram<SpotifyTasks>({
          name,
          command: tied(process.execPath, path),
          ...home,
          startMs: START_MS,
        }),
      );
      // Characters that every encoding writes in its own way: what leaks is found in any of them.
      const clientSecret = `emu_CANARY-SEC-${randomString(12)}/+"&=%`;
      const served = await program.ask("serve", { clientSecret, ...(refresh !== undefined && { refresh }) });
      const spotify = Object.assign(program, { ...served, clientSecret });
      spotifys.push(spotify);
      return spotify;
    },

    async worker(options = {}) {
      const name = options.name ?? `worker-${++unnamed}`;
      const { under = [], runtime = [process.execPath], args = [], home = name } = options;
      const path = options.program ?? workerProgram();
      const { env, cwd } = makeHome(home);
      const worker = await start(() =>
        startProgram<WorkerTasks>({
          name,
          command: tied(...under, ...runtime, path, name, ...args),
          env: { ...env, ...options.env },
          cwd,
          startMs: START_MS,
        }),
      );
      workers.push(worker);
      if (options.open !== undefined) await open(worker, options.open);
      return worker;
    },

    async workers(count, options = {}) {
      const path = workerProgram();
      const first = unnamed;
      unnamed += count;
      const made: WorkerProgram[] = [];
      const indexes = Array.from({ length: count }, (_, index) => index).values();
      const work = async () => {
        for (const index of indexes) {
          const own = typeof options === "function" ? options(index) : options;
          made[index] = await conductor.worker({
            name: `worker-${first + index + 1}`,
            program: path,
            ...own,
          });
        }
      };
      await Promise.all(Array.from({ length: START_WIDTH }, work));
      return made;
    },

    async together(players, task, given, options) {
      const prepared = await Promise.all(players.map((one) => one.prepare(task, given, options)));
      for (const one of prepared) one.go();
      return Promise.all(prepared.map((one) => one.answer));
    },

    async forget(worker) {
      drop(workers, worker);
      drop(programs, worker);
      forgotten.push(...outputs(worker));
      // The more secrets, the longer a look takes: not for each worker.
      if (forgotten.length < MAX_FORGOTTEN) return [];
      return findCanaries(await secretsOf(spotifys), { texts: forgotten.splice(0) });
    },

    async canaries() {
      return findCanaries(await secretsOf(spotifys), {
        texts: [
          ...forgotten,
          ...workers.flatMap(outputs),
          ...workers.flatMap(({ name, pid }) => processTexts(name, pid)),
        ],
        directory: join(directory, "homes"),
      });
    },

    async finish() {
      const found = await conductor.canaries();
      const troubles: string[] = [];
      const running = workers.filter((worker) => live.has(worker));
      await Promise.all(
        running.map((worker) =>
          worker.exit().then(
            ({ code }) => {
              if (code !== 0) troubles.push(`${worker.name} ended with code ${code}.`);
            },
            (error: unknown) => troubles.push(String(error)),
          ),
        ),
      );
      return [...found, ...troubles];
    },
  };

  try {
    return await use(conductor);
  } finally {
    for (const program of programs) program.destroy();
    await Promise.all(programs.map((program) => program.ended));
    rmSync(directory, { recursive: true, force: true });
    directories.delete(directory);
  }
}

/** Opens a store and a session in a worker that runs. */
export async function open(worker: WorkerProgram, { spotify, ...rest }: OpenOptions): Promise<void> {
  const { accounts, api, clientId, clientSecret } = spotify;
  await worker.ask("open", { accounts, api, clientId, clientSecret, ...rest });
}

function tied(...words: readonly string[]): readonly [string, ...string[]] {
  const [first = "", ...rest] = [...TIE, ...words];
  return [first, ...rest];
}

/** All tokens that were ever given, and the client secrets. */
async function secretsOf(spotifys: readonly SpotifyProgram[]): Promise<readonly string[]> {
  const answers = await Promise.all(spotifys.map((one) => one.ask("secrets", {})));
  return [...answers.flatMap(({ secrets }) => secrets), ...spotifys.map(({ clientSecret }) => clientSecret)];
}

function drop(all: unknown[], one: unknown): void {
  const index = all.indexOf(one);
  if (index >= 0) all.splice(index, 1);
}

function outputs({ name, output: { stdout, stderr } }: WorkerProgram) {
  return [
    { where: `stdout of ${name}`, text: stdout },
    { where: `stderr of ${name}`, text: stderr },
  ];
}
