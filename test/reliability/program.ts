// A program that was started: speaks the protocol with it, signals it, and knows how it ended. Made by the conductor.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { ProgramEvent, Said, Tasks } from "./protocol.js";

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface AskOptions {
  /** Default: 30,000. */
  readonly timeoutMs?: number;
}

/** A task that a program is ready to begin. */
export interface Prepared<A> {
  /** Lets it begin. */
  go(): void;
  /** Rejects with a `TaskError`, or when the program ends or takes too long. */
  readonly answer: Promise<A>;
}

export interface Program<T extends Tasks> {
  readonly name: string;
  /** Of the program itself, also where another one runs it. */
  readonly pid: number;
  /** Everything that it wrote so far, both streams. */
  readonly output: { readonly stdout: string; readonly stderr: string };
  readonly events: readonly ProgramEvent[];
  ask<K extends keyof T & string>(
    task: K,
    given: T[K]["given"],
    options?: AskOptions,
  ): Promise<T[K]["answer"]>;
  /** Resolves when the program stands at the barrier. */
  prepare<K extends keyof T & string>(
    task: K,
    given: T[K]["given"],
    options?: AskOptions,
  ): Promise<Prepared<T[K]["answer"]>>;
  /** The first event of which it is true, of those that were and those that come. */
  event(predicate: (event: ProgramEvent) => boolean, options?: AskOptions): Promise<ProgramEvent>;
  /** Calls back with each event that comes, at once. */
  onEvent(listener: (event: ProgramEvent) => void): () => void;
  /** `SIGKILL`, `SIGSTOP`, `SIGCONT`, `SIGTERM` … to the program itself. */
  signal(signal: NodeJS.Signals): void;
  /** Asks it to end by itself; rejects when it does not within two seconds of its answer. */
  exit(): Promise<Ended>;
  /** Ends it and whatever runs it, at once. */
  destroy(): void;
  readonly ended: Promise<Ended>;
}

export interface ProgramStart {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** How long it may take to say hello, in milliseconds. */
  readonly startMs: number;
}

/** What a task of a program was answered when it failed there. */
export class TaskError extends Error {
  override readonly name = "TaskError";
  readonly code: string;
  constructor(who: string, code: string, message: string) {
    super(`${who}: ${code}: ${message}`);
    this.code = code;
  }
}

const DEFAULT_TIMEOUT_MS = 30_000;
/** I11: nothing may keep a program alive for longer than this after it was done. */
const EXIT_MS = 2_000;
/** What is kept of each stream; a program that says more has gone wild. */
const MAX_OUTPUT = 64 * 1024 * 1024;

interface Waiter {
  ready(): void;
  resolve(answer: never): void;
  reject(error: Error): void;
}

/** Starts a program and waits for its hello. */
export async function startProgram<T extends Tasks>(start: ProgramStart): Promise<Program<T>> {
  const { name, command, env, cwd } = start;
  const [file, ...args] = command;
  // A group of its own: whoever runs the program goes with it, and Ctrl-C goes to the conductor alone.
  const child = spawn(file, args, { env, cwd, detached: true, stdio: "pipe" });
  const output = { stdout: "", stderr: "" };
  const events: ProgramEvent[] = [];
  const listeners = new Set<(event: ProgramEvent) => void>();
  const waiters = new Map<number, Waiter>();
  let lastId = 0;
  let end: Ended | undefined;

  const why = () => output.stderr.trim().split("\n").slice(-5).join("\n");
  const ended = new Promise<Ended>((resolve) => {
    const over = (code: number | null, signal: NodeJS.Signals | null) => {
      end ??= { code, signal };
      for (const waiter of waiters.values())
        waiter.reject(new Error(`${name} ended (${signal ?? code}) before it answered. ${why()}`));
      waiters.clear();
      resolve(end);
    };
    child.on("error", (error) => {
      output.stderr += String(error);
      over(null, null);
    });
    child.on("close", over);
  });

  const keep = (stream: "stdout" | "stderr", text: string) => {
    output[stream] += text;
    if (output[stream].length > MAX_OUTPUT) destroy(child);
  };
  child.stdin.on("error", () => undefined);
  child.stderr.setEncoding("utf8").on("data", (text: string) => keep("stderr", text));
  createInterface({ input: child.stdout }).on("line", (line) => {
    keep("stdout", `${line}\n`);
    const said = parse(line);
    if (said === undefined) return;
    if ("event" in said) {
      events.push(said);
      for (const listener of [...listeners]) listener(said);
      return;
    }
    const waiter = waiters.get(said.id);
    if (waiter === undefined) return;
    if ("ready" in said) {
      waiter.ready();
      return;
    }
    waiters.delete(said.id);
    if ("error" in said) waiter.reject(new TaskError(name, said.error.code, said.error.message));
    else waiter.resolve(said.answer as never);
  });

  const send = (message: object) => void child.stdin.write(`${JSON.stringify(message)}\n`);

  function begin<K extends keyof T & string>(
    task: K,
    given: T[K]["given"],
    barrier: boolean,
    timeoutMs = DEFAULT_TIMEOUT_MS,
  ) {
    const id = ++lastId;
    let ready = (): void => undefined;
    const isReady = new Promise<void>((resolve) => {
      ready = resolve;
    });
    const answer = new Promise<T[K]["answer"]>((resolve, reject) => {
      if (end !== undefined) {
        reject(new Error(`${name} has ended. ${why()}`));
        return;
      }
      const timer = setTimeout(() => {
        waiters.delete(id);
        reject(new Error(`${name} did not answer ${task} within ${timeoutMs} ms. ${why()}`));
      }, timeoutMs);
      const settled =
        <V>(settle: (value: V) => void) =>
        (value: V) => {
          clearTimeout(timer);
          settle(value);
        };
      waiters.set(id, { ready, resolve: settled(resolve), reject: settled(reject) });
      send({ id, do: task, given, ...(barrier && { barrier }) });
    });
    // Whoever waits for it hears of the failure; where nobody does yet it must not end the conductor.
    answer.catch(() => undefined);
    return { id, isReady, answer };
  }

  const event = (predicate: (event: ProgramEvent) => boolean, { timeoutMs = DEFAULT_TIMEOUT_MS } = {}) => {
    const known = events.find(predicate);
    if (known !== undefined) return Promise.resolve(known);
    return new Promise<ProgramEvent>((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        listeners.delete(hear);
      };
      const hear = (said: ProgramEvent) => {
        if (!predicate(said)) return;
        stop();
        resolve(said);
      };
      const timer = setTimeout(() => {
        stop();
        reject(new Error(`${name} did not tell what was waited for within ${timeoutMs} ms. ${why()}`));
      }, timeoutMs);
      void ended.then(() => {
        stop();
        reject(new Error(`${name} ended before it told what was waited for. ${why()}`));
      });
      listeners.add(hear);
    });
  };

  let pid = child.pid ?? 0;
  const program: Program<T> = {
    name,
    get pid() {
      return pid;
    },
    output,
    events,
    ended,
    event,
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ask: (task, given, options) => begin(task, given, false, options?.timeoutMs).answer,
    async prepare(task, given, options) {
      const { id, isReady, answer } = begin(task, given, true, options?.timeoutMs);
      await Promise.race([isReady, answer]);
      return { answer, go: () => send({ go: id }) };
    },
    signal(signal) {
      if (end === undefined) process.kill(pid, signal);
    },
    async exit() {
      await begin("exit", {}, false).answer;
      return within(ended, EXIT_MS, () => `${name} still ran ${EXIT_MS} ms after its last task was done.`);
    },
    destroy: () => destroy(child),
  };
  const hello = await event(({ event }) => event === "hello", { timeoutMs: start.startMs });
  pid = hello.pid ?? pid;
  return program;
}

/** The line of a program; `undefined` for what is not of the protocol, such as a warning of the runtime's. */
function parse(line: string): Said | undefined {
  try {
    const said: Said = JSON.parse(line);
    return typeof said === "object" && said !== null ? said : undefined;
  } catch {
    return undefined;
  }
}

function destroy(child: ChildProcessWithoutNullStreams): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It ended by itself meanwhile.
  }
}

/** @throws Error with `sentence` when it takes longer */
export async function within<V>(promise: Promise<V>, ms: number, sentence: () => string): Promise<V> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(sentence())), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
