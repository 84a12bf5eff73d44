// Real Redis servers for tests and for stand-alone programs: this file must not need a test runner.
import type { ChildProcess } from "node:child_process";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export interface RedisOptions {
  /** Settings in place of the quiet ones below, as on the command line: `["--appendonly", "yes"]`. */
  readonly args?: readonly string[];
  /** The loopback port. Default: any that is free. */
  readonly port?: number;
}

/** A server on a loopback port of its own, with its data in a directory of its own. */
export interface RedisServer {
  readonly port: number;
  /** Of the process that runs now; another one after a restart. */
  readonly pid: number;
  readonly directory: string;
  /** Waits for a line of its log that was written since the last (re)start and that no other wait was given. */
  logged(pattern: RegExp): Promise<string>;
  /** Sends a signal; after `SIGKILL` and `SIGTERM` it waits for the end of the process. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Ends the process in the way of a crash, if it still runs, and starts it anew over the same data and port. */
  restart(args?: readonly string[]): Promise<void>;
  /** Ends it and deletes its data; may be called twice. */
  stop(): Promise<void>;
}

/** A primary, its replicas and the sentinels that watch over them. */
export interface SentinelSet {
  /** What the sentinels call it. */
  readonly name: string;
  readonly primary: RedisServer;
  readonly replicas: readonly RedisServer[];
  readonly sentinels: readonly RedisServer[];
  stop(): Promise<void>;
}

const QUIET = ["--save", "", "--appendonly", "no", "--enable-debug-command", "local"];
const STARTS = 5;
/** So that no server outlives a runner that was killed; Linux only. */
const TIED = spawnSync("setpriv", ["--pdeathsig", "KILL", "true"]).status === 0;

/**
 * Starts a Redis and waits until it takes commands.
 *
 * @example
 * const server = await startRedis({ args: ["--appendonly", "yes", "--appendfsync", "always"] });
 * try { … } finally { await server.stop(); }
 */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  return start("redis-server", options, (port) => [
    ["--port", String(port), "--bind", "127.0.0.1", "--daemonize", "no", ...QUIET, ...(options.args ?? [])],
    /Ready to accept connections/,
  ]);
}

/**
 * Starts a primary with replicas and sentinels, and waits until the replicas follow and every sentinel knows them.
 *
 * @param options how many; `downAfterMs` is how long a silent primary counts as alive
 */
export async function startSentinelSet(
  options: {
    readonly replicas?: number;
    readonly sentinels?: number;
    readonly downAfterMs?: number;
    readonly args?: readonly string[];
  } = {},
): Promise<SentinelSet> {
  const { replicas = 1, sentinels = 1, downAfterMs = 300, args = [] } = options;
  const name = "stage";
  const started: RedisServer[] = [];
  const stop = async () => {
    await Promise.all(started.map((server) => server.stop()));
  };
  const keep = async (starting: Promise<RedisServer>) => {
    const server = await starting;
    started.push(server);
    return server;
  };
  try {
    const primary = await keep(startRedis({ args: ["--repl-diskless-sync-delay", "0", ...args] }));
    const follow = ["--replicaof", "127.0.0.1", String(primary.port), "--repl-diskless-sync-delay", "0"];
    const following = await Promise.all(
      Array.from({ length: replicas }, () => keep(startRedis({ args: [...follow, ...args] }))),
    );
    for (const replica of following) await replica.logged(/sync: Finished with success/);
    const watching = await Promise.all(
      Array.from({ length: sentinels }, () =>
        keep(startSentinel(name, primary.port, Math.floor(sentinels / 2) + 1, downAfterMs)),
      ),
    );
    for (const sentinel of watching) {
      for (const _ of following) await sentinel.logged(/\+slave slave/);
      for (let other = 1; other < sentinels; other++) await sentinel.logged(/\+sentinel sentinel/);
    }
    return { name, primary, replicas: following, sentinels: watching, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function startSentinel(
  name: string,
  primary: number,
  quorum: number,
  downAfterMs: number,
): Promise<RedisServer> {
  return start("redis-sentinel", {}, (port, directory) => {
    const file = join(directory, "sentinel.conf");
    const lines = [
      `port ${port}`,
      "bind 127.0.0.1",
      `dir ${directory}`,
      `sentinel monitor ${name} 127.0.0.1 ${primary} ${quorum}`,
      `sentinel down-after-milliseconds ${name} ${downAfterMs}`,
      `sentinel failover-timeout ${name} 10000`,
    ];
    writeFileSync(file, `${lines.join("\n")}\n`);
    return [[file], /\+monitor master/];
  });
}

/** How to start a program at a port: its arguments, and the line by which it says that it is ready. */
type Plan = (port: number, directory: string) => readonly [readonly string[], RegExp];

async function start(program: string, options: RedisOptions, plan: Plan): Promise<RedisServer> {
  const directory = mkdtempSync(join(tmpdir(), "stagedoor-redis-"));
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort());
    const [args, ready] = plan(port, directory);
    const words = program === "redis-server" ? [...args, "--dir", directory] : args;
    const server = new Running(program, port, directory, words);
    try {
      await server.begin(ready);
      return server;
    } catch (error) {
      // Between the look and the start somebody else may have taken the port.
      if (attempt < STARTS && options.port === undefined) continue;
      await server.stop();
      throw error;
    }
  }
}

class Running implements RedisServer {
  readonly port: number;
  readonly directory: string;
  readonly #program: string;
  #args: readonly string[];
  #child: ChildProcess | undefined;
  #ready = /Ready/;
  #lines: string[] = [];
  readonly #wakers = new Set<() => void>();
  #ended: Promise<void> = Promise.resolve();
  #hasEnded = true;

  constructor(program: string, port: number, directory: string, args: readonly string[]) {
    this.#program = program;
    this.port = port;
    this.directory = directory;
    this.#args = args;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  async begin(ready: RegExp): Promise<void> {
    this.#ready = ready;
    const tie = TIED ? ["setpriv", "--pdeathsig", "KILL"] : [];
    const [first = this.#program, ...rest] = [...tie, this.#program, ...this.#args];
    const child = spawn(first, rest, { stdio: ["ignore", "pipe", "pipe"], cwd: this.directory });
    this.#child = child;
    this.#lines = [];
    this.#hasEnded = false;
    for (const input of [child.stdout, child.stderr]) {
      createInterface({ input }).on("line", (line) => {
        if (this.#child !== child) return;
        this.#lines.push(line);
        this.#wake();
      });
    }
    const killAtExit = () => child.kill("SIGKILL");
    process.once("exit", killAtExit);
    this.#ended = new Promise((resolve) => {
      const end = () => {
        process.off("exit", killAtExit);
        this.#hasEnded = true;
        this.#wake();
        resolve();
      };
      child.once("close", end);
      child.once("error", end);
    });
    await this.logged(ready);
  }

  async logged(pattern: RegExp): Promise<string> {
    for (;;) {
      const index = this.#lines.findIndex((line) => pattern.test(line));
      const line = this.#lines[index];
      if (line !== undefined) {
        this.#lines.splice(index, 1);
        return line;
      }
      if (this.#hasEnded) throw new Error(`${this.#program} ended: ${this.#lines.slice(-5).join("\n")}`);
      await new Promise<void>((resolve) => this.#wakers.add(resolve));
    }
  }

  #wake(): void {
    const wakers = [...this.#wakers];
    this.#wakers.clear();
    for (const wake of wakers) wake();
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    this.#child?.kill(signal);
    if (signal === "SIGKILL" || signal === "SIGTERM") await this.#ended;
  }

  async restart(args?: readonly string[]): Promise<void> {
    await this.kill("SIGKILL");
    // What is said last on a command line counts.
    if (args !== undefined) this.#args = [...this.#args, ...args];
    await this.begin(this.#ready);
  }

  async stop(): Promise<void> {
    await this.kill("SIGKILL");
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === "object") resolve(address.port);
        else reject(new Error("No port was given."));
      });
    });
  });
}
