import { goal, middle, ordered, show } from "../harness/figures.mjs";
import { timeline } from "../harness/timeline.mjs";
import { contestants } from "./contestants.mjs";
import { onStage } from "./stage.mjs";

/** What the server allows, and what is asked of it. */
export const LIMIT = { count: 10, spanMs: 1000 };
export const CALLS = 200;
/** The last ten can go when nineteen spans are over. */
export const IDEAL_SECONDS = (CALLS / LIMIT.count - 1) * (LIMIT.spanMs / 1000);
const PATIENCE_MS = 60_000;

/** These wait most of their time: all of their rounds run at once, each against a server of its own. */
const QUIET = contestants("pacing", "gate", "stagedoor", "soundify");
/** These are over soon, or ask without a pause, and would disturb the others. */
const BUSY = contestants("official", "web-api-node", "stainless", "spotify-api-js");
const BUSY_ROUNDS = 2;

export const name = "limit";
export const title = "200 calls at once where 10 a second are allowed";

/** @param {{ rounds: number }} plan */
export async function run({ rounds }) {
  const quiet = await onStage((stage) => together(stage, QUIET, rounds, 2));
  const busy = [];
  for (const contestant of BUSY) {
    const results = [];
    for (let round = 0; round < Math.min(rounds, BUSY_ROUNDS); round++)
      results.push(...(await onStage((stage) => together(stage, [contestant], 1, 1)))[0].results);
    busy.push({ contestant, results });
  }
  const ours = quiet.find(({ contestant }) => contestant.name === "stagedoor");
  return {
    intro:
      `The server lets ${LIMIT.count} requests through in any rolling second and answers 429 with \`Retry-After: 1\` to all others; none of the clients knows. ${CALLS} calls need ` +
      `${IDEAL_SECONDS} s at best; those that still wait after ${PATIENCE_MS / 1000} s are given up. The processes begin 1.5 s apart. A second burst follows right after the first where all of that was done. ` +
      "The hand-made pace, the gate, stagedoor and @soundify/web-api have all their rounds at the same time, each against a server of its own; the others have one or two of the first burst, alone.",
    tables: [
      {
        columns: ["client", "done", "answers of 429", "s", "second: done", "second: 429", "second: s"],
        rows: ordered([...quiet, ...busy], "limited", "up").map((one) => [
          one.contestant.title,
          ...["done", "limited"].map((member) => show(middle(one, member), 0)),
          show(middle(one, "seconds"), 1),
          ...["secondDone", "secondLimited"].map((member) => show(middle(one, member), 0)),
          show(middle(one, "secondSeconds"), 1),
        ]),
      },
    ],
    picture: {
      name: "limit",
      caption: `Requests in each tenth of a second, first burst of ${CALLS}`,
      svg: timeline(
        [ours, quiet.find(({ contestant }) => contestant.name === "soundify")].map(
          ({ contestant, results }) => ({
            title: contestant.title,
            log: results[0].log,
          }),
        ),
        { seconds: 25, caption: `Requests in each tenth of a second, first burst of ${CALLS}` },
      ),
    },
    goals: limitGoals("limit", ours),
  };
}

/** The same for one process and for several. */
export function limitGoals(what, { results }) {
  for (const { done, firstError } of results)
    if (done < CALLS)
      console.error(
        `  ${what}: ${done} of ${CALLS} done; the first failure: ${firstError ?? "still waiting"}`,
      );
  const isWhole = results.every(({ done }) => done === CALLS);
  // What did not happen in all rounds was not measured, and counts as not met.
  const worst = (member) =>
    results.every((result) => result[member] !== undefined)
      ? Math.max(...results.map((result) => result[member]))
      : undefined;
  const time = isWhole ? middle({ results }, "seconds") / IDEAL_SECONDS : undefined;
  return [
    goal(
      `${what}: calls that failed, the most of all rounds`,
      "=",
      0,
      CALLS - Math.min(...results.map(({ done }) => done)),
      {
        digits: 0,
      },
    ),
    goal(`${what}: time, of the ideal ${IDEAL_SECONDS} s`, "<=", 1.15, time),
    goal(`${what}: answers of 429, the most of all rounds`, "<=", 10, worst("limited"), { digits: 0 }),
    goal(`${what}: answers of 429 in the second burst`, "=", 0, worst("secondLimited"), { digits: 0 }),
  ];
}

async function together(stage, list, rounds, count) {
  const entered = [];
  for (const contestant of list) {
    for (let round = 0; round < rounds; round++)
      entered.push(...(await stage.enter([contestant], { isLimited: true })));
  }
  const results = await Promise.all(
    entered.map(async ({ place, worker }, at) => {
      await apart(at);
      return bursts(place, [worker], count);
    }),
  );
  return list.map((contestant) => ({
    contestant,
    results: results.filter((_, at) => entered[at].contestant === contestant),
  }));
}

/** They begin one after another: twenty processes that warm up at once on one core learn how slow the core is. */
export const apart = (at) => new Promise((resolve) => setTimeout(resolve, at * 1500));

/**
 * One burst or two, shared out among the workers.
 *
 * @param {import("./stage.mjs").Place} place
 * @param {readonly import("./stage.mjs").Worker[]} workers
 * @param {1 | 2} count
 */
export async function bursts(place, workers, count) {
  const plan = { count: CALLS / workers.length, patienceMs: PATIENCE_MS };
  const one = async () => {
    await place.take();
    const start = performance.now();
    const ended = await Promise.all(workers.map((worker) => worker.ask("burst", plan)));
    const { limited, log } = await place.take();
    const done = ended.reduce((sum, result) => sum + result.done, 0);
    const firstError = ended.map((result) => result.firstError).find((words) => words !== "");
    return {
      firstError,
      done,
      limited,
      log,
      seconds: (performance.now() - start) / 1000,
      isOver: ended.every(({ pending }) => pending === 0),
    };
  };
  await place.set({ limit: LIMIT, keepsLog: true });
  const first = await one();
  // Who still has calls of the first burst under way would count them in the second.
  const second = count === 2 && first.isOver && first.done === CALLS ? await one() : {};
  const { done: secondDone, limited: secondLimited, seconds: secondSeconds } = second;
  return { ...first, secondDone, secondLimited, secondSeconds };
}
