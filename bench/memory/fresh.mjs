/** A process that has loaded nothing yet, and says what loading and using a library takes. */
import { idOf } from "../api/bodies.mjs";
import { serve } from "../harness/processes.mjs";

const MB = 1_000_000;

/** What is in use once nothing is left that could be thrown away. */
async function settled() {
  for (let at = 0; at < 4; at++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    globalThis.gc();
  }
  const { rss, heapUsed } = process.memoryUsage();
  return { rss: rss / MB, heap: heapUsed / MB };
}

const load = (name) => import(`../api/contestants/${name}.mjs`);

serve({
  firstCall: async (name, settings) => {
    const before = await settled();
    const { open } = await load(name);
    const loaded = await settled();
    const caller = await open(settings);
    await caller.getTrack(idOf(1));
    const called = await settled();
    return { loaded: loaded.rss - before.rss, called: called.rss - before.rss };
  },
  manyClients: async (name, settings, count) => {
    const { open } = await load(name);
    const one = await open(settings);
    for (let at = 0; at < 100; at++) await one.getTrack(idOf(at));
    const before = await settled();
    const callers = [];
    for (let at = 0; at < count; at++) callers.push(await open({ ...settings, profile: `person-${at}` }));
    const made = await settled();
    for (const [at, caller] of callers.entries()) await caller.getTrack(idOf(at));
    const used = await settled();
    const each = ({ heap }) => ((heap - before.heap) * 1000) / callers.length;
    return { made: each(made), used: each(used) };
  },
});
