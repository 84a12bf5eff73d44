import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { skipsFaketime } from "../support/components.js";
import { type Conductor, type SpotifyProgram, withConductor } from "./conductor.js";
import { counted } from "./crash-sweep.js";
import { failures, markLedger, since } from "./oracles.js";
import type { Cell, Scenario, ScenarioResult } from "./scenario.js";

/** Where the clock of a whole process may stand, as `faketime` takes it. */
const PLACES: readonly (readonly [title: string, time: string])[] = [
  ["an hour ahead", "+1h"],
  ["an hour behind", "-1h"],
  ["a year ahead", "+365d"],
  ["a year behind", "-365d"],
  ["1970", "@1970-01-02 00:00:00"],
  ["2038, behind 32 bits", "@2038-01-19 03:14:10"],
  ["2100", "@2100-01-01 00:00:00"],
];
const STEPS = ["-2h", "+2h"];
/** How often both processes call in turn. */
const TURNS = 10;

export const wrongClocks: Scenario = {
  name: "wrong-clocks",
  title: "Clocks that are wrong, or are set while a program runs",
  cases: ["CL-01", "CL-02"],
  about:
    "Two processes share a file store, one of them under `faketime`; they call the Web API in turn, twenty times each, while nothing runs out at the server; half way the one with the wrong clock is told to refresh. " +
    "Each may refresh once by itself, because of what its clock says, and no call may fail. Then a clock is set while its process runs.",
  minutes: 1,
  async run({ size }): Promise<ScenarioResult> {
    if (skipsFaketime) return { tables: [], broken: [], skipped: ["there is no faketime"] };
    return withConductor(async (conductor) => {
      const spotify = await conductor.spotify({ refresh: "rotate-strict" });
      const seen: Seen[] = [];
      for (const [title, time] of size === "full" ? PLACES : PLACES.slice(2, 3))
        seen.push(await besideAnother(conductor, spotify, title, time));
      const library = faketimeLibrary();
      for (const step of library === undefined ? [] : size === "full" ? STEPS : STEPS.slice(1))
        seen.push(await setInMidRun(conductor, spotify, library ?? "", step));
      return {
        tables: [
          {
            caption: "Two processes that call in turn, 20 times each",
            columns: ["the clock of one", "refreshes of it", "refreshes of the other", "failed calls"],
            rows: seen.map(({ row }) => row),
          },
        ],
        broken: counted([...seen.flatMap(({ broken }) => broken), ...(await conductor.finish())]),
        skipped:
          library === undefined
            ? ["a clock that is set: the library of faketime is not where Debian has it"]
            : [],
      };
    });
  },
};

interface Seen {
  readonly row: readonly Cell[];
  readonly broken: readonly string[];
}

async function besideAnother(
  conductor: Conductor,
  spotify: SpotifyProgram,
  title: string,
  time: string,
): Promise<Seen> {
  const store = conductor.fileStore();
  const env = { FAKETIME_DONT_FAKE_MONOTONIC: "1" };
  const [right, wrong] = await Promise.all([
    conductor.worker({ open: { spotify, store } }),
    conductor.worker({ open: { spotify, store }, env, under: ["faketime", "-f", time] }),
  ]);
  await right.ask("login", {});
  return inTurn(spotify, title, wrong, right, async (turn) => {
    // What it writes has times that are wrong for the other.
    if (turn === TURNS / 2) await wrong.ask("refresh", {});
    return turn === TURNS / 2 ? 1 : 0;
  });
}

async function setInMidRun(
  conductor: Conductor,
  spotify: SpotifyProgram,
  library: string,
  step: string,
): Promise<Seen> {
  const file = join(conductor.storeDirectory(), "time");
  writeFileSync(file, "+0");
  const store = conductor.fileStore();
  const env = {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: "1",
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
  };
  const [right, set] = await Promise.all([
    conductor.worker({ open: { spotify, store } }),
    conductor.worker({ open: { spotify, store }, env }),
  ]);
  await set.ask("login", {});
  return inTurn(spotify, `set by ${step} in mid-run`, set, right, async (turn) => {
    if (turn === TURNS / 2) writeFileSync(file, step);
    return 0;
  });
}

async function inTurn(
  spotify: SpotifyProgram,
  title: string,
  wrong: Awaited<ReturnType<Conductor["worker"]>>,
  right: Awaited<ReturnType<Conductor["worker"]>>,
  /** Gives how many refreshes it made itself. */
  between: (turn: number) => Promise<number>,
): Promise<Seen> {
  const mark = await markLedger(spotify);
  const answers = [];
  const hours = new Set<number>();
  let asked = 0;
  for (let turn = 0; turn < TURNS; turn++) {
    asked += await between(turn);
    for (const one of [wrong, right]) {
      const answer = await one.ask("call", { count: 2, what: "api" });
      answers.push(answer);
      if (one === wrong) hours.add(Math.round((answer.ended.wall - Date.now()) / 3_600_000));
    }
  }
  const { entries } = await since(spotify, mark);
  const of = (name: string) => entries.filter(({ caller }) => caller === name).length;
  const failed = failures(answers);
  const broken = failed.map((sentence) => `${title}: ${sentence}`);

  if ([...hours].every((hour) => hour === 0)) broken.push(`${title}: the clock was not wrong at all`);
  for (const one of [wrong, right])
    if (of(one.name) > (one === wrong ? 1 + asked : 1))
      broken.push(`${title}: one process refreshed ${of(one.name)} times`);
  const count = answers.flatMap(({ calls }) => calls).filter(({ code }) => code !== undefined).length;
  return { row: [title, of(wrong.name), of(right.name), count], broken };
}

/** Debian keeps it below a folder that is named after the kind of machine. */
function faketimeLibrary(): string | undefined {
  return readdirSync("/usr/lib")
    .map((folder) => join("/usr/lib", folder, "faketime", "libfaketime.so.1"))
    .find((path) => existsSync(path));
}
