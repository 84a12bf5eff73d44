import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { type Clock, systemClock } from "../base/clock.js";
import type { Environment } from "../environment.js";
import { type FileStore, fileStore } from "../stores/file.js";

/** Everything that a command touches of the world, handed in so that a test can put its own there. */
export interface Context {
  readonly environment: Environment;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  /** Data. */
  readonly stdout: Writable & { readonly isTTY?: boolean };
  /** Words for people. */
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly clock: Clock;
  /** Where the tokens are kept; `undefined` for the user's configuration directory. */
  readonly storeDirectory: string | undefined;
  /** Fires when the user or the system ends the program. */
  readonly signal: AbortSignal;
}

/** The real world. */
export function processContext(signal: AbortSignal): Context {
  const { env: environment, stdin, stdout, stderr } = process;
  return { environment, stdin, stdout, stderr, clock: systemClock, storeDirectory: undefined, signal };
}

/** The store that the commands share. */
export function openStore({ storeDirectory, clock }: Context): FileStore {
  return fileStore({ directory: storeDirectory, clock });
}

/** Tells people something. */
export function say(context: Context, line: string): void {
  context.stderr.write(`${line}\n`);
}

/** Writes a line of data. */
export function print(context: Context, line: string): void {
  context.stdout.write(`${line}\n`);
}

/** True when a person sits at both ends. */
export function isInteractive({ stdin, stderr, environment }: Context): boolean {
  return stdin.isTTY === true && stderr.isTTY === true && !environment.CI;
}

/** The lines of standard input; reading stops when the signal fires, so that the program can end. */
export async function* inputLines(
  { stdin }: Context,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  const reader = createInterface({ input: stdin, terminal: false });
  const close = () => {
    reader.close();
    stdin.pause();
  };
  signal.addEventListener("abort", close, { once: true });
  try {
    yield* reader;
  } finally {
    signal.removeEventListener("abort", close);
    close();
  }
}
