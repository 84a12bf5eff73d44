import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

export const CHROMIUM = "/usr/bin/chromium";

/** True on a machine that has to run everything: what is missing there is a failure. */
const mustRunAll = process.env.CI === "true";

const hasChromium = existsSync(CHROMIUM);
const hasStrace =
  process.platform === "linux" && spawnSync("strace", ["-o", "/dev/null", "true"]).status === 0;

/** Whether the tests in a browser are left out. */
export const skipsChromium = !hasChromium && !mustRunAll;
/** Whether the tests that watch system calls are left out; they are for Linux only. */
export const skipsStrace = !hasStrace && !(mustRunAll && process.platform === "linux");

/** True where a program can be started, by its name or path. */
function isInstalled(...programs: readonly string[]): boolean {
  return programs.every((program) => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0);
}

/** Where Debian keeps the programs of its PostgreSQL server. */
export const POSTGRES_PROGRAMS = "/usr/lib/postgresql/15/bin";

const missing = (...programs: readonly string[]) => !isInstalled(...programs) && !mustRunAll;
/** Whether the tests against a real Redis are left out. */
export const skipsRedis = missing("redis-server", "redis-sentinel");
/** Whether the tests against a real PostgreSQL, and pgbouncer before it, are left out. */
export const skipsPostgres = missing(`${POSTGRES_PROGRAMS}/postgres`, "pgbouncer");
/** Whether the tests against a real Secret Service are left out. */
export const skipsSecretService = missing("gnome-keyring-daemon", "dbus-run-session", "secret-tool");
/** Whether Python's own opinion on the token files that are written for it is left out. */
export const skipsPython = missing("python3");
/** Whether the tests with a clock that is wrong are left out. */
export const skipsFaketime = missing("faketime");

/** The folder into which `.ci/run` installs other runtimes: they are too large for everybody's `npm ci`. */
const runtimes = process.env.STAGEDOOR_RUNTIMES;
/** Whether the tests in other runtimes are left out. */
export const skipsRuntimes = runtimes === undefined && !mustRunAll;

/** The program of another runtime, by its place in the folder. */
export function runtimeAt(path: string): string {
  return join(runtimes ?? "/there-is-no-folder-of-runtimes", "node_modules", path);
}

/** Says before the tests, in a line each, what is left out. */
export function setup(): void {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  if (skipsChromium) say(`Skipped, component missing: the tests in a browser (no ${CHROMIUM})`);
  if (skipsStrace)
    say("Skipped, component missing: the tests that watch system calls (no strace that works)");
  if (skipsRedis)
    say("Skipped, component missing: the tests against Redis (no redis-server, redis-sentinel)");
  if (skipsPostgres)
    say("Skipped, component missing: the tests against PostgreSQL (no postgresql 15, pgbouncer)");
  if (skipsSecretService)
    say(
      "Skipped, component missing: the tests against a keychain (no gnome-keyring, dbus-run-session, secret-tool)",
    );
  if (skipsPython) say("Skipped, component missing: the tests that let Python read token files (no python3)");
  if (skipsFaketime) say("Skipped, component missing: the tests with a clock that is wrong (no faketime)");
  if (skipsRuntimes)
    say("Skipped, component missing: the tests in Bun, Deno, workerd and Node 24 (no STAGEDOOR_RUNTIMES)");
}
