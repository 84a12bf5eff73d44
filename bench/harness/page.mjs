/** docs/performance.md, from what the parts gave. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { arch, cpus, platform, totalmem } from "node:os";
import { hasTaskset } from "./processes.mjs";

const bench = new URL("../", import.meta.url);

/**
 * @typedef {object} Table
 * @property {string} [caption]
 * @property {string[]} columns the first of text, the others of figures
 * @property {string[][]} rows
 *
 * @typedef {object} Section
 * @property {string} title
 * @property {string} [intro]
 * @property {Table[]} tables
 * @property {string[]} [notes]
 * @property {{ name: string, caption: string, svg: string }} [picture] lies beside the page
 * @property {{ what: string, target: string, measured: string, isMet: boolean }[]} goals
 * @property {number} seconds
 */

/** @param {Section} section */
export function sectionOf({ title, intro, tables, notes = [], picture }) {
  const blocks = [`## ${title}`];
  if (intro !== undefined) blocks.push(intro);
  for (const table of tables) {
    if (table.caption !== undefined)
      blocks.push(`${table.caption[0].toUpperCase()}${table.caption.slice(1)}:`);
    blocks.push(tableOf(table));
  }
  if (picture !== undefined) blocks.push(`![${picture.caption}](performance-${picture.name}.svg)`);
  return `${[...blocks, ...notes].join("\n\n")}\n`;
}

/** @param {Table} table */
function tableOf({ columns, rows }) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(columns), line(columns.map((_, at) => (at === 0 ? "---" : "---:"))), ...rows.map(line)].join(
    "\n",
  );
}

/** @param {{ sections: Section[], began: Date, rounds: number, seconds: number }} run */
export function pageOf({ sections, began, rounds, seconds }) {
  const goals = sections.flatMap(({ goals }) => goals);
  const missed = goals.filter(({ isMet }) => !isMet).length;
  const head = [
    "# Performance",
    "Written by `npm run bench`; change the measurements in `bench/`, not this page.",
    `Measured ${began.toISOString().slice(0, 10)} at ${version()}, in ${Math.round(seconds / 60)} minutes: ${machine()}. ` +
      `A bare server in a process of its own${hasTaskset ? " on one core, the callers on the other" : "; there was no `taskset`, so nothing was tied to a core"}. ` +
      `Each client has a process of its own; ${rounds} rounds in turn, medians, and ratios are medians of the rounds' ratios. ` +
      "Figures of another machine differ; the ratios within a table are what counts.",
    `Versions: ${versions().join(", ")}.`,
    "## What was to be reached",
    tableOf({
      columns: ["what", "target", "measured", ""],
      rows: goals.map(goalRow),
    }),
    verdict(missed, goals.length),
  ];
  return `${head.join("\n\n")}\n\n${sections.map(sectionOf).join("\n")}`;
}

const goalRow = ({ what, target, measured, isMet }) => [
  what,
  target,
  measured,
  isMet ? "met" : "**NOT MET**",
];

const verdict = (missed, all) => (missed === 0 ? "All of it is met." : `**Not met: ${missed} of ${all}.**`);

/**
 * The page with one part in it that was measured anew, such as one that something else on the machine had disturbed.
 *
 * @param {string} page
 * @param {Section} section
 */
export function renewed(page, section) {
  const start = page.indexOf(`## ${section.title}\n`);
  if (start < 0) throw new Error(`The page has no part "${section.title}".`);
  const next = page.indexOf("\n## ", start);
  const note = `Measured anew, by itself, on ${new Date().toISOString().slice(0, 10)} at ${version()}.`;
  const text = sectionOf({ ...section, notes: [...(section.notes ?? []), note] });
  const rest = next < 0 ? "" : page.slice(next);
  let lines = `${page.slice(0, start)}${text}${rest}`.split("\n");
  // What stands in brackets, such as who the best peer was, may have changed.
  const stem = (what) => `| ${what.split(" (")[0]}`;
  for (const goal of section.goals) {
    const row = `| ${goalRow(goal).join(" | ")} |`;
    lines = lines.map((line) => (line.startsWith(stem(goal.what)) ? row : line));
  }
  const rows = lines.filter((line) => /\| (?:met|\*\*NOT MET\*\*) \|$/.test(line));
  const missed = rows.filter((line) => line.includes("**NOT MET**")).length;
  return lines
    .map((line) => (/^(?:\*\*Not met: |All of it is met\.)/.test(line) ? verdict(missed, rows.length) : line))
    .join("\n");
}

function machine() {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} cores of ${cpu?.model.trim()}, ${memory} GiB, ${platform()} ${arch()}, Node ${process.versions.node}`;
}

/** The commit, where there is one, and whether anything else was measured than it. */
function version() {
  const git = (...words) =>
    execFileSync("git", words, { cwd: bench, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  try {
    const isClean = git("status", "--porcelain", "--untracked-files=no", "../src").trim() === "";
    return `commit ${git("rev-parse", "--short", "HEAD").trim()}${isClean ? "" : " with changes"}`;
  } catch {
    return "no commit";
  }
}

function versions() {
  const read = (url) => JSON.parse(readFileSync(url, "utf8"));
  const { dependencies } = read(new URL("package.json", bench));
  const installed = Object.keys(dependencies).map((name) => [
    name,
    new URL(`node_modules/${name}/package.json`, bench),
  ]);
  return [["stagedoor", new URL("../package.json", bench)], ...installed]
    .filter(([, url]) => existsSync(url))
    .map(([name, url]) => `${name} ${read(url).version}`);
}
