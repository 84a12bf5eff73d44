// A process that uses a keychain store together with others: `COMMAND SERVICE LOCK-DIRECTORY [ARGUMENT]`; `-` for the default directory.
import { once } from "node:events";
import { keychainStore } from "../../src/stores/keychain.js";
import { ABSENT } from "../../src/token/store.js";
import { KEY, sampleText, sampleToken } from "./sample.js";

const [command = "", service = "", directory = "-", argument = ""] = process.argv.slice(2);
const lockDirectory = directory === "-" ? undefined : directory;
const store = keychainStore({ service, lockDirectory, timeoutMs: Number(process.env.TIMEOUT_MS ?? 20_000) });

const commands: Record<string, () => Promise<unknown>> = {
  /** Reads once. */
  async read() {
    return (await store.read(KEY))?.generation ?? ABSENT;
  },

  /** Reads, and leaves the process while the answer is awaited. */
  async leave() {
    store.read(KEY).catch(() => undefined);
    setTimeout(() => process.exit(7), 100);
    return new Promise(() => undefined);
  },

  /** Reads ARGUMENT times at once, and tells the codes of the failures. */
  async "read-many"() {
    const reads = Array.from({ length: Number(argument) }, () => store.read(KEY));
    const answers = await Promise.allSettled(reads);
    return [...new Set(answers.map((answer) => (answer.status === "rejected" ? answer.reason.code : "")))];
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

  /** Takes the lock and keeps it. */
  async hold() {
    await store.withLock(KEY, async () => {
      say("held");
      await once(process.stdin.resume(), "end");
    });
  },
};

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

/** Says that it is ready, and waits to be told that all are. */
async function started(): Promise<void> {
  say("ready");
  await once(process.stdin, "data");
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
