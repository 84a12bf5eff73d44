// A process that shares a window with others: `PORT URL CALLS`; makes its calls to URL twice, each time when it is told to.
import { createInterface } from "node:readline";
import { Redis } from "ioredis";
import { redisStore } from "../../src/stores/redis.js";

const [port = "", url = "", calls = ""] = process.argv.slice(2);
const app = { provider: "spotify", clientId: "c0ffee" };
const redis = new Redis(Number(port), "127.0.0.1");
const window = redisStore({ command: ([name = "", ...rest]) => redis.call(name, ...rest) }).limits?.window;
if (window === undefined) throw new Error("It has none.");
const share = window;

async function call(): Promise<void> {
  for (;;) {
    const { granted, waitMs } = await share.take(app, 1);
    if (granted === 0) {
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      continue;
    }
    const response = await fetch(url);
    const after = response.headers.get("Retry-After");
    await response.arrayBuffer();
    const isLimited = response.status === 429;
    const retryAfterMs = after === null ? undefined : Number(after) * 1000;
    await share.settle(app, { done: isLimited ? 0 : 1, limited: isLimited ? 1 : 0, retryAfterMs });
    if (!isLimited) return;
  }
}

const orders = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
process.stdout.write("ready\n");
for (const _ of ["cold", "warm"]) {
  await orders.next();
  await Promise.all(Array.from({ length: Number(calls) }, call));
  process.stdout.write(`${calls} done\n`);
}
redis.disconnect();
process.stdin.destroy();
