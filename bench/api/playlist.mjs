import { bestPeer, goal, middle, ordered, ratio, show } from "../harness/figures.mjs";
import { inTurn } from "../harness/rounds.mjs";
import { contestants, PEERS } from "./contestants.mjs";
import { onStage } from "./stage.mjs";

const TOTAL = 10_000;
const LONG = 100_000;
const LATENCY_MS = 50;
const [OURS] = contestants("stagedoor");
const ENTRANTS = contestants("stagedoor", "dispatch", "request", ...PEERS);

export const name = "playlist";
export const title = "A playlist of 10,000 items, read whole and in order";

/** @param {{ rounds: number }} plan */
export const run = ({ rounds }) =>
  onStage(async (stage) => {
    const inFlight = await highestOfOurs(stage);
    const places = await Promise.all(
      ENTRANTS.map(async (contestant) => ({ contestant, place: await stage.place() })),
    );
    const all = await inTurn(places, rounds, (entry) => readAll(stage, entry, inFlight));
    const memory = await inTurn(
      contestants("stagedoor", "dispatch").flatMap((contestant) =>
        [TOTAL, LONG].map((total) => ({ contestant, total })),
      ),
      Math.min(rounds, 3),
      ({ contestant, total }) => readOnce(stage, contestant, total, inFlight),
    );
    const of = (wanted) => all.find(({ contestant }) => contestant.name === wanted);
    const [ours, bare] = [of("stagedoor"), of("dispatch")];
    const peer = bestPeer(all, "far", "least");
    const [small, large, , largeByHand] = memory;
    return {
      intro:
        `Pages of 50 from \`/items\`, as Spotify documents, or of 100 from the older list where a library knows only that. stagedoor has at most ${inFlight} ` +
        "requests under way, and the hand-made walks on a Pool are given as many. Seconds; the first read of a fresh process, and the third.",
      tables: [
        {
          columns: [
            "client",
            "0 ms, first",
            "0 ms, third",
            `${LATENCY_MS} ms`,
            "requests",
            "in flight",
            "peak MiB",
          ],
          rows: ordered(all, "far", "up").map((one) => [
            one.contestant.title,
            one.error ?? show(middle(one, "first")),
            show(middle(one, "steady")),
            show(middle(one, "far")),
            show(middle(one, "requests"), 0),
            show(middle(one, "highest"), 0),
            show(middle(one, "peakMiB"), 0),
          ]),
        },
        {
          caption: "memory, item by item and none kept, each in a fresh process",
          columns: ["client", "items", "most alive at once, MiB of heap", "peak RSS, MiB"],
          rows: memory.map((one) => [
            one.contestant.title,
            one.error ?? show(one.total, 0),
            show(middle(one, "heapMiB"), 1),
            show(middle(one, "peakMiB"), 0),
          ]),
        },
      ],
      goals: [
        goal(
          "playlist, 0 ms, first read: time, of the hand-made walk",
          "<=",
          1.15,
          ratio(ours, bare, "first"),
        ),
        goal(
          "playlist, 0 ms, third read: time, of the hand-made walk",
          "<=",
          1.15,
          ratio(ours, bare, "steady"),
        ),
        goal(`playlist, ${LATENCY_MS} ms: time, of the hand-made walk`, "<=", 1.15, ratio(ours, bare, "far")),
        goal(
          `playlist, ${LATENCY_MS} ms: how many times as fast as the best peer (${peer?.contestant.name})`,
          ">=",
          4,
          ratio(peer, ours, "far"),
        ),
        goal(
          "playlist: memory alive with 100,000 items, of 10,000",
          "<=",
          1.15,
          quotient(large, small, "heapMiB"),
        ),
        goal(
          "playlist: peak RSS with 100,000 items, of 10,000",
          "<=",
          1.15,
          quotient(large, small, "peakMiB"),
        ),
        goal(
          "playlist: peak RSS with 100,000 items, of the hand-made walk's",
          "<=",
          1.15,
          quotient(large, largeByHand, "peakMiB"),
        ),
      ],
    };
  });

/** How many requests our walk has under way where answers take their time. */
async function highestOfOurs(stage) {
  const [{ place, worker }] = await stage.enter([OURS]);
  await place.set({ latencyMs: LATENCY_MS, total: TOTAL });
  await worker.ask("readPlaylist", { total: TOTAL });
  await worker.stop();
  return (await place.take()).highest;
}

async function readAll(stage, { contestant, place }, inFlight) {
  const worker = await stage.worker(contestant.name);
  try {
    await place.set({ latencyMs: 0, total: TOTAL });
    await worker.ask("open", { url: place.url });
    const plan = { total: TOTAL, inFlight };
    const first = await worker.ask("readPlaylist", plan);
    await worker.ask("readPlaylist", plan);
    const steady = await worker.ask("readPlaylist", plan);
    await place.set({ latencyMs: LATENCY_MS });
    await place.take();
    const far = await worker.ask("readPlaylist", plan);
    const { requests, highest } = await place.take();
    return {
      first: first.seconds,
      steady: steady.seconds,
      far: far.seconds,
      peakMiB: first.peakMiB,
      requests,
      highest,
    };
  } finally {
    await worker.stop();
  }
}

const quotient = (one, other, member) => {
  const [over, under] = [middle(one, member), middle(other, member)];
  return over === undefined || under === undefined ? undefined : over / under;
};

async function readOnce(stage, contestant, total, inFlight) {
  const place = await stage.place();
  await place.set({ total });
  const once = async (node) => {
    const worker = await stage.worker(contestant.name, { node });
    try {
      await worker.ask("open", { url: place.url });
      return await worker.ask("readPlaylist", { total, inFlight });
    } finally {
      await worker.stop();
    }
  };
  // Garbage that is collected at will keeps the process smaller than it would be: two processes for the two figures.
  const { heapMiB } = await once(["--expose-gc"]);
  const { peakMiB } = await once([]);
  return { heapMiB, peakMiB };
}
