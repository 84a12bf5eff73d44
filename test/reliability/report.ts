// Writes what was measured as a page for people: docs/reliability.md.
import { execFileSync, spawnSync } from "node:child_process";
import { cpus, totalmem } from "node:os";
import type { Cell, Scenario, ScenarioResult, Table } from "./scenario.js";

/** A scenario that was run, or failed to. */
export interface Run {
  readonly scenario: Scenario;
  readonly result: ScenarioResult;
  readonly seconds: number;
}

export function reportPage(runs: readonly Run[], date: Date): string {
  return [
    "# Reliability, as measured",
    "",
    "Written by `npm run test:reliability`; do not edit. The Spotify here is stagedoor's emulator in a process of its own, served over HTTP; its",
    "ledger says how many token requests there were. Times are of one run on one machine, with the load of the measuring itself.",
    "",
    `${date.toISOString().slice(0, 10)} · ${machine()} · ${versions().join(" · ")}`,
    "",
    ...summary(runs),
    ...runs.flatMap(section),
  ].join("\n");
}

function summary(runs: readonly Run[]): readonly string[] {
  const columns = ["what", "cases", "seconds", "invariants that did not hold"];
  const rows = runs.map(({ scenario, result, seconds }) => [
    `[${scenario.title}](#${anchor(scenario.title)})`,
    scenario.cases.join(" "),
    Math.round(seconds),
    result.broken.length,
  ]);
  return [...table({ columns, rows }), ""];
}

function section({ scenario: { title, about }, result }: Run): readonly string[] {
  const { tables, broken, notes = [], skipped = [] } = result;
  return [
    `## ${title}`,
    "",
    about,
    "",
    ...tables.flatMap((one) => [
      ...(one.caption === undefined ? [] : [`**${one.caption}**`, ""]),
      ...table(one),
      "",
    ]),
    ...list("Did not hold:", broken),
    ...list("", notes),
    ...list("Left out on this machine:", skipped),
  ];
}

function list(head: string, sentences: readonly string[]): readonly string[] {
  if (sentences.length === 0) return [];
  return [...(head === "" ? [] : [head, ""]), ...sentences.map((one) => `- ${oneLine(one)}`), ""];
}

function table({ columns, rows }: Table): readonly string[] {
  const line = (cells: readonly Cell[]) => `| ${cells.map((cell) => oneLine(String(cell))).join(" | ")} |`;
  return [line(columns), line(columns.map(() => "---")), ...rows.map(line)];
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll("|", "\\|").trim();
}

function anchor(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^a-z\d -]/g, "")
    .replaceAll(" ", "-");
}

/** Cores and memory: nothing by which anybody could tell whose machine it is. */
function machine(): string {
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} cores, ${memory} GB, ${process.platform} ${process.arch}`;
}

function versions(): readonly string[] {
  const first = (command: string, ...words: readonly string[]) => {
    const { stdout } = spawnSync(command, words, { encoding: "utf8" });
    return /\d+(?:\.\d+)+/.exec(stdout ?? "")?.[0];
  };
  const found: readonly (readonly [string, string | undefined])[] = [
    ["stagedoor", commit()],
    ["Node", process.versions.node],
    ["Redis", first("redis-server", "--version")],
    ["PostgreSQL", first("/usr/lib/postgresql/15/bin/postgres", "--version")],
    ["gnome-keyring", first("gnome-keyring-daemon", "--version")],
  ];
  return found.flatMap(([name, version]) => (version === undefined ? [] : [`${name} ${version}`]));
}

function commit(): string | undefined {
  try {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
  } catch {
    return undefined;
  }
}
