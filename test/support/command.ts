import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { systemClock } from "../../src/base/clock.js";
import { run } from "../../src/cli/run.js";
import type { ServedEmulator } from "../../src/emulator/serve.js";
import type { Environment } from "../../src/environment.js";
import { EMULATOR_CLIENT_ID } from "./emulated.js";

/** What a command left behind. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command with a store and an environment of its own. */
export interface Command {
  readonly directory: string;
  (...words: string[]): Promise<Outcome>;
  /** With other variables, or with lines on standard input. */
  with(change: Change): Command;
  remove(): void;
}

interface Change {
  readonly environment?: Environment;
  /** Lines to type, given what has been said so far. */
  readonly type?: (said: () => string) => AsyncIterable<string>;
  readonly signal?: AbortSignal;
}

export function command(environment: Environment = {}): Command {
  return commandIn(mkdtempSync(join(tmpdir(), "stagedoor-test-")), { environment });
}

/** The variables that point at an emulator. */
export function pointAt(served: ServedEmulator): Environment {
  const { accounts, api } = served;
  return { SPOTIFY_ACCOUNTS_URL: accounts, SPOTIFY_API_URL: api, SPOTIFY_CLIENT_ID: EMULATOR_CLIENT_ID };
}

function commandIn(directory: string, setting: Change & { readonly environment: Environment }): Command {
  const { environment, type, signal = new AbortController().signal } = setting;
  const call = async (...words: string[]): Promise<Outcome> => {
    const stdout = collector();
    const stderr = collector();
    const stdin = Readable.from(type?.(stderr.text) ?? []);
    const streams = { stdin, stdout: stdout.stream, stderr: stderr.stream };
    const code = await run(
      { environment, ...streams, clock: systemClock, storeDirectory: directory, signal },
      words,
    );
    return { code, stdout: stdout.text(), stderr: stderr.text() };
  };
  return Object.assign(call, {
    directory,
    with: (change: Change) =>
      commandIn(directory, { ...setting, ...change, environment: { ...environment, ...change.environment } }),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  });
}

function collector() {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  return { stream, text: () => chunks.join("") };
}
