import { contestants, PEERS } from "../api/contestants.mjs";
import { onStage } from "../api/stage.mjs";
import { goal, show } from "../harness/figures.mjs";
import { start } from "../harness/processes.mjs";
import { median } from "../measuring.mjs";

const STEP = 100_000;
const STEPS = 10;
const CLIENTS = 10_000;
const FRESH = new URL("fresh.mjs", import.meta.url);

export const name = "memory";
export const title = "Memory";

/** @param {{ rounds: number, isQuick: boolean }} plan */
export async function run({ rounds, isQuick }) {
  const steps = isQuick ? 3 : STEPS;
  const long = await onStage((stage) => longRun(stage, isQuick ? STEP / 10 : STEP, steps));
  const idle = await onStage((stage) => firstCalls(stage, Math.min(rounds, 3)));
  const clients = await onStage((stage) => manyClients(stage));
  const slope = (member) => slopeOf(long.map((point) => point[member]));
  return {
    intro: `One process, 64 callers, ${show(long.at(-1).calls, 0)} calls after as many to warm up as one line has; measured after a collection of garbage.`,
    tables: [
      {
        caption: "stagedoor in a long run",
        columns: ["calls", "RSS, MB", "heap, MB"],
        rows: long.map(({ calls, rss, heap }) => [show(calls, 0), show(rss, 1), show(heap, 2)]),
      },
      {
        caption: "a process that loads a library and makes one call, above one that does nothing",
        columns: ["client", "RSS after the import, MB", "after the first call, MB"],
        rows: idle.map(({ contestant, loaded, called }) => [
          contestant.title,
          show(loaded, 1),
          show(called, 1),
        ]),
      },
      {
        caption: `${show(CLIENTS, 0)} clients in one process, each for another person`,
        columns: ["client", "heap for each, kB", "and after a call of each, kB"],
        rows: clients.map(({ contestant, made, used }) => [contestant.title, show(made, 2), show(used, 2)]),
      },
    ],
    goals: [
      goal(
        `memory: growth of RSS per ${show(STEP, 0)} calls`,
        "<",
        1,
        slope("rss") * (STEP / (long[1].calls - long[0].calls)),
        { unit: " MB" },
      ),
      goal(
        `memory: growth of the heap per ${show(STEP, 0)} calls`,
        "<",
        1,
        slope("heap") * (STEP / (long[1].calls - long[0].calls)),
        { unit: " MB" },
      ),
    ],
  };
}

async function longRun(stage, step, steps) {
  const place = await stage.place();
  const worker = await stage.worker("stagedoor", { node: ["--expose-gc"] });
  await worker.ask("open", { url: place.url });
  const points = [];
  for (let at = 0; at <= steps; at++) {
    const { rss, heap } = await worker.ask("makeCalls", { count: step, inFlight: 64 });
    points.push({ calls: at * step, rss, heap });
  }
  return points;
}

/** By least squares, in units for each step. */
function slopeOf(values) {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const over = values.reduce((sum, value, at) => sum + (at - middle) * (value - mean), 0);
  return over / values.reduce((sum, _, at) => sum + (at - middle) ** 2, 0);
}

async function firstCalls(stage, rounds) {
  const list = contestants("node-http", "fetch", "request", "stagedoor", ...PEERS);
  const place = await stage.place();
  const found = [];
  for (const contestant of list) {
    const results = [];
    for (let round = 0; round < rounds; round++) {
      const fresh = await start(FRESH, { node: ["--expose-gc"] });
      results.push(await fresh.ask("firstCall", contestant.name, { url: place.url }));
      await fresh.stop();
    }
    const middle = (member) => median(results.map((result) => result[member]));
    found.push({ contestant, loaded: middle("loaded"), called: middle("called") });
  }
  return found.sort((a, b) => a.called - b.called);
}

async function manyClients(stage) {
  const place = await stage.place();
  const found = [];
  for (const contestant of contestants("stagedoor", "soundify", "official", "web-api-node")) {
    const fresh = await start(FRESH, { node: ["--expose-gc"] });
    found.push({
      contestant,
      ...(await fresh.ask("manyClients", contestant.name, { url: place.url }, CLIENTS)),
    });
    await fresh.stop();
  }
  return found;
}
