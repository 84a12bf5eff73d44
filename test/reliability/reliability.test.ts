import { describe, expect, test } from "vitest";
import { BACKENDS, FILE } from "./backends.js";
import { main } from "./main.js";
import { runMatrix } from "./matrix.js";
import { oneProcess } from "./one-process.js";
import type { RunOptions, ScenarioResult } from "./scenario.js";
import { SCENARIOS } from "./scenarios.js";

// The whole of it is `npm run test:reliability`; this is as much as fits into every run of the tests.
const SMALL: RunOptions = { size: "small", progress: () => undefined };
const OTHERS = BACKENDS.filter((kind) => kind !== FILE);
const PATIENT = { timeout: 120_000 };

/** The column of a table, in all its rows. */
function column({ tables }: ScenarioResult, name: string): readonly unknown[] {
  return tables.flatMap(({ columns, rows }) => rows.map((row) => row[columns.indexOf(name)]));
}

describe("one refresh for all who share a store", () => {
  test("RF-01 RF-02 I1 I8 I11: 8 processes and files, in both rotating modes", PATIENT, async () => {
    const result = await runMatrix([FILE], SMALL);
    expect(result.broken).toEqual([]);
    expect(column(result, "mode")).toEqual(["rotate-strict", "rotate-family-revoke"]);
    expect(column(result, "requests per generation")).toEqual([1, 1]);
  });

  test(
    `RF-02 RF-04 I1 I8 I11: 4 processes of different homes, in both rotating modes, over ${OTHERS.map(({ name }) => name).join("; ")} (what is not installed is skipped)`,
    PATIENT,
    async () => {
      const result = await runMatrix(OTHERS, SMALL, [4]);
      expect(result.broken).toEqual([]);
      const here = OTHERS.filter(({ missing }) => missing === undefined || process.env.CI === "true");
      expect(column(result, "store")).toEqual(here.flatMap(({ name }) => [name, name]));
      expect(column(result, "requests per generation")).toEqual(here.flatMap(() => [1, 1]));
    },
  );

  test("RF-22 I1: worker threads, a cluster, and copies of the module in one process", PATIENT, async () => {
    const result = await oneProcess.run(SMALL);
    expect(result.broken).toEqual([]);
    expect(column(result, "requests per generation")).toEqual([1, 1, 1]);
  });
});

describe("the program that writes the report", () => {
  test.each([
    [["--only", "matrx"]],
    [["--soak", "x"]],
    [["--soak", "0"]],
    [["--nonsense"]],
    [["matrix"]],
    [["--soak", "3", "--only"]],
  ])("refuses %j with the usage and the code 2", async (words) => {
    const said: string[] = [];
    const write = process.stderr.write;
    process.stderr.write = (text: string | Uint8Array) => said.push(String(text)) > 0;
    try {
      expect(await main(words)).toBe(2);
    } finally {
      process.stderr.write = write;
    }
    const [complaint, ...usage] = said.join("").split("\n");
    expect(complaint).toMatch(new RegExp(words.at(-1) ?? ""));
    expect(usage).toContain("npm run test:reliability -- [options]");
  });

  test("has scenarios with names of their own", () => {
    const names = SCENARIOS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
