#!/usr/bin/env node
import { processContext } from "./context.js";
import { EXIT } from "./exit-codes.js";
import { run } from "./run.js";

const ending = new AbortController();
let interrupted: number | undefined;

for (const [signal, code] of [
  ["SIGINT", EXIT.interrupted],
  ["SIGTERM", EXIT.terminated],
  ["SIGHUP", EXIT.terminated],
] as const) {
  // The second time the system's own way of ending applies, should the first be ignored by what runs.
  process.once(signal, () => {
    interrupted = code;
    ending.abort();
  });
}

// A reader that has seen enough (`| head -1`) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(EXIT.ok);
});
// Nobody listens to what is said: that is no reason to stop working.
process.stderr.on("error", () => undefined);

const words = process.argv.slice(2);
const code = await run(processContext(ending.signal), words);
// An emulator is ended by a signal as a matter of course; anything else was interrupted.
process.exitCode = interrupted !== undefined && code !== EXIT.ok ? interrupted : code;
