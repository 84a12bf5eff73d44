import { readdirSync, readFileSync } from "node:fs";
import * as soundify from "@soundify/web-api";
import Spotify from "@stainless-commons/spotify";
import { describe, expect, it } from "vitest";
import { table } from "../../src/contract/table.js";
import { type OtherLibrary, officialSdk, spotifyWebApiNode } from "../support/other-libraries.js";
import { calledOperations } from "./called-operations.js";

const here = new URL(".", import.meta.url);

/** The methods that are called after `receiver` in the files of a client. */
function calledIn(file: string, receiver: string): ReadonlySet<string | undefined> {
  const names = readdirSync(here).filter((name) => name.startsWith(file) && name.endsWith(".ts"));
  const text = names.map((name) => readFileSync(new URL(name, here), "utf8")).join("\n");
  return new Set(
    [...text.matchAll(new RegExp(`\\b${receiver}\\.([\\w.]+)\\(`, "g"))].map(([, name]) => name),
  );
}

/** The methods of a library that send something, be they given a text, a list or bytes. */
async function requestsOf(library: OtherLibrary): Promise<readonly string[]> {
  const sending: string[] = [];
  for (const method of library.methods) {
    for (const argument of ["x", ["x"], Buffer.from("x")]) {
      const asked = await library.ask(method, argument).catch(() => undefined);
      if (asked === undefined) continue;
      sending.push(method);
      break;
    }
  }
  return sending;
}

/** The methods of the Stainless client's resources, such as `me.player.queue.add`. */
function resourceMethods(): readonly string[] {
  const walk = (holder: object, prefix: string): readonly string[] =>
    Object.entries(holder).flatMap(([name, member]: readonly [string, unknown]) => {
      if (name.startsWith("_") || typeof member !== "object" || member === null) return [];
      if (!("_client" in member)) return [];
      const own = Object.getOwnPropertyNames(Object.getPrototypeOf(member));
      const methods = own.filter((method) => method !== "constructor");
      return [...methods.map((method) => `${prefix}${name}.${method}`), ...walk(member, `${prefix}${name}.`)];
    });
  return walk(new Spotify(), "");
}

describe("the list of called operations", () => {
  it("is what the clients' tests hold against the ledger", async () => {
    const clients = [...calledOperations.keys()];
    const all = table().map(({ row }) => row.operationId);
    const callers = (id: string) =>
      [...calledOperations.values()].map((called) => called.some((one) => one === id));
    const reached = all.filter((id) => callers(id).includes(true));
    const totals = [...calledOperations.values()].map((called) => called.length);
    const lines = [...all].sort().map((id) => [id, ...callers(id).map((calls) => (calls ? "x" : ""))]);
    const rows = [["operation", ...clients], ["---", ...clients.map(() => "---")], ...lines];
    const text = [
      "# Operations that a client of somebody else calls in these tests",
      "",
      `${reached.length} of ${all.length}. Written by coverage.test.ts (\`vitest -u\`) from the tables that the clients' tests hold against the`,
      "emulator's ledger.",
      "",
      ...[...rows, ["together", ...totals]].map((cells) => `| ${cells.join(" | ")} |`),
      "",
    ];
    await expect(text.join("\n")).toMatchFileSnapshot("called-operations.md");
    process.stdout.write(`operations with third-party call: ${reached.length}/${all.length}\n`);
  });
});

describe("every method that sends something is called in the tests of", () => {
  it.each([
    ["@spotify/web-api-ts-sdk", "official-sdk", "sdk", () => requestsOf(officialSdk())],
    ["spotify-web-api-node", "spotify-web-api-node", "api", () => requestsOf(spotifyWebApiNode())],
    [
      "@soundify/web-api",
      "soundify",
      "soundify",
      () =>
        Object.entries(soundify).flatMap(([name, { prototype }]) => (prototype === undefined ? [name] : [])),
    ],
    ["@stainless-commons/spotify", "stainless", "client", resourceMethods],
  ] as const)("%s", async (_, file, receiver, methods) => {
    const called = calledIn(file, receiver);
    const all = await methods();
    expect(all.length).toBeGreaterThan(70);
    expect(all.filter((method) => !called.has(method))).toEqual([]);
  });
});
