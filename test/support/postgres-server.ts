import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { POSTGRES_PROGRAMS } from "./components.js";

const USER = "stagedoor";
/** A canary: it must turn up nowhere but in a connection. */
const PASSWORD = "CANARY-SEC-postgres";
const START_MS = 30_000;

/** A PostgreSQL server of one's own, with nothing in it. */
export interface PostgresServer {
  readonly port: number;
  /** With the password, over loopback. */
  readonly url: string;
  /** The directory of the cluster, and of the server's socket. */
  readonly directory: string;
  /** The process of the server that is running, `undefined` while it is stopped. */
  pid(): number | undefined;
  /** Starts it again, on the same port. */
  start(): Promise<void>;
  /** Ends it as an administrator does (SIGINT), as for an emergency (SIGQUIT), or by `kill -9`; gives back when it has ended. */
  end(signal?: "SIGINT" | "SIGQUIT" | "SIGKILL"): Promise<void>;
  /** Holds all its processes still, or lets them go on: for clients it is a server that does not answer. */
  freeze(frozen: boolean): void;
  /** One statement over a connection of its own. */
  run(text: string, values?: unknown[]): Promise<readonly Record<string, unknown>[]>;
  /** Ends it and deletes its files. */
  stop(): Promise<void>;
}

export interface PostgresServerOptions {
  /** Settings of the server, over those for tests. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Makes a read-only copy that follows this server. */
  readonly standbyOf?: PostgresServer;
}

/** Makes a cluster in a temporary directory and starts it, as the user `postgres` where this program is root. */
export async function startPostgres(options: PostgresServerOptions = {}): Promise<PostgresServer> {
  const directory = privateDirectory();
  const { standbyOf } = options;
  if (standbyOf === undefined) {
    writeFileSync(join(directory, "password"), PASSWORD);
    own(join(directory, "password"));
    const words = ["-D", join(directory, "data"), "-U", USER, "-A", "scram-sha-256", "-E", "UTF8"];
    program("initdb", [...words, "--locale=C", "--no-sync", "--pwfile", join(directory, "password")]);
  } else {
    program("pg_basebackup", [
      "-D",
      join(directory, "data"),
      "-d",
      standbyOf.url,
      "-R",
      "-c",
      "fast",
      "-X",
      "stream",
    ]);
  }
  const port = await freePort();
  const settings = {
    fsync: "off",
    full_page_writes: "off",
    listen_addresses: "127.0.0.1",
    max_connections: "200",
    port: String(port),
    shared_buffers: "16MB",
    unix_socket_directories: directory,
    ...options.settings,
  };
  const words = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const url = `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/postgres`;
  let running: ChildProcess | undefined;

  const end = async (signal: "SIGINT" | "SIGQUIT" | "SIGKILL" = "SIGINT") => {
    const child = running;
    if (child === undefined) return;
    const ended = new Promise((resolve) => child.once("close", resolve));
    child.kill(signal);
    await ended;
    running = undefined;
  };
  const start = async () => {
    const deadline = Date.now() + START_MS;
    for (;;) {
      try {
        running = await launch(
          postgresProgram("postgres"),
          ["-D", join(directory, "data"), ...words],
          /ready to accept/,
        );
        return;
      } catch (error) {
        // After kill -9 its children need a moment to notice that they are alone.
        if (Date.now() > deadline) throw error;
        await sleep(50);
      }
    }
  };
  const stop = async () => {
    await end("SIGQUIT");
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    port,
    url,
    directory,
    pid: () => running?.pid,
    start,
    end,
    freeze(frozen) {
      if (running?.pid === undefined) return;
      for (const pid of [running.pid, ...childrenOf(running.pid)])
        process.kill(pid, frozen ? "SIGSTOP" : "SIGCONT");
    },
    async run(text, values) {
      const client = new pg.Client(url);
      await client.connect();
      try {
        return (await client.query<Record<string, unknown>>(text, values)).rows;
      } finally {
        await client.end();
      }
    },
    stop,
  };
}

/** A pgbouncer before a server. */
export interface Pgbouncer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a pgbouncer in transaction mode with `poolSize` connections to the server (default 20). */
export async function startPgbouncer(server: PostgresServer, { poolSize = 20 } = {}): Promise<Pgbouncer> {
  const directory = privateDirectory();
  const port = await freePort();
  const settings = `[databases]
postgres = host=127.0.0.1 port=${server.port} dbname=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${join(directory, "users")}
pool_mode = transaction
default_pool_size = ${poolSize}
max_client_conn = 1000
`;
  writeFileSync(join(directory, "pgbouncer.ini"), settings);
  writeFileSync(join(directory, "users"), `"${USER}" "${PASSWORD}"\n`);
  for (const name of ["pgbouncer.ini", "users"]) own(join(directory, name));
  const child = await launch("pgbouncer", [join(directory, "pgbouncer.ini")], /process up/);
  return {
    url: `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/postgres`,
    async stop() {
      const ended = new Promise((resolve) => child.once("close", resolve));
      child.kill("SIGKILL");
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The numbers of the user and group that a server runs as; it refuses root. */
const owner = process.getuid?.() === 0 ? { uid: idOf("-u"), gid: idOf("-g") } : undefined;

function idOf(flag: string): number {
  return Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
}

function own(path: string): void {
  chmodSync(path, 0o600);
  if (owner !== undefined) chownSync(path, owner.uid, owner.gid);
}

function privateDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "stagedoor-pg-"));
  if (owner !== undefined) chownSync(directory, owner.uid, owner.gid);
  return directory;
}

function postgresProgram(name: string): string {
  return join(POSTGRES_PROGRAMS, name);
}

/** The words that start a program as the right user; a server ends with the program that started it, however that ends. */
function asOwner(name: string, words: readonly string[]): readonly [string, string[]] {
  const user = owner === undefined ? [] : [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, "--clear-groups"];
  return ["setpriv", [...user, "--pdeathsig=SIGINT", name, ...words]];
}

function program(name: string, words: readonly string[]): void {
  const [command, all] = asOwner(postgresProgram(name), words);
  execFileSync(command, all, { cwd: "/", stdio: ["ignore", "ignore", "pipe"] });
}

/** Starts a server and waits until it says that it is ready. */
async function launch(name: string, words: readonly string[], ready: RegExp): Promise<ChildProcess> {
  const [command, all] = asOwner(name, words);
  const child = spawn(command, all, { cwd: "/", stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => reject(new Error(`${name} ended: ${said.slice(-2000)}`)));
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-4000);
      if (ready.test(said)) resolve();
    });
  });
  return child;
}

function childrenOf(pid: number): readonly number[] {
  const found = execFileSync("ps", ["-o", "pid=", "--ppid", String(pid)], { encoding: "utf8" });
  return found
    .split("\n")
    .map(Number)
    .filter((child) => child > 0);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("No port is free.");
  return address.port;
}
