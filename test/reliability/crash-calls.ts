import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { skipsStrace } from "../support/components.js";
import { type Conductor, open, type SpotifyProgram, type WorkerProgram, withConductor } from "./conductor.js";
import { counted } from "./crash-sweep.js";
import { type Prestarted, prestart } from "./prestarted.js";
import type { Scenario, ScenarioResult } from "./scenario.js";
import type { StoreDescription } from "./store-description.js";
import { readTokenFiles } from "./token-files.js";

/** What a process does to a network connection and to files while it takes an answer and stores it. */
const CALLS =
  "read recvfrom writev write pwrite64 pread64 openat open close fstat newfstatat statx lstat stat flock fcntl getdents64 " +
  "fsync fdatasync rename renameat renameat2 unlink fchmod chmod mkdir ftruncate link";
const TRACED = CALLS.split(" ")
  .map((call) => `?${call}`)
  .join(",");
/** Twice what a refresh needs today. */
const MOST_CALLS = 400;
const SMALL = new Set(["fsync", "rename"]);

/** One system call of a traced refresh. */
interface Call {
  readonly name: string;
  /** How many of that name its thread had made before, and this one: what `when=` counts. */
  readonly number: number;
  /** What it was done to, without what differs from run to run. */
  readonly on: string;
  readonly isLate: boolean;
}

export const crashCalls: Scenario = {
  name: "crash-calls",
  title: "Killed at every system call after the answer",
  cases: ["RF-09", "ST-04"],
  about:
    "A first refresh is watched with `strace`; then one refresh each is killed on entering each system call that was made to the network or to files from the " +
    "arrival of the answer on. Only a kill before the rename may cost the login; the store has to parse after each.",
  minutes: 2,
  run: ({ size, progress }) =>
    withConductor(async (conductor): Promise<ScenarioResult> => {
      if (skipsStrace) return { tables: [], broken: [], skipped: ["there is no strace that works"] };
      const spotify = await conductor.spotify({ refresh: "rotate-strict" });
      // The place in which a killed one was is looked for by what its trace ends with, so a trace is cheap to repeat.
      const store = conductor.fileStore();
      const pool = prestart(conductor, {
        ahead: 4,
        total: MOST_CALLS,
        options: { home: "traced", env: { UV_THREADPOOL_SIZE: "1" } },
      });
      const sweep = new CallSweep(conductor, spotify, store, pool);
      const whole = await sweep.run();
      const late = whole.calls.filter(({ isLate }) => isLate);
      const wanted = new Map(late.map(({ name, number }) => [`${name} ${number}`, { name, number }]));
      // The event loop wakes once more or once less from run to run, which `read` counts too.
      for (const { name, number } of late)
        for (const one of [number - 1, number + 1])
          if (name === "read") wanted.set(`${name} ${one}`, { name, number: one });
      const points = [...wanted.values()].filter(({ name }) => size === "full" || SMALL.has(name));
      progress(`${whole.calls.length} calls, ${late.length} after the answer, ${points.length} kills`);
      const deaths: Death[] = [];
      for (const point of points) deaths.push(await sweep.kill(point));
      await pool.stop();
      return {
        tables: [
          {
            caption: "Kills on entering a system call, by what the call was done to",
            columns: ["system call", "on", "kills", "the login afterwards"],
            rows: table(deaths),
          },
        ],
        broken: counted([...deaths.flatMap(({ broken }) => broken), ...(await conductor.finish())]),
        notes: [
          `${deaths.length} kills, ${deaths.filter(({ isLost }) => isLost).length} logins lost, all of them before the rename.`,
        ],
      };
    }),
};

interface Death {
  readonly name: string;
  readonly on: string;
  /** Where in the order of a refresh. */
  readonly index: number;
  readonly outcome: string;
  readonly isLost: boolean;
  readonly broken: readonly string[];
}

class CallSweep {
  readonly #conductor: Conductor;
  readonly #spotify: SpotifyProgram;
  readonly #store: StoreDescription & { kind: "file" };
  readonly #pool: Prestarted;
  /** Who went on after the last kill, and is the next to be traced. */
  #warm: WorkerProgram | undefined;
  #runs = 0;

  constructor(
    conductor: Conductor,
    spotify: SpotifyProgram,
    store: StoreDescription & { kind: "file" },
    pool: Prestarted,
  ) {
    this.#conductor = conductor;
    this.#spotify = spotify;
    this.#store = store;
    this.#pool = pool;
  }

  /** A traced refresh, killed if a place is given. */
  async run(point?: { readonly name: string; readonly number: number }) {
    const worker = await this.#ready();
    const inject = point === undefined ? [] : ["-e", `inject=${point.name}:signal=KILL:when=${point.number}`];
    const file = join(this.#conductor.directory, `trace-${++this.#runs}`);
    const tracer = spawn(
      "strace",
      ["-f", "-p", String(worker.pid), "-o", file, "-s", "40", "-y", "-e", `trace=${TRACED}`, ...inject],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    const over = new Promise((resolve) => tracer.once("close", resolve));
    try {
      await new Promise<void>((resolve, reject) => {
        let said = "";
        tracer.stderr.setEncoding("utf8").on("data", (text: string) => {
          said += text;
          if (said.includes("attached")) resolve();
        });
        tracer.once("close", () => reject(new Error(`strace ended: ${said}`)));
      });
      const before = readTokenFiles(this.#store.directory).records[0]?.refresh;
      await worker.ask("refresh", {}, { timeoutMs: 20_000 }).catch(() => undefined);
      // What follows the refresh, such as the next look at standard input, is not part of it.
      worker.signal("SIGKILL");
      await worker.ended;
      await over;
      return { worker, before, calls: readTrace(readFileSync(file, "utf8")) };
    } finally {
      tracer.kill("SIGKILL");
      await over;
    }
  }

  async kill(point: { readonly name: string; readonly number: number }): Promise<Death> {
    const { last } = await this.#spotify.ask("token-requests", { since: Number.MAX_SAFE_INTEGER });
    const { worker, before, calls } = await this.run(point);
    const heir = await this.#opened();
    const files = readTokenFiles(this.#store.directory);
    const broken = [...files.broken];
    const [record, ...more] = files.records;
    if (record === undefined || more.length > 0) broken.push(`${files.records.length} token files`);
    const [outcome] = (await heir.ask("refresh", {})).calls;
    const { entries } = await this.#spotify.ask("token-requests", { since: last });
    const isLost = outcome?.code !== undefined;
    const committed = entries.some((entry) => entry.caller === worker.name && entry.committed);
    const died = calls.at(-1);
    const renamed = calls.slice(0, -1).some(({ name, isLate }) => isLate && name.startsWith("rename"));
    const where = died === undefined ? "nothing" : `${died.name} ${died.on}`;
    if (isLost && (renamed || !committed || record?.refresh !== before))
      broken.push(`a login was lost by a kill at ${where}, after the rename`);
    if (isLost && !/answer of Spotify was probably lost/.test(outcome.message ?? ""))
      broken.push(`a lost login was said to be ${outcome.code}: ${outcome.message}`);
    if (!isLost && readTokenFiles(this.#store.directory).temporary > 0)
      broken.push(`a temporary file of a kill at ${where} was not swept`);
    if (isLost) await heir.ask("login", {});
    this.#warm = heir;
    return {
      name: point.name,
      on: died?.on ?? "",
      index: calls.length,
      outcome: isLost
        ? "lost"
        : !committed
          ? "kept, nothing was sent"
          : renamed
            ? "kept, by the new token"
            : "kept",
      isLost,
      broken,
    };
  }

  async #opened(): Promise<WorkerProgram> {
    const worker = await this.#pool.take();
    await open(worker, { spotify: this.#spotify, store: this.#store });
    return worker;
  }

  /** A worker that has loaded all it needs and made its connections, so that what is traced is a refresh and nothing else. */
  async #ready(): Promise<WorkerProgram> {
    const worker = this.#warm ?? (await this.#opened());
    this.#warm = undefined;
    if (!existsSync(this.#store.directory)) await worker.ask("login", {});
    // Once more after a login, too: the first refresh of a connection is not like the later ones.
    await worker.ask("refresh", {});
    // The answer's last bytes and the timers of the connection settle.
    await pause(20);
    return worker;
  }
}

/** The calls of a trace in the order in which they began; those after the announcement and the answer are late. */
function readTrace(text: string): readonly Call[] {
  const counts = new Map<string, number>();
  const calls: Call[] = [];
  let asking: string | undefined;
  let isLate = false;
  for (const line of text.split("\n")) {
    const match = /^(\d+)\s+([a-z0-9_]+)\((.*)$/.exec(line);
    if (match === null) continue;
    const [, thread = "", name = "", rest = ""] = match;
    const id = `${thread} ${name}`;
    const number = (counts.get(id) ?? 0) + 1;
    counts.set(id, number);
    const descriptor = /^\d+</.exec(rest)?.[0];
    if (name.startsWith("write") && /"POST \/api/.test(rest)) asking = descriptor;
    if (name === "read" && asking !== undefined && descriptor === asking) isLate = true;
    // The answer to the conductor: the refresh is over.
    if (descriptor === "1<") break;
    calls.push({ name, number, on: placeOf(rest), isLate });
  }
  return calls;
}

/** What a call was done to, in words that are the same in each run. */
function placeOf(rest: string): string {
  const path = /^\d+<([^>]*)>/.exec(rest)?.[1] ?? /"([^"]*)"/.exec(rest)?.[1] ?? "";
  if (/^(socket|TCP)/.test(path)) return "the connection";
  if (/^(pipe|anon_inode)/.test(path)) return "the event loop";
  if (/\.tmp$/.test(path)) return "the new file";
  if (/\.json$/.test(path)) return "the token file";
  if (/\.(lock|write)$/.test(path)) return "a lock file";
  if (/locks$/.test(path)) return "the directory of locks";
  return /tokens$/.test(path) ? "the directory" : "something else";
}

function table(deaths: readonly Death[]): readonly (readonly (string | number)[])[] {
  const rows = new Map<string, { name: string; on: string; outcome: string; kills: number; index: number }>();
  for (const { name, on, outcome, index } of deaths) {
    const id = JSON.stringify([name, on, outcome]);
    const row = rows.get(id) ?? { name, on, outcome, kills: 0, index };
    row.kills += 1;
    row.index = Math.min(row.index, index);
    rows.set(id, row);
  }
  return [...rows.values()]
    .sort((a, b) => a.index - b.index)
    .map(({ name, on, outcome, kills }) => [`\`${name}\``, on, kills, outcome]);
}
