import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { createEmulator } from "../../src/emulator/index.js";
import { calledOperations } from "./called-operations.js";
import { mostUsedCalls } from "./most-used-calls.js";

const here = new URL(".", import.meta.url);
const read = (name: string) => readFileSync(new URL(name, here), "utf8");

const readme = read("README.md");
/** The tables' cells. */
const rows = readme
  .split("\n")
  .filter((line) => line.startsWith("| "))
  .map((line) => line.split("|").map((cell) => cell.trim()));
const tests = readdirSync(here)
  .filter((name) => name.endsWith(".test.ts") && !["coverage.test.ts", "readme.test.ts"].includes(name))
  .map((name) => ({ name, text: read(name) }));
const versions = new Map(Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }));
/** The survey's section, or that it was found by these tests. */
const isReference = (cell = "") => cell.startsWith("peers/") || cell === "seen here";

describe("the README of the third parties", () => {
  it("has a row for every test file, with the version that is installed", () => {
    for (const { name } of tests) {
      const [, client = "", version] = rows.find((cells) => cells.includes(name)) ?? [];
      expect([name, version]).toEqual([name, versions.get(client)]);
    }
  });

  it("says how many calls each client makes", () => {
    const { length } = mostUsedCalls(createEmulator());
    expect(readme).toContain(`\`most-used-calls.ts\` (${length})`);
  });

  it("has a row for every known fault, and none for another", () => {
    const faults = (text: string) => [...text.matchAll(/knownFault:\s*"([^"]+)"/g)].map(([, fault]) => fault);
    const known = new Set(tests.flatMap(({ text }) => faults(text)));
    const told = rows.filter((cells) => isReference(cells[3])).map((cells) => cells[2]);
    expect(told.sort()).toEqual([...known].sort());
  });

  it("names for every known fault all clients that have it", () => {
    for (const [, clients = "", fault = "", reference] of rows) {
      if (!isReference(reference)) continue;
      const having = tests.filter(({ text }) => text.includes(`"${fault}"`)).map(({ name }) => name);
      const named = clients.split(", ").map((client) => rows.find((cells) => cells[1] === client)?.at(-2));
      expect([fault, ...named.sort()]).toEqual([fault, ...having.sort()]);
    }
  });

  it("has for every client that makes calls the number of its operations", () => {
    for (const [client, operations] of calledOperations) {
      const row = rows.find((cells) => cells[1] === client);
      expect([client, row?.at(-3)]).toEqual([client, String(operations.length)]);
    }
  });
});
