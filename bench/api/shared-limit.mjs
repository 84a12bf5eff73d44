import { middle, show } from "../harness/figures.mjs";
import { contestants } from "./contestants.mjs";
import { apart, bursts, CALLS, LIMIT, limitGoals } from "./limit.mjs";
import { hasRedis, withRedis } from "./redis-server.mjs";
import { onStage } from "./stage.mjs";

const PROCESSES = 4;
const [OURS, SOUNDIFY] = contestants("stagedoor", "soundify");

export const name = "shared-limit";
export const title = "The same by four processes";

/** @param {{ rounds: number }} plan */
export async function run({ rounds }) {
  if (!hasRedis) return { tables: [], goals: [], notes: ["Skipped: there is no `redis-server` to start."] };
  return withRedis(async (port) => {
    const shared = await measure(
      { ...OURS, title: "**stagedoor**, the limit shared in Redis" },
      rounds,
      port,
    );
    const others = [
      await measure({ ...OURS, title: "**stagedoor**, each process for itself" }, Math.min(rounds, 2)),
      await measure(SOUNDIFY, Math.min(rounds, 2)),
    ];
    return {
      intro: `${PROCESSES} processes with ${CALLS / PROCESSES} calls each, against one server that allows ${LIMIT.count} a second in all. Sums of the four; all rounds of a row run at the same time.`,
      tables: [
        {
          columns: ["client", "done", "answers of 429", "s", "second: done", "second: 429", "second: s"],
          rows: [shared, ...others].map((one) => [
            one.contestant.title,
            ...["done", "limited"].map((member) => show(middle(one, member), 0)),
            show(middle(one, "seconds"), 1),
            ...["secondDone", "secondLimited"].map((member) => show(middle(one, member), 0)),
            show(middle(one, "secondSeconds"), 1),
          ]),
        },
      ],
      goals: limitGoals("limit, four processes with Redis", shared),
    };
  });
}

const measure = (contestant, rounds, port) =>
  onStage(async (stage) => {
    const groups = [];
    for (let round = 0; round < rounds; round++) {
      const place = await stage.place();
      const redis = port === undefined ? undefined : { port, prefix: `bench:${process.pid}:${round}:` };
      const workers = [];
      for (let at = 0; at < PROCESSES; at++) {
        const worker = await stage.worker(contestant.name);
        await worker.ask("open", { url: place.url, isLimited: true, redis });
        workers.push(worker);
      }
      groups.push({ place, workers });
    }
    const results = await Promise.all(
      groups.map(async ({ place, workers }, at) => {
        await apart(PROCESSES * at);
        return bursts(place, workers, 2);
      }),
    );
    return { contestant, results };
  });
