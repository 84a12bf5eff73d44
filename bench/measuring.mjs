import { spawn, spawnSync } from "node:child_process";

/** What the servers run on, and what the callers run on: each alone, so that neither takes the other's time. */
export const SERVER_CORE = 0;
export const CALLER_CORE = 1;

const hasTaskset = spawnSync("taskset", ["-c", "0", "true"]).status === 0;

/** The middle one; of an even count, the lower of the two. */
export function median(numbers) {
  return quantile(numbers, 0.5);
}

export function quantile(numbers, share) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1];
}

/** A Node process on one core, with a channel for messages. */
export function startPinned(core, url, args = []) {
  const command = [process.execPath, "--expose-gc", url.pathname, ...args];
  const pinned = hasTaskset ? ["taskset", "-c", String(core), ...command] : command;
  const child = spawn(pinned[0], pinned.slice(1), { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  child.on("exit", (code) => {
    if (code !== 0 && code !== null) throw new Error(`${url.pathname} ended with ${code}`);
  });
  return child;
}

/** Sends a message and gives the next one that comes back. */
export function ask(child, message) {
  return new Promise((resolve) => {
    child.once("message", resolve);
    child.send(message);
  });
}

/** Rows of equal members as a table. */
export function print(rows) {
  const names = Object.keys(rows[0]);
  const width = (name) => Math.max(name.length, ...rows.map((row) => String(row[name]).length));
  const line = (cells) =>
    names
      .map((name, at) => (at === 0 ? cells[at].padEnd(width(name)) : cells[at].padStart(width(name))))
      .join("  ");
  console.log(line(names));
  for (const row of rows) console.log(line(names.map((name) => String(row[name]))));
}
