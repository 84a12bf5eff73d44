// A long series of calls in one process, and what the process holds meanwhile.
import type { Spotify } from "../../src/index.js";
import { told } from "./task-loop.js";

/** What a process holds after so many calls, with no call under way and all garbage collected. */
export interface Holding {
  readonly calls: number;
  readonly residentBytes: number;
  readonly heapBytes: number;
  /** Sockets, timers and the like that keep a program alive, by kind. */
  readonly resources: Readonly<Record<string, number>>;
  /** Of the process and of the listeners that a session has. */
  readonly listeners: number;
}

export interface SeriesAnswer {
  readonly holdings: readonly Holding[];
  /** How often a call ended with which error code; `ok` where with none. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly warnings: readonly string[];
  /** Milliseconds of one call: of the first and of the last thousand. */
  readonly firstMs: readonly number[];
  readonly lastMs: readonly number[];
}

export interface SeriesPlan {
  readonly count: number;
  /** How many are under way at a time. */
  readonly width: number;
  /** How often what is held is looked at. */
  readonly looks: number;
  /** Ends the series early, at a look. */
  readonly maxMs: number;
}

/** So many calls of the beginning and of the end are timed. */
const MAX_TIMED = 1_000;

export async function callSeries(
  spotify: Spotify,
  { count, width, looks, maxMs }: SeriesPlan,
): Promise<SeriesAnswer> {
  const outcomes: Record<string, number> = {};
  const warnings = new Set<string>();
  const holdings: Holding[] = [];
  const times: { readonly first: number[]; readonly last: number[] } = { first: [], last: [] };
  const warn = ({ name, message }: Error) => void warnings.add(`${name}: ${message}`);
  process.on("warning", warn);
  let begun = 0;
  const work = async (until: number) => {
    while (begun < until) {
      const index = begun++;
      const start = performance.now();
      let code = "ok";
      try {
        await spotify.me.profile();
      } catch (error) {
        ({ code } = told(error));
      }
      outcomes[code] = (outcomes[code] ?? 0) + 1;
      const ms = performance.now() - start;
      if (times.first.length < MAX_TIMED) times.first.push(ms);
      // A ring: in the end it holds the last ones.
      else times.last[index % MAX_TIMED] = ms;
    }
  };
  const end = performance.now() + maxMs;
  for (let look = 1; look <= looks && performance.now() < end; look++) {
    const until = Math.floor((count * look) / looks);
    await Promise.all(Array.from({ length: width }, () => work(until)));
    holdings.push(await holding(begun));
  }
  process.off("warning", warn);
  return { holdings, outcomes, warnings: [...warnings], firstMs: times.first, lastMs: times.last };
}

async function holding(calls: number): Promise<Holding> {
  // Twice, and a turn of the loop between: what was finalized by the first is freed by the second.
  globalThis.gc?.();
  await new Promise((resolve) => setImmediate(resolve));
  globalThis.gc?.();
  const resources: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1;
  const { rss, heapUsed } = process.memoryUsage();
  const listeners = process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
  return { calls, residentBytes: rss, heapBytes: heapUsed, resources, listeners };
}
