/** Measures stagedoor beside everybody else and writes docs/performance.md; `--help` says how. */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import * as expired from "./api/expired.mjs";
import * as limit from "./api/limit.mjs";
import * as manyAtOnce from "./api/many-at-once.mjs";
import * as oneAfterAnother from "./api/one-after-another.mjs";
import * as playlist from "./api/playlist.mjs";
import * as sharedLimit from "./api/shared-limit.mjs";
import * as tracks from "./api/tracks.mjs";
import * as where from "./api/where.mjs";
import { pageOf, renewed, sectionOf } from "./harness/page.mjs";
import * as memory from "./memory/memory.mjs";
import * as sizes from "./size/sizes.mjs";

/** In the order of the page. */
const PARTS = [
  manyAtOnce,
  oneAfterAnother,
  playlist,
  tracks,
  expired,
  limit,
  sharedLimit,
  sizes,
  memory,
  where,
];

const USAGE = `npm run bench                 everything
npm run bench -- --only NAME  one part, which is printed and not written
  --rounds N   default 5        --quick   2 rounds, nothing written        --out FILE   another page
  --into PAGE  puts the parts of --only, measured anew, into a page that is there
The parts are ${PARTS.map(({ name }) => name).join(", ")}.`;

const options = {
  only: { type: "string", multiple: true },
  rounds: { type: "string" },
  quick: { type: "boolean", default: false },
  out: { type: "string" },
  into: { type: "string" },
  help: { type: "boolean", short: "h", default: false },
};

/** A mistyped option is answered with what there is, not with a stack trace. */
function readOptions() {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    console.error(`${error.message}\n\n${USAGE}`);
    process.exit(2);
  }
}

const values = readOptions();
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const rounds = Number(values.rounds ?? (values.quick ? 2 : 5));
const names = PARTS.map(({ name }) => name);
const unknown = values.only?.find((name) => !names.includes(name));
if (unknown !== undefined || !Number.isInteger(rounds) || rounds < 1) {
  console.error(
    unknown === undefined ? "--rounds takes a whole number from 1 on." : `There is no part ${unknown}.`,
  );
  console.error(`The parts are ${names.join(", ")}.`);
  process.exit(2);
}

/** One part that fails must not cost the figures of all others. */
function failed(error) {
  console.error(error);
  const said = String(error?.message ?? error).split("\n")[0];
  const goal = { what: "a part that failed, see below", target: "yes", measured: "no", isMet: false };
  return { tables: [], notes: [`**Failed:** ${said}`], goals: [goal] };
}

const began = new Date();
const done = [];
for (const part of PARTS) {
  if (values.only !== undefined && !values.only.includes(part.name)) continue;
  console.log(`\n${part.title} …`);
  const start = performance.now();
  const result = await part.run({ rounds, isQuick: values.quick }).catch(failed);
  const seconds = (performance.now() - start) / 1000;
  const section = { name: part.name, title: part.title, seconds, ...result };
  done.push(section);
  console.log(sectionOf(section));
  for (const { what, target, measured, isMet } of result.goals)
    console.log(`${isMet ? "met    " : "NOT MET"}  ${what}: ${measured} (${target})`);
  console.log(`${part.name} took ${seconds.toFixed(0)} s`);
}
const whole = done.reduce((sum, { seconds }) => sum + seconds, 0);
console.log(
  `\n${done.map(({ name, seconds }) => `${name} ${seconds.toFixed(0)} s`).join(", ")}; in all ${whole.toFixed(0)} s`,
);

const isWhole = values.only === undefined && !values.quick;
const out =
  values.out ?? (isWhole ? fileURLToPath(new URL("../docs/performance.md", import.meta.url)) : undefined);
if (values.into !== undefined) {
  writeFileSync(values.into, done.reduce(renewed, readFileSync(values.into, "utf8")));
  console.log(`Renewed: ${values.into}`);
} else if (out !== undefined) {
  writeFileSync(out, pageOf({ sections: done, began, rounds, seconds: whole }));
  for (const { picture } of done) {
    if (picture !== undefined)
      writeFileSync(join(dirname(out), `performance-${picture.name}.svg`), picture.svg);
  }
  console.log(`Written: ${out}`);
}
