import { goal, middle, ordered, show } from "../harness/figures.mjs";
import { inTurn } from "../harness/rounds.mjs";
import { median } from "../measuring.mjs";
import { contestants, PEERS } from "./contestants.mjs";
import { onStage } from "./stage.mjs";

const PLAN = { count: 1000, patienceMs: 60_000 };
const TOKEN_LATENCY_MS = 100;
const ENTRANTS = contestants("stagedoor", "stagedoor-call", "refresh-once", ...PEERS);

export const name = "expired";
export const title = "1,000 callers on an expired token";

/** @param {{ rounds: number }} plan */
export const run = ({ rounds }) =>
  onStage(async (stage) => {
    const entries = await stage.enter(ENTRANTS);
    const all = await inTurn(entries, rounds, async ({ worker, place }, round) => {
      await place.set({ tokenLatencyMs: TOKEN_LATENCY_MS });
      const alone = async () => {
        await worker.ask("open", { url: place.url });
        return worker.ask("burst", PLAN);
      };
      if (round === 0) for (let at = 0; at < 3; at++) await alone();
      const good = await alone();
      await worker.ask("open", { url: place.url, isExpired: true });
      await place.take();
      const expired = await worker.ask("burst", PLAN);
      const { tokens, requests } = await place.take();
      const over = (expired.seconds - TOKEN_LATENCY_MS / 1000) / good.seconds;
      return { alone: good.seconds, seconds: expired.seconds, over, done: expired.done, tokens, requests };
    });
    const ours = all.find(({ contestant }) => contestant.name === "stagedoor");
    return {
      intro: `The token endpoint takes ${TOKEN_LATENCY_MS} ms. Beside it the same 1,000 calls with a good token.`,
      tables: [
        {
          columns: ["client", "token requests", "calls ok", "API requests", "s", "s with a good token"],
          rows: ordered(all, "tokens", "up").map((one) => [
            one.contestant.title,
            one.error ?? show(middle(one, "tokens"), 0),
            show(middle(one, "done"), 0),
            show(middle(one, "requests"), 0),
            show(middle(one, "seconds")),
            show(middle(one, "alone")),
          ]),
        },
      ],
      notes: [
        "Who cannot renew a person's token by itself asks for none, and its calls fail; for @soundify/web-api the caller wrote the refresh.",
      ],
      goals: [
        goal(
          "1,000 on an expired token: token requests, the most of all rounds",
          "=",
          1,
          most(ours, "tokens"),
          { digits: 0 },
        ),
        goal("1,000 on an expired token: calls ok, the least of all rounds", "=", 1000, least(ours, "done"), {
          digits: 0,
        }),
        goal(
          "1,000 on an expired token: time without the 100 ms of the token endpoint, of the calls alone",
          "<=",
          1.3,
          ours.results.length === 0 ? undefined : median(ours.results.map(({ over }) => over)),
        ),
      ],
    };
  });

const values = ({ results }, member) => results.map((result) => result[member]);
const most = (one, member) => (one.results.length === 0 ? undefined : Math.max(...values(one, member)));
const least = (one, member) => (one.results.length === 0 ? undefined : Math.min(...values(one, member)));
