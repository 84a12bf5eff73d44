import { bestPeer, goal, middle, ordered, ratio, show } from "../harness/figures.mjs";
import { inTurn } from "../harness/rounds.mjs";
import { TRACK_BYTES } from "./bodies.mjs";
import { CONTESTANTS } from "./contestants.mjs";
import { onStage } from "./stage.mjs";

const IN_FLIGHT = 64;

export const name = "many-at-once";
export const title = "Many calls at once";

/** @param {{ rounds: number }} plan */
export const run = ({ rounds }) =>
  onStage(async (stage) => {
    const entries = await stage.enter(CONTESTANTS);
    const all = await inTurn(entries, rounds, async ({ worker, place }, round) => {
      const warmupMs = round === 0 ? 1500 : 300;
      await place.take();
      const result = await worker.ask("manyAtOnce", { inFlight: IN_FLIGHT, warmupMs, durationMs: 1000 });
      const { requests, connections } = await place.take();
      return { ...result, requests, connections };
    });
    const of = (wanted) => all.find(({ contestant }) => contestant.name === wanted);
    const bare = of("dispatch");
    const ours = of("stagedoor");
    const peer = bestPeer(all, "perSecond", "most");
    return {
      intro: `\`GET /v1/tracks/{id}\`, ${show(TRACK_BYTES, 0)} bytes of JSON, ${IN_FLIGHT} callers that each ask again when they have their answer.`,
      tables: [
        {
          columns: [
            "client",
            "requests/s",
            "of bare dispatch",
            "CPU a call, µs",
            "of bare dispatch",
            "connections opened",
          ],
          rows: ordered(all, "perSecond", "down").map((one) => [
            one.contestant.title,
            one.error ?? show(middle(one, "perSecond"), 0),
            show(ratio(one, bare, "perSecond")),
            show(middle(one, "cpu"), 0),
            show(ratio(one, bare, "cpu")),
            connectionsOf(one),
          ]),
        },
      ],
      notes: [
        "The connections are those that a round opened; those of the round before have gone idle meanwhile. Python's libraries are not measured here.",
      ],
      goals: [
        goal("64 at once: requests/s, of bare `dispatch`", ">=", 0.75, ratio(ours, bare, "perSecond")),
        goal(
          `64 at once: requests/s, of the best peer (${peer?.contestant.name})`,
          ">=",
          5,
          ratio(ours, peer, "perSecond"),
          { digits: 1 },
        ),
      ],
    };
  });

const connectionsOf = (one) => {
  const opened = middle(one, "connections");
  return opened > middle(one, "requests") / 2 ? "one for each call" : show(opened, 0);
};
