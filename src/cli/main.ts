#!/usr/bin/env node
import { OUTPUT_CLOSED, processContext } from "./context.js";
import { EXIT } from "./exit-codes.js";
import { run } from "./run.js";

const ending = new AbortController();
let interrupted: number | undefined;

for (const [signal, code] of [
  ["SIGINT", EXIT.interrupted],
  ["SIGTERM", EXIT.terminated],
  ["SIGHUP", EXIT.terminated],
] as const) {
  // Once: the second time the system's own way of ending applies, should the first be ignored by what runs.
  process.once(signal, () => {
    interrupted = code;
    ending.abort();
  });
}

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // A reader that has seen enough (`| head -1`) is no error, but there is no use in going on: what was begun is put in order.
  if (error.code !== "EPIPE") {
    process.stderr.write(`stagedoor: the output could not be written (${error.code}).\n`);
    process.exitCode = EXIT.error;
  }
  ending.abort(OUTPUT_CLOSED);
});
// Nobody listens to what is said: that is no reason to stop working.
process.stderr.on("error", () => undefined);

const code = await run(processContext(ending.signal), process.argv.slice(2));
// An emulator is ended by a signal as a matter of course; anything else was interrupted.
process.exitCode ??= interrupted !== undefined && code !== EXIT.ok ? interrupted : code;
