import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";

export { buildWorker } from "./worker-bundle.js";

/** How a worker ended, and all that it said. */
export interface WorkerResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A worker that runs in a process of its own. */
export interface RunningWorker {
  readonly child: ChildProcessWithoutNullStreams;
  /** The next line of its standard output that nobody has taken yet; rejects when it ends without one. */
  nextLine(): Promise<string>;
  /** Writes a line to its standard input. */
  send(line: string): void;
  readonly result: Promise<WorkerResult>;
}

export interface WorkerOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A program that runs the worker, with its arguments: `["strace", "-f"]`. */
  readonly under?: readonly string[];
  /** Another runtime, with its arguments: `[denoPath, "run", "-A"]`. Default: this Node. */
  readonly runtime?: readonly string[];
}

/** Starts a built worker; it is killed at the latest when the test ends. */
export function startWorker(path: string, options: WorkerOptions = {}): RunningWorker {
  const [program = process.execPath, ...programArgs] = [
    ...(options.under ?? []),
    ...(options.runtime ?? [process.execPath]),
    path,
    ...(options.args ?? []),
  ];
  const child = spawn(program, programArgs, { env: { ...process.env, ...options.env } });
  // A worker that died early is told by its result, not by a broken pipe.
  child.stdin.on("error", () => undefined);

  let stdout = "";
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const lines: string[] = [];
  const takers: { resolve(line: string): void; reject(error: Error): void }[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    stdout += `${line}\n`;
    const taker = takers.shift();
    if (taker === undefined) lines.push(line);
    else taker.resolve(line);
  });
  let ended = false;
  const result = new Promise<WorkerResult>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      ended = true;
      for (const taker of takers.splice(0)) taker.reject(new Error(`The worker ended: ${stderr}`));
      resolve({ code, signal, stdout, stderr });
    });
  });
  onTestFinished(async () => {
    child.kill("SIGKILL");
    // Only then can its files be removed for good.
    await result.catch(() => undefined);
  });
  return {
    child,
    result,
    nextLine() {
      const line = lines.shift();
      if (line !== undefined) return Promise.resolve(line);
      if (ended) return Promise.reject(new Error(`The worker has ended: ${stderr}`));
      return new Promise((resolve, reject) => takers.push({ resolve, reject }));
    },
    send(line) {
      child.stdin.write(`${line}\n`);
    },
  };
}
