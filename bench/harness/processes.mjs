/** Processes of their own, each on one core, that are asked by message: servers on one core, those who call them on the other. */
import { spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { CALLER_CORE, SERVER_CORE } from "../measuring.mjs";

export { CALLER_CORE, SERVER_CORE };

/** Without it the system's scheduler decides who runs where, and the figures wander more. */
export const hasTaskset = spawnSync("taskset", ["-c", "0", "true"]).status === 0;

/** How long one answer may take; the longest measurement takes a quarter of it. */
const PATIENCE_MS = 240_000;

/**
 * @typedef {object} Worker
 * @property {number} pid
 * @property {(name: string, ...args: unknown[]) => Promise<any>} ask calls one of its commands
 * @property {() => Promise<void>} stop
 */

/**
 * Starts a program that ends with `serve(commands)`.
 *
 * @param {URL} program
 * @param {{ core?: number, args?: string[], node?: string[], env?: Record<string, string> }} [options] `node`: options of Node itself
 * @returns {Promise<Worker>}
 */
export async function start(program, { core = CALLER_CORE, args = [], node = [], env = {} } = {}) {
  const words = [process.execPath, ...node, fileURLToPath(program), ...args];
  const [command, ...rest] = hasTaskset ? ["taskset", "-c", String(core), ...words] : words;
  const child = spawn(command, rest, {
    stdio: ["ignore", "inherit", "pipe", "ipc"],
    env: { ...process.env, ...env },
    serialization: "advanced",
  });
  const waiting = new Map();
  let last = 0;
  let said = "";
  child.stderr.on("data", (text) => {
    said = `${said}${text}`.slice(-4000);
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  ended.then((code) => {
    for (const { reject } of waiting.values())
      reject(new Error(`${args[0] ?? program} ended with ${code}: ${said}`));
    waiting.clear();
  });
  child.on("message", ({ id, value, error }) => {
    const { resolve, reject } = waiting.get(id) ?? {};
    waiting.delete(id);
    if (error === undefined) resolve?.(value);
    else reject?.(new Error(error));
  });
  const ask = (name, ...given) =>
    new Promise((resolve, reject) => {
      const id = ++last;
      const timer = setTimeout(() => {
        // Who hangs must neither hold up the others nor take their time.
        reject(new Error(`${args[0] ?? program} gave no answer to ${name} in ${PATIENCE_MS / 1000} s.`));
        child.kill("SIGKILL");
      }, PATIENCE_MS);
      const settle = (end) => (value) => {
        clearTimeout(timer);
        end(value);
      };
      waiting.set(id, { resolve: settle(resolve), reject: settle(reject) });
      child.send({ id, name, args: given }, (error) => {
        if (error !== null && error !== undefined) reject(error);
      });
    });
  const stop = async () => {
    for (const { reject } of waiting.values()) reject(new Error(`${args[0] ?? program} was stopped.`));
    waiting.clear();
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    await ended;
  };
  await ask("ready");
  return { pid: child.pid, ask, stop };
}

/**
 * The other side: answers what is asked until the asker is gone.
 *
 * @param {Record<string, (...args: any[]) => unknown>} commands
 */
export function serve(commands) {
  const all = { ready: () => true, ...commands };
  process.on("message", async ({ id, name, args }) => {
    try {
      process.send({ id, value: await all[name](...args) });
    } catch (error) {
      process.send({ id, error: String(error?.stack ?? error) });
    }
  });
  process.on("disconnect", () => process.exit());
}
