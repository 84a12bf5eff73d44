import { MINUTE, SECOND } from "../../src/base/clock.js";
import type { Holding, SeriesAnswer } from "./call-series.js";
import { open, withConductor } from "./conductor.js";
import { spread } from "./crash-sweep.js";
import { markLedger, since } from "./oracles.js";
import type { Scenario, ScenarioResult } from "./scenario.js";

const COUNTS = { full: 40_000, small: 2_000 };
/** As long as it is asked to run at all, whatever the minutes are. */
const SOAK_COUNT = 1_000_000;
/** A slow machine makes as many as it can in this time. */
const MAX_MS = { soak: 40 * MINUTE, full: 45 * SECOND, small: 2 * SECOND };
const WIDTH = 16;
const LOOKS = 20;
/** Behind this part of the series all caches are full and all code is compiled. */
const WARM = 0.3;
const MEGABYTE = 1024 * 1024;
/** Sockets come and go with the server's keep-alive; what grows with the calls passes any such number. */
const MAX_RESOURCES = 4 * WIDTH;
/** Below this many calls the resident memory says more of the collector than of us. */
const JUDGED_FROM = 300_000;
const HEAP_JUDGED_FROM = 50_000;

/** Every tenth request fails in one of these ways, and every hundredth is answered 401. */
const FAULTS = [
  { kind: "access-token-missing", probability: 0.01 },
  { kind: "F8", probability: 0.03 },
  { kind: "F2", probability: 0.03 },
  { kind: "F4", probability: 0.01 },
  { kind: "F5", probability: 0.02 },
  { kind: "html", probability: 0.01 },
].map((fault, index) => ({ ...fault, seed: index + 1, match: { service: "api" } }));

const manyCallsOf = (onlyWhenAsked: boolean): Scenario => ({
  name: onlyWhenAsked ? "million-calls" : "many-calls",
  title: onlyWhenAsked ? "A million calls in one process" : "Many calls in one process",
  cases: ["RS-04"],
  about:
    "One process calls the Web API, 16 calls at a time, over loopback; one request in ten fails (503, resets, cut bodies, web pages) and one in a hundred is " +
    "answered 401. Memory is looked at with no call under way, after a collection.",
  minutes: onlyWhenAsked ? 30 : 2,
  onlyWhenAsked,
  run: ({ size, progress, forMs }) =>
    withConductor(async (conductor): Promise<ScenarioResult> => {
      const wanted = forMs === undefined ? COUNTS[size] : SOAK_COUNT;
      const spotify = await conductor.spotify({ refresh: "rotate-strict" });
      const worker = await conductor.worker({ runtime: [process.execPath, "--expose-gc"] });
      await open(worker, { spotify, store: conductor.fileStore() });
      await worker.ask("login", {});
      await spotify.ask("faults", { faults: FAULTS });
      const mark = await markLedger(spotify);
      const began = performance.now();
      const plan = {
        count: wanted,
        width: WIDTH,
        looks: LOOKS,
        maxMs: MAX_MS[onlyWhenAsked ? "soak" : size],
      };
      const answer = await worker.ask("series", plan, { timeoutMs: plan.maxMs * 2 });
      const count = answer.holdings.at(-1)?.calls ?? 0;
      const seconds = (performance.now() - began) / 1000;
      progress(`${count} calls in ${seconds.toFixed(0)} s`);
      const seen = await since(spotify, mark);
      const { broken, rows } = judge(answer, count);
      if (seen.invalidGrants > 0) broken.push(`${seen.invalidGrants} times invalid_grant`);
      const outcomes = Object.entries(answer.outcomes).map(([code, times]) => `${times} ${code}`);
      return {
        tables: [
          {
            columns: ["what", "value"],
            rows: [
              ["calls", `${count}, ${(count / seconds).toFixed(0)} a second`],
              ["how they ended", outcomes.join(", ")],
              ["refreshes", seen.committed],
              ...rows,
            ],
          },
        ],
        broken: [...broken, ...(await conductor.finish())],
      };
    }),
});

export const manyCalls = manyCallsOf(false);
export const millionCalls = manyCallsOf(true);

function judge({ holdings, warnings, firstMs, lastMs }: SeriesAnswer, count: number) {
  const warm = holdings.slice(Math.floor(holdings.length * WARM));
  const resident = slope(warm, ({ residentBytes }) => residentBytes);
  const heap = slope(warm, ({ heapBytes }) => heapBytes);
  const most = Math.max(...holdings.map(resourcesOf));
  const [before, after] = [warm[0], warm.at(-1)];
  const broken = warnings.map((warning) => `the runtime warned: ${warning}`);
  if (count >= JUDGED_FROM && resident >= 1)
    broken.push(`resident memory grows by ${resident.toFixed(2)} MB each 100,000 calls`);
  if (heap >= 1 && count >= HEAP_JUDGED_FROM)
    broken.push(`the heap grows by ${heap.toFixed(2)} MB each 100,000 calls`);
  if (most > MAX_RESOURCES) broken.push(`${most} sockets and timers are open`);
  if (before?.listeners !== after?.listeners)
    broken.push(`listeners went from ${before?.listeners} to ${after?.listeners}`);
  const rows: (readonly [string, string])[] = [
    [
      "resident memory, after warm-up and at the end",
      `${megabytes(before?.residentBytes)}, ${megabytes(after?.residentBytes)}`,
    ],
    ["… its slope, each 100,000 calls", `${resident.toFixed(2)} MB`],
    ["the heap's slope, each 100,000 calls", `${heap.toFixed(2)} MB`],
    [
      "sockets and timers, after warm-up, at the end, at most",
      `${before && resourcesOf(before)}, ${after && resourcesOf(after)}, ${most}`,
    ],
    ["listeners of the process, after warm-up and at the end", `${before?.listeners}, ${after?.listeners}`],
    ["one call of the first thousand (median, p99, max)", spread(firstMs)],
    ["one call of the last thousand (median, p99, max)", spread(lastMs)],
  ];
  return { broken, rows };
}

function resourcesOf({ resources }: Holding): number {
  return Object.values(resources).reduce((sum, one) => sum + one, 0);
}

function megabytes(bytes = 0): string {
  return `${(bytes / MEGABYTE).toFixed(1)} MB`;
}

/** Of the straight line that fits best: megabytes each 100,000 calls. */
function slope(holdings: readonly Holding[], value: (holding: Holding) => number): number {
  const mean = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
  const x = mean(holdings.map(({ calls }) => calls));
  const y = mean(holdings.map(value));
  const above = holdings.reduce((sum, one) => sum + (one.calls - x) * (value(one) - y), 0);
  const below = holdings.reduce((sum, one) => sum + (one.calls - x) ** 2, 0);
  return below === 0 ? 0 : ((above / below) * 100_000) / MEGABYTE;
}
