// The program behind `npm run test:reliability`.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { MINUTE } from "../../src/base/clock.js";
import { nearest } from "../../src/base/text.js";
import { type Run, reportPage } from "./report.js";
import type { Scenario, ScenarioResult } from "./scenario.js";
import { SCENARIOS } from "./scenarios.js";

const REPORT = fileURLToPath(new URL("../../docs/reliability.md", import.meta.url));

const USAGE = `npm run test:reliability -- [options]

  --list            names the scenarios and ends
  --only NAME       runs this one; may be given several times
  --soak MINUTES    runs only what runs until it is told to end, for so long
  --out FILE        where the report goes; default docs/reliability.md, and none with --only
  --help            shows this

The exit code is 1 when an invariant did not hold, and 2 when the options make no sense.`;

interface Plan {
  readonly scenarios: readonly Scenario[];
  readonly soakMinutes: number | undefined;
  readonly out: string | undefined;
}

class UsageError extends Error {
  override readonly name = "UsageError";
}

const say = (line: string) => void process.stdout.write(`${line}\n`);

/** @returns the exit code */
export async function main(words: readonly string[]): Promise<number> {
  let plan: Plan | undefined;
  try {
    plan = readPlan(words);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n\n${USAGE}\n`);
    return 2;
  }
  if (plan === undefined) return 0;
  const runs: Run[] = [];
  for (const scenario of plan.scenarios) runs.push(await run(scenario, plan.soakMinutes));
  if (plan.out !== undefined) {
    writeFileSync(plan.out, `${reportPage(runs, new Date()).trimEnd()}\n`);
    say(`The report is in ${plan.out}`);
  }
  const broken = runs.flatMap(({ scenario, result }) =>
    result.broken.map((sentence) => `${scenario.name}: ${sentence}`),
  );
  for (const sentence of broken) say(`DID NOT HOLD  ${sentence}`);
  say(`${runs.length} scenarios, ${broken.length} invariants that did not hold`);
  return broken.length > 0 ? 1 : 0;
}

/** @returns `undefined` when all is said already */
function readPlan(words: readonly string[]): Plan | undefined {
  const given = readWords(words);
  if (given.help === true) {
    say(USAGE);
    return undefined;
  }
  if (given.list === true) {
    for (const { name, title, minutes, onlyWhenAsked } of SCENARIOS)
      say(`${name.padEnd(18)} ${title}${onlyWhenAsked === true ? " (--soak)" : ` (up to ${minutes} min)`}`);
    return undefined;
  }
  if (given.only !== undefined && given.soak !== undefined)
    throw new UsageError("--only and --soak do not go together: --soak already says what runs.");
  if (given.soak !== undefined) {
    const minutes = Number(given.soak);
    if (!(minutes > 0 && minutes <= 24 * 60))
      throw new UsageError(`--soak takes minutes from 0.1 to 1440, not "${given.soak}".`);
    const scenarios = SCENARIOS.filter(({ onlyWhenAsked }) => onlyWhenAsked === true);
    if (scenarios.length === 0) throw new UsageError("There is no scenario to soak in yet.");
    return { scenarios, soakMinutes: minutes, out: given.out };
  }
  if (given.only !== undefined)
    return { scenarios: given.only.map(scenarioOf), soakMinutes: undefined, out: given.out };
  const scenarios = SCENARIOS.filter(({ onlyWhenAsked }) => onlyWhenAsked !== true);
  return { scenarios, soakMinutes: undefined, out: given.out ?? REPORT };
}

function readWords(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        list: { type: "boolean" },
        only: { type: "string", multiple: true },
        soak: { type: "string" },
        out: { type: "string" },
        help: { type: "boolean" },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function scenarioOf(name: string): Scenario {
  const found = SCENARIOS.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = SCENARIOS.map((one) => one.name);
  const near = nearest(name, names);
  throw new UsageError(
    `There is no scenario "${name}", only ${names.join(", ")}.${near === undefined ? "" : ` Did you mean ${near}?`}`,
  );
}

async function run(scenario: Scenario, soakMinutes: number | undefined): Promise<Run> {
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  const progress = (line: string) => say(`${seconds().toFixed(1).padStart(6)} s  ${scenario.name}  ${line}`);
  progress(scenario.title);
  let result: ScenarioResult;
  try {
    const forMs = soakMinutes === undefined ? {} : { forMs: soakMinutes * MINUTE };
    result = await scenario.run({ size: "full", progress, ...forMs });
  } catch (error) {
    // The others still run, and their figures still count.
    const { message } = error instanceof Error ? error : new Error(String(error));
    result = { tables: [], broken: [`it could not be run to its end: ${message}`] };
  }
  const skipped = process.env.CI === "true" ? (result.skipped ?? []) : [];
  if (skipped.length > 0)
    result = {
      ...result,
      broken: [...result.broken, ...skipped.map((sentence) => `left out: ${sentence}`)],
    };
  for (const sentence of result.broken) progress(`did not hold: ${sentence}`);
  return { scenario, result, seconds: seconds() };
}
