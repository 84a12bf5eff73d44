// A process, or thread, that uses a file store together with others: `COMMAND DIRECTORY [ARGUMENT]`.
import { once } from "node:events";
import { writeSync } from "node:fs";
import { parentPort } from "node:worker_threads";
import { fileStore } from "../../src/stores/file.js";
import { withFileLock } from "../../src/stores/file-lock.js";
import type { TokenStore } from "../../src/token/store.js";
import { ABSENT } from "../../src/token/store.js";
import { KEY, sampleText, sampleToken } from "./sample.js";

const [command = "", directory = "", argument = ""] = process.argv.slice(2);
const store = fileStore({ directory });

const commands: Record<string, () => Promise<unknown>> = {
  /** Writes once, under the umask ARGUMENT. */
  async write() {
    process.umask(Number.parseInt(argument, 8));
    return replace(store, "written");
  },

  /** Adds one, ARGUMENT times, by compare-and-swap alone. */
  async increment() {
    await started();
    for (let done = 0; done < Number(argument); ) if (await increment()) done += 1;
  },

  /** Adds one, ARGUMENT times, under the lock, where no write may be refused. */
  async "increment-locked"() {
    await started();
    for (let done = 0; done < Number(argument); done++) {
      if (!(await store.withLock(KEY, increment))) throw new Error("Somebody wrote in spite of the lock.");
    }
  },

  /** Writes 1 to ARGUMENT, one after the other. */
  async rewrite() {
    await started();
    for (let count = 1; count <= Number(argument); count++) await replace(store, String(count));
  },

  /** Reads until it sees ARGUMENT; fails when it sees nothing, a mixture, or an older token after a newer one. */
  async watch() {
    let last = 0;
    await started();
    while (last < Number(argument)) {
      const stored = await store.read(KEY);
      if (stored === null) throw new Error("The token was gone for a moment.");
      const now = Number(sampleText(stored.token));
      if (now < last) throw new Error(`${now} came after ${last}.`);
      last = now;
    }
  },

  /** Refreshes, but for the request: reads under the lock, waits for a line, and writes. */
  refresh() {
    return store.withLock(KEY, async (lock) => {
      const expected = (await store.read(KEY))?.generation ?? ABSENT;
      const told = once(process.stdin, "data");
      say("read");
      await told;
      const isHeld = lock.isHeld();
      return { isHeld, written: await store.compareAndSwap(KEY, expected, sampleToken("refreshed")) };
    });
  },

  /** The same, but its whole process stands still in between, for ARGUMENT milliseconds. */
  block() {
    return store.withLock(KEY, async (lock) => {
      const expected = (await store.read(KEY))?.generation ?? ABSENT;
      writeSync(1, "blocking\n");
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(argument));
      const isHeld = lock.isHeld();
      return { isHeld, written: await store.compareAndSwap(KEY, expected, sampleToken("refreshed")) };
    });
  },

  /** Takes the lock and keeps it. */
  async hold() {
    await store.withLock(KEY, async () => {
      say("held");
      await once(process.stdin.resume(), "end");
    });
  },

  /** Keeps the lock of every write to the file ARGUMENT, as a process does that is stopped in mid-write. */
  async "hold-write"() {
    const hold = async () => {
      say("held");
      await once(process.stdin.resume(), "end");
    };
    await withFileLock(argument, hold, { report: () => undefined });
  },
};

if (process.env.STAGEDOOR_SAY_PID !== undefined) say(String(process.pid));
try {
  const answer = await commands[command]?.();
  say(JSON.stringify({ answer }));
} catch (error) {
  const { code, message, hint } = Object(error);
  say(JSON.stringify({ error: { code, message, hint } }));
}
process.stdin.destroy();

async function increment(): Promise<boolean> {
  const stored = await store.read(KEY);
  const count = stored === null ? 0 : Number(sampleText(stored.token));
  const token = sampleToken(String(count + 1));
  return (await store.compareAndSwap(KEY, stored?.generation ?? ABSENT, token)) !== null;
}

async function replace(place: TokenStore, text: string): Promise<number | null> {
  return place.compareAndSwap(KEY, (await place.read(KEY))?.generation ?? ABSENT, sampleToken(text));
}

/** Says that it is ready, and waits to be told that all are. */
async function started(): Promise<void> {
  say("ready");
  await (parentPort === null ? once(process.stdin, "data") : once(parentPort, "message"));
}

function say(line: string): void {
  if (parentPort === null) process.stdout.write(`${line}\n`);
  else parentPort.postMessage(line);
}
