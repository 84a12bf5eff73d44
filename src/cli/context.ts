import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { type Clock, systemClock } from "../base/clock.js";
import { sanitizeText } from "../base/text.js";
import type { Environment } from "../environment.js";

/** Everything that a command touches of the world, handed in so that a test can put its own there. */
export interface Context {
  readonly environment: Environment;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  /** Data. */
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  /** Words for people. */
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly clock: Clock;
  /** Where token files and lock files go; `undefined` for the directories of the user. */
  readonly storeDirectory: string | undefined;
  /** Fires when the user or the system ends the program. */
  readonly signal: AbortSignal;
}

/** Why the signal fires when nobody reads the output any more. */
export const OUTPUT_CLOSED = Symbol("output closed");

/** The real world. */
export function processContext(signal: AbortSignal): Context {
  const { env: environment, stdin, stdout, stderr } = process;
  return { environment, stdin, stdout, stderr, clock: systemClock, storeDirectory: undefined, signal };
}

/** Tells people something. */
export function say(context: Context, text: string): void {
  context.stderr.write(`${printable(text)}\n`);
}

/** Writes data. */
export function print(context: Context, text: string): void {
  context.stdout.write(`${printable(text)}\n`);
}

/** The one place that all words pass: what a name or a server's text could drive a terminal with does not get through. */
function printable(text: string): string {
  return text
    .split("\n")
    .map((line) => sanitizeText(line, Number.POSITIVE_INFINITY))
    .join("\n");
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
