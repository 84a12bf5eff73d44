// A process that uses a Redis store together with others: `COMMAND PORT [LEASE]`.
import { once } from "node:events";
import { Redis } from "ioredis";
import { redisStore } from "../../src/stores/redis.js";
import { ABSENT } from "../../src/token/store.js";
import { KEY, sampleToken } from "./sample.js";

const [command = "", port = "", lease = "20000"] = process.argv.slice(2);
const redis = new Redis(Number(port), "127.0.0.1");
const store = redisStore({
  command: ([name = "", ...rest]) => redis.call(name, ...rest),
  leaseMs: Number(lease),
});

const commands: Record<string, () => Promise<unknown>> = {
  /** Takes the lock, reads, and when told to go on writes over what it read. */
  async refresh() {
    return store.withLock(KEY, async (lock) => {
      const generation = (await store.read(KEY))?.generation ?? ABSENT;
      say("held");
      await once(process.stdin, "data");
      const isHeld = lock.isHeld();
      return { isHeld, written: await store.compareAndSwap(KEY, generation, sampleToken("worker")) };
    });
  },

  /** Waits for the lock; says what that cost in processor time, when told to. */
  async wait() {
    say("waiting");
    const before = process.cpuUsage();
    const abort = new AbortController();
    void once(process.stdin, "data").then(() => abort.abort());
    await store.withLock(KEY, async () => undefined, abort.signal).catch(() => undefined);
    const { user, system } = process.cpuUsage(before);
    return { cpuMs: (user + system) / 1000 };
  },
};

say(JSON.stringify({ answer: await commands[command]?.() }));
redis.disconnect();
process.stdin.destroy();

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
