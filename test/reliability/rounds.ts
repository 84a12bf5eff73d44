// Rounds: the access token is made to run out, and all workers call at once. How to use it:
//
//   const rounds = createRounds(conductor, spotify);
//   await rounds.begin(workers, { profile: "a" });            // a new login, known to all
//   const cell = await rounds.run(workers, { rounds: 4, calls: 16 });   // figures and broken invariants
import { HOUR, MINUTE } from "../../src/base/clock.js";
import { type Conductor, open, type SpotifyProgram, type WorkerProgram } from "./conductor.js";
import { exactlyOnce, failures, markLedger, percentile, since, storeIsCurrent } from "./oracles.js";
import type { StoreDescription } from "./store-description.js";

/** How long the token endpoint takes: long enough that all others come while it works. */
const ENDPOINT_MS = 50;

export interface RoundFigures {
  readonly requestsPerGeneration: number;
  readonly invalidGrants: number;
  /** Logins that the server ended because an old refresh token was used. */
  readonly revoked: number;
  readonly failedCalls: number;
  /** The fewest workers of any round that had begun to call before the server answered. */
  readonly together: number;
  /** Milliseconds from the release to the last answer: the median and the longest of the rounds. */
  readonly roundMs: { readonly median: number; readonly longest: number };
  /** Milliseconds of one call. */
  readonly callMs: { readonly p50: number; readonly p99: number; readonly longest: number };
}

export interface RoundsResult {
  readonly figures: RoundFigures;
  readonly broken: readonly string[];
}

export interface Rounds {
  /** How far the workers' clocks are ahead by now, for tasks besides the rounds. */
  aheadMs(): number;
  begin(
    workers: readonly WorkerProgram[],
    login: { readonly profile: string; store(index: number): StoreDescription },
  ): Promise<void>;
  run(
    workers: readonly WorkerProgram[],
    plan: { readonly rounds: number; readonly calls: number },
  ): Promise<RoundsResult>;
}

export function createRounds(conductor: Conductor, spotify: SpotifyProgram): Rounds {
  let aheadMs = 0;
  let isDelayed = false;

  /**
   * Lets the access token run out in one of the two ways in which it does: the workers' clocks say so, or the Web API answers 401
   * while their clocks say that it is good.
   */
  async function expire(how: "clock" | "401"): Promise<void> {
    await spotify.ask("advance", { ms: HOUR + MINUTE });
    aheadMs += how === "clock" ? HOUR + MINUTE : 10 * MINUTE;
  }

  return {
    aheadMs: () => aheadMs,

    async begin(workers, { profile, store }) {
      if (!isDelayed) {
        const slow = { kind: "delay", ms: ENDPOINT_MS, match: { grant: "refresh_token" } };
        await spotify.ask("faults", { faults: [slow] });
        isDelayed = true;
      }
      await Promise.all(
        workers.map((worker, index) => open(worker, { spotify, store: store(index), profile })),
      );
      await workers[0]?.ask("login", { aheadMs });
      // By an API call: what is loaded and connected for the first one is not measured afterwards.
      const answers = await conductor.together(workers, "call", { count: 1, what: "api", aheadMs });
      const failed = failures(answers);
      if (failed.length > 0) throw new Error(`Not everybody saw the login: ${failed.join("; ")}`);
    },

    async run(workers, { rounds, calls }) {
      const mark = await markLedger(spotify);
      const failed: string[] = [];
      const callMs: number[] = [];
      const roundMs: number[] = [];
      const together: number[] = [];
      let failedCalls = 0;
      for (let round = 0; round < rounds; round++) {
        const how = round % 2 === 0 ? "clock" : "401";
        await expire(how);
        const told = spotify.events.length;
        const what = how === "clock" ? "token" : "api";
        const answers = await conductor.together(
          workers,
          "call",
          { count: calls, what, aheadMs },
          { timeoutMs: 90_000 },
        );
        const answered = spotify.events.slice(told).find(({ event }) => event === "entry")?.at.steady ?? 0;
        together.push(answers.filter(({ began }) => began.steady < answered).length);
        failed.push(...failures(answers));
        failedCalls += answers.flatMap((answer) => answer.calls).filter(({ code }) => code).length;
        callMs.push(...answers.flatMap((answer) => answer.calls.map(({ ms }) => ms)));
        const first = Math.min(...answers.map(({ began }) => began.steady));
        roundMs.push(Math.max(...answers.map(({ ended }) => ended.steady)) - first);
      }
      const seen = await since(spotify, mark);
      const broken = [
        ...exactlyOnce(seen, { rounds }),
        ...new Set(failed),
        ...(await storeIsCurrent(
          spotify,
          [workers[0], workers.at(-1)].filter((one) => one !== undefined),
        )),
      ];
      return {
        broken,
        figures: {
          requestsPerGeneration: seen.requests / rounds,
          invalidGrants: seen.invalidGrants,
          revoked: seen.familyRevocations,
          failedCalls,
          together: Math.min(...together),
          roundMs: { median: percentile(roundMs, 50), longest: Math.max(...roundMs) },
          callMs: {
            p50: percentile(callMs, 50),
            p99: percentile(callMs, 99),
            longest: Math.max(...callMs),
          },
        },
      };
    },
  };
}
