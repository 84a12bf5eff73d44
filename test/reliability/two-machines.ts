// Two machines share Redis or PostgreSQL, and one of them loses its network in the middle of a refresh.
import { HOUR, MINUTE, SECOND } from "../../src/base/clock.js";
import {
  available,
  type BackendKind,
  POSTGRES_LEASE,
  POSTGRES_TRANSACTION,
  REDIS,
  withBackends,
} from "./backends.js";
import { type Conductor, withConductor } from "./conductor.js";
import {
  addLane,
  comesBack,
  type Lane,
  LEASE_MS,
  PER_MACHINE,
  RECOVERY_MS,
  STORE_TIMEOUT_MS,
  TOKEN_DEADLINE_MS,
} from "./lane.js";
import { type Machine, machinesMissing, withMachines } from "./machines.js";
import { COLUMNS, roundRow } from "./matrix.js";
import {
  failures,
  type LedgerMark,
  markLedger,
  percentile,
  since,
  storeIsCurrent,
  type TokenFigures,
} from "./oracles.js";
import type { CallsAnswer } from "./protocol.js";
import { createRounds } from "./rounds.js";
import type { Cell, RunOptions, Scenario, ScenarioResult } from "./scenario.js";

/** What the machine that is left waits at most: the lease, its own request and the store; and as much again on a busy machine. */
const BOUND_MS = 2 * (LEASE_MS + TOKEN_DEADLINE_MS + STORE_TIMEOUT_MS);
const CALLS = 4;

interface Cut {
  readonly words: string;
  readonly mode: string;
  /** What becomes of the login, and why nothing else can. */
  readonly expects: "goes on" | "new login";
  /** Brings the first worker of the north to where its cable is pulled; what it gives resolves when that worker is done. */
  prepare(lane: Lane): Promise<() => Promise<CallsAnswer | undefined>>;
}

const CUTS: readonly Cut[] = [
  { words: "holding the lock", mode: "rotate-family-revoke", expects: "goes on", prepare: hold },
  { words: "after its request arrived", mode: "keep", expects: "goes on", prepare: sendRefresh },
  { words: "after its request arrived", mode: "rotate-grace", expects: "goes on", prepare: sendRefresh },
  { words: "after its request arrived", mode: "rotate-strict", expects: "new login", prepare: sendRefresh },
];

export const twoMachines: Scenario = {
  name: "two-machines",
  title: "Two machines, and a cable that is pulled",
  cases: ["RF-02", "RF-10", "LO-01", "LO-07", "LO-10", "I1", "I6", "I9"],
  about: `Two network namespaces stand for two machines, with ${PER_MACHINE} processes each; Redis, PostgreSQL and Spotify run on a third one. After some ordinary rounds the link of the first machine goes down while one of its processes refreshes, and nobody is told. The processes of the other machine call at once. *Wait* is how long the slowest of them waited; *back after* is the time from the link's return until all processes of the first machine have the token that the store holds. The lease is ${LEASE_MS / SECOND} s here and the deadline of the token endpoint ${TOKEN_DEADLINE_MS / SECOND} s, in place of 20 and 15. Where the request had arrived and the old refresh token died with it, the answer is lost with the link and nobody can go on: that must be said as reauthorization-required after a single invalid_grant, and a new login must be all that it takes.`,
  minutes: 1,
  run: (options) => runTwoMachines([REDIS, POSTGRES_LEASE, POSTGRES_TRANSACTION], options),
};

export async function runTwoMachines(
  kinds: readonly BackendKind[],
  { progress, size }: RunOptions,
): Promise<ScenarioResult> {
  const missing = machinesMissing();
  if (missing !== undefined) return { tables: [], broken: [], skipped: [missing] };
  const { here, skipped } = available(kinds);
  const rounds: (readonly Cell[])[] = [];
  const cuts: (readonly Cell[])[] = [];
  const broken: string[] = [];
  await withConductor((conductor) =>
    withMachines(["north", "south"], conductor, async ([north, south]) => {
      if (north === undefined || south === undefined) throw new Error("There are not two machines.");
      await withBackends(here, conductor, async (backends) => {
        const lanes: Lane[] = [];
        for (const backend of backends) {
          const { name } = backend;
          const lane = await addLane(conductor, backend, [north, south]);
          lanes.push(lane);
          const all = lane.north.flatMap((worker, index) => [worker, lane.south[index] ?? worker]);
          const plan = { rounds: size === "full" ? 6 : 2, calls: CALLS };
          const turns = createRounds(conductor, lane.spotify);
          const { figures, broken: wrong } = await turns.run(all, plan);
          lane.aheadMs = turns.aheadMs();
          rounds.push(roundRow([name, "rotate-strict", all.length, CALLS, plan.rounds], figures));
          broken.push(...wrong.map((sentence) => `${name}: ${sentence}`));
          progress(`${name}: ${figures.requestsPerGeneration} per generation`);
        }
        for (const cut of size === "full" ? CUTS : CUTS.slice(0, 1)) {
          const found = await pull(conductor, cut, lanes, north);
          cuts.push(...found.rows);
          broken.push(...found.broken);
          progress(`cut off ${cut.words}, ${cut.mode}: ${found.broken.length} things wrong`);
        }
        broken.push(...(await conductor.finish()));
      });
    }),
  );
  const columns = [
    "store",
    "cut off",
    "mode",
    "token requests",
    "invalid_grant",
    "the other machine",
    "wait, ms",
    "the one that was cut off",
    "back after, ms",
  ];
  return {
    tables: [
      { caption: "Both machines connected", columns: COLUMNS, rows: rounds },
      { caption: "The cable of one is pulled", columns, rows: cuts },
    ],
    broken,
    skipped,
  };
}

/** Takes the lock and keeps it, having sent nothing. */
async function hold({ first }: Lane) {
  await first.ask("hold", {});
  return async () => {
    // Over once the link is back; whoever was away for longer than the lease must know that it has it no more.
    const { wasHeld } = await first.ask("release", {});
    if (wasHeld) throw new Error("believes that it still holds the lock");
    return undefined;
  };
}

/** Refreshes, and gives back when the request has arrived and is not yet answered. */
async function sendRefresh({ name, first, spotify, aheadMs }: Lane) {
  // Only the first one: those that follow are to find a Spotify that is as always.
  const steps = [{ kind: "delay", ms: 1500 }, ...Array.from({ length: 50 }, () => ({ kind: "pass" }))];
  const slow = { kind: "sequence", steps, match: { grant: "refresh_token" } };
  await spotify.ask("faults", { faults: [slow] });
  const call = first.ask("call", { count: CALLS, what: "token", aheadMs }, { timeoutMs: 90_000 });
  let early: CallsAnswer | undefined;
  void call.then(
    (answer) => {
      early = answer;
    },
    () => undefined,
  );
  const deadline = performance.now() + 30_000;
  while ((await spotify.ask("struck", {})).requests === 0) {
    if (early !== undefined) throw new Error(`${name}: nothing arrived: ${failures([early]).join("; ")}`);
    if (performance.now() > deadline) throw new Error(`${name}: no refresh arrived.`);
  }
  return () => call;
}

/** Pulls the cable of the north in all lanes at once, and lets the south go on. */
async function pull(
  conductor: Conductor,
  cut: Cut,
  lanes: readonly Lane[],
  north: Machine,
): Promise<{ readonly rows: readonly (readonly Cell[])[]; readonly broken: readonly string[] }> {
  const before = await Promise.all(
    lanes.map(async (lane): Promise<LedgerMark> => {
      const { spotify } = lane;
      await spotify.ask("clear-faults", {});
      await spotify.ask("refresh-mode", { mode: cut.mode });
      await spotify.ask("advance", { ms: HOUR + MINUTE });
      lane.aheadMs += HOUR + MINUTE;
      return markLedger(spotify);
    }),
  );
  const endings = await Promise.all(lanes.map((lane) => cut.prepare(lane)));
  north.cut();
  let others: readonly (readonly CallsAnswer[])[];
  try {
    others = await Promise.all(
      lanes.map(({ south, aheadMs }) =>
        conductor.together(south, "call", { count: CALLS, what: "token", aheadMs }, { timeoutMs: 90_000 }),
      ),
    );
  } finally {
    north.heal();
  }
  const healed = performance.now();
  const judged = await Promise.all(
    lanes.map(async (lane, index) => {
      const mark = before[index];
      const answers = others[index];
      const ending = endings[index];
      if (mark === undefined || answers === undefined || ending === undefined)
        throw new Error("A lane is gone.");
      const own = await ending().then(outcomeOf, (error: unknown) => String(error));
      const seen = await since(lane.spotify, mark);
      const wrong = judge(cut, seen, answers);
      if (own.startsWith("Error")) wrong.push(`${lane.first.name} ${own}`);
      if (cut.expects === "new login") await lane.south[0]?.ask("login", { aheadMs: lane.aheadMs });
      const backMs = await comesBack(lane, healed);
      if (backMs === undefined)
        wrong.push(
          `not all processes had the stored token ${RECOVERY_MS / SECOND} s after the link was back`,
        );
      wrong.push(...(await storeIsCurrent(lane.spotify, [...lane.north, ...lane.south])));
      const waits = answers.flatMap(({ calls }) => calls.map(({ ms }) => ms));
      return {
        row: [
          lane.name,
          cut.words,
          cut.mode,
          seen.requests,
          seen.invalidGrants,
          answers
            .map((answer) => outcomeOf(answer))
            .filter((one, at, all) => all.indexOf(one) === at)
            .join(", "),
          Math.round(percentile(waits, 100)),
          own,
          backMs === undefined ? "never" : Math.round(backMs),
        ],
        wrong: wrong.map((sentence) => `${lane.name}, cut off ${cut.words}, ${cut.mode}: ${sentence}`),
      };
    }),
  );
  return { rows: judged.map(({ row }) => row), broken: judged.flatMap(({ wrong }) => wrong) };
}

function judge(cut: Cut, seen: TokenFigures, answers: readonly CallsAnswer[]): string[] {
  const wrong: string[] = [];
  const slowest = Math.max(...answers.flatMap(({ calls }) => calls.map(({ ms }) => ms)));
  if (slowest > BOUND_MS) wrong.push(`somebody waited ${Math.round(slowest)} ms`);
  if (seen.mostPerGeneration > 1 && cut.expects === "goes on")
    wrong.push(`${seen.mostPerGeneration} requests for one generation`);
  // The one whose answer was lost, and the one that found out.
  const mostRequests = cut.prepare === hold ? 1 : 2;
  if (seen.requests > mostRequests) wrong.push(`${seen.requests} token requests`);
  if (cut.expects === "goes on") {
    if (seen.invalidGrants > 0) wrong.push(`${seen.invalidGrants} times invalid_grant`);
    wrong.push(...failures(answers));
  } else {
    if (seen.invalidGrants !== 1) wrong.push(`${seen.invalidGrants} times invalid_grant, not once`);
    const codes = new Set(answers.flatMap(({ calls }) => calls.map(({ code }) => code ?? "a token")));
    if (codes.size !== 1 || !codes.has("reauthorization-required"))
      wrong.push(`the other machine got ${[...codes].join(", ")}`);
  }
  return wrong;
}

/** `a token`, or the codes of what failed. */
function outcomeOf(answer: CallsAnswer | undefined): string {
  if (answer === undefined) return "lost the lock";
  return [...new Set(answer.calls.map(({ code }) => code ?? "a token"))].join(", ");
}
