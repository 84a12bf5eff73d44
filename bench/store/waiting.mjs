/**
 * What waiting for the lock of a file store costs, and how soon it passes on when its holder is killed.
 *
 *   npm run build && node bench/store/waiting.mjs [waiters ...]
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { print, quantile } from "../measuring.mjs";

const COUNTS = process.argv.slice(2).map(Number);
const KILLS = 100;
/** Long enough for waiters to reach their longest pause. */
const SETTLE_MS = 15_000;
const CPU_MS = 10_000;

const children = new Set();
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));
process.on("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

/** The nanoseconds that all threads of a process have run. */
function runTime(pid) {
  const tasks = `/proc/${pid}/task`;
  return readdirSync(tasks).reduce(
    (sum, task) => sum + Number(readFileSync(`${tasks}/${task}/schedstat`, "utf8").split(" ")[0]),
    0,
  );
}

async function measure(waiters) {
  const directory = join(mkdtempSync(join(tmpdir(), "stagedoor-bench-")), "tokens");
  const acquired = [];
  let takeNext = () => {};

  const start = () =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, [new URL("holder.mjs", import.meta.url).pathname, directory], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      children.add(child);
      createInterface({ input: child.stdout }).on("line", (line) => {
        if (line === "asks") return resolve(child);
        acquired.push({ child, at: BigInt(line) });
        takeNext();
      });
    });
  const next = async () => {
    if (acquired.length === 0)
      await new Promise((resolve) => {
        takeNext = resolve;
      });
    return acquired.shift();
  };
  const killAndTime = async (holder) => {
    const killed = process.hrtime.bigint();
    holder.child.kill("SIGKILL");
    children.delete(holder.child);
    const follower = await next();
    return { follower, ms: Number(follower.at - killed) / 1e6 };
  };

  await start();
  let holder = await next();
  for (let started = 0; started < waiters; started += 10) {
    await Promise.all(Array.from({ length: Math.min(10, waiters - started) }, start));
  }
  await pause(SETTLE_MS);

  const pids = [...children].filter((child) => child !== holder.child).map((child) => child.pid);
  const before = pids.reduce((sum, pid) => sum + runTime(pid), 0);
  await pause(CPU_MS);
  const cpu = (pids.reduce((sum, pid) => sum + runTime(pid), 0) - before) / 1e6 / CPU_MS;

  // Each dead holder is replaced by a new waiter, and those who wait have time to grow patient.
  const settled = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const { follower, ms } = await killAndTime(holder);
    settled.push(ms);
    holder = follower;
    await start();
    await pause(kill % 2 === 0 ? 0 : 500);
  }
  // Each holder dies as soon as it has the lock, until nobody is left.
  const inARow = [];
  if (waiters > 1) await pause(SETTLE_MS);
  for (let kill = 0; kill < waiters; kill++) {
    const { follower, ms } = await killAndTime(holder);
    inARow.push(ms);
    holder = follower;
  }
  holder.child.kill("SIGKILL");
  children.delete(holder.child);
  rmSync(join(directory, ".."), { recursive: true });
  const figure = (numbers, share) => quantile(numbers, share).toFixed(1);
  return {
    waiters,
    "CPU % of a core": (cpu * 100).toFixed(2),
    "median ms": figure(settled, 0.5),
    "p99 ms": figure(settled, 0.99),
    "max ms": figure(settled, 1),
    "in a row: median ms": figure(inARow, 0.5),
    "p99 in a row": figure(inARow, 0.99),
    "max in a row": figure(inARow, 1),
  };
}

for (const count of COUNTS.length > 0 ? COUNTS : [1, 50, 200]) print([await measure(count)]);
process.exit();
