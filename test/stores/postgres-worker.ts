// A process that uses a PostgreSQL store together with others: `COMMAND URL TABLE KIND [LEASE_MS]`, where KIND is `transaction` or `lease`.
import { once } from "node:events";
import { createInterface } from "node:readline";
import { postgresStore } from "../../src/stores/postgres.js";
import { ABSENT } from "../../src/token/store.js";
import { openPg } from "./postgres-clients.js";
import { KEY, sampleToken } from "./sample.js";

const [command = "", url = "", table = "", kind = "", leaseMs = "20000"] = process.argv.slice(2);
const client = openPg(url, { max: 2 });
const access = kind === "lease" ? client.plain : client.lending;
const store = postgresStore({ ...access, table, leaseMs: Number(leaseMs), timeoutMs: 2000 });
const orders = createInterface({ input: process.stdin });

const commands: Record<string, () => Promise<unknown>> = {
  /** Takes the lock, waits for an order, and writes over the generation that it read at first. */
  async hold() {
    const expected = (await store.read(KEY))?.generation ?? ABSENT;
    return store.withLock(KEY, async (lock) => {
      say("held");
      await once(orders, "line");
      const isHeld = lock.isHeld();
      return { isHeld, generation: await store.compareAndSwap(KEY, expected, sampleToken("holder")) };
    });
  },

  /** Waits for the lock until there is an order to stop; tells how much of the processor that took. */
  async wait() {
    const abort = new AbortController();
    const waiting = store.withLock(KEY, async () => "taken", abort.signal).catch((error) => error.code);
    say("waiting");
    await once(orders, "line");
    const before = process.cpuUsage();
    await once(orders, "line");
    const { user, system } = process.cpuUsage(before);
    abort.abort();
    return { cpuMs: (user + system) / 1000, outcome: await waiting };
  },

  /** Writes once. */
  async write() {
    const expected = (await store.read(KEY))?.generation ?? ABSENT;
    return store.compareAndSwap(KEY, expected, sampleToken("written"));
  },

  /** Tries for half a second to get the lock. */
  async try() {
    return store.withLock(KEY, async () => "taken", AbortSignal.timeout(500));
  },
};

try {
  say(JSON.stringify({ answer: await commands[command]?.() }));
} catch (error) {
  const { code, message, hint } = Object(error);
  say(JSON.stringify({ error: { code, message, hint } }));
}
await client.close();
process.stdin.destroy();

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
