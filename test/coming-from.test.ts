import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { findOperation, table } from "../src/contract/index.js";
import { readNames } from "../tools/coming-from/names.js";
import { answersOf, SYSTEMS, writePage } from "../tools/coming-from/page.js";
import { type Answer, namesOf, noteOf, type System } from "../tools/coming-from/system.js";
import {
  type OtherLibrary,
  officialHelpers,
  officialSdk,
  spotifyWebApiNode,
} from "./support/other-libraries.js";
import { readSeeds } from "./support/seeds.js";

const ROOT = resolve(import.meta.dirname, "..");
const SEEDS = resolve(ROOT, "../shared/peers/seeds.md");
const names = await readNames();

function systemOf(id: string): System {
  const system = SYSTEMS.find((candidate) => candidate.id === id);
  if (system === undefined) throw new Error(`No system ${id}.`);
  return system;
}

/** `albums.get(ids)` and `albums.get(id)` are one method. */
function methodsOf(answers: object): readonly string[] {
  return [...new Set(Object.keys(answers).map((name) => name.replace(/\(.*/, "")))].sort();
}

/** The operations behind our names, by Spotify's ids. */
function operationsOf(answer: Answer): readonly (string | undefined)[] {
  return namesOf(answer).map((name) => names.row(name)?.row.operationId);
}

/** The operation that a call of theirs asks Spotify for: with a text as arguments or, where that does not do, with lists or bytes. */
async function operationAsked(library: OtherLibrary, theirs: string): Promise<string> {
  const [method = ""] = theirs.split("(");
  const ask = (argument: unknown) => library.ask(method, argument);
  const asked = theirs.endsWith("(ids)")
    ? await ask(["x"])
    : await ask("x")
        .catch(() => ask(["x"]))
        .catch(() => ask(Buffer.from("x")));
  const found = asked && findOperation(asked.method, asked.path);
  return found?.row.operationId ?? `none for ${asked?.method} ${asked?.path}`;
}

describe("the page for people who come from another library", () => {
  it("is what the data gives", async () => {
    await expect(writePage(names)).toMatchFileSnapshot("../docs/coming-from.md");
  });

  it.each(SYSTEMS)("names nothing of ours that is not there: $title", (system) => {
    const ours = answersOf(system).flatMap(([, answer]) => namesOf(answer));
    expect(ours.filter((name) => !names.has(name))).toEqual([]);
  });

  it("sees a name that is not there", () => {
    const wrong = ["tracks.gone", "gone", "Session.gone", "stagedoor gone", "spotify.gone"];
    expect(wrong.filter((name) => names.has(name))).toEqual([]);
  });

  it("has a reason where there is nothing", () => {
    const silent = SYSTEMS.flatMap(answersOf).filter(
      ([, answer]) => namesOf(answer).length === 0 && !noteOf(answer),
    );
    expect(silent).toEqual([]);
  });

  it("leaves no operation of theirs without a method", () => {
    const without = SYSTEMS.flatMap((system) =>
      Object.entries(system.endpoints)
        .filter(([, answer]) => namesOf(answer).length === 0)
        .map(([theirs]) => theirs),
    );
    expect(without).toEqual([
      "GetArtistInfo",
      "GetPlayerPlaybackStateSonos",
      "GetSpotifyConnectDevice",
      "GetSpotifyConnectDevices",
      "previous_page",
    ]);
  });

  it("leads to every operation that there is", () => {
    const reached = new Set(SYSTEMS.flatMap(answersOf).flatMap(([, answer]) => namesOf(answer)));
    const methods = table().map(({ group, name }) => `${group}.${name}`);
    expect(methods.filter((name) => !reached.has(name))).toEqual([]);
  });
});

describe("the methods of @spotify/web-api-ts-sdk", () => {
  const installed = officialSdk();
  const { endpoints, around } = systemOf("spotify-web-api-ts-sdk");

  it("are all in the table, and no others", () => {
    expect(methodsOf(endpoints)).toEqual([...installed.methods].sort());
  });

  it("are all in the table, the helpers too", () => {
    expect(officialHelpers().filter((name) => !(name in around))).toEqual([]);
  });

  it.each(Object.entries(endpoints))("%s asks for an operation of ours", async (theirs, answer) => {
    expect(operationsOf(answer)).toContain(await operationAsked(installed, theirs));
  });
});

describe("the methods of spotify-web-api-node", () => {
  const installed = spotifyWebApiNode();
  const { endpoints, around } = systemOf("spotify-web-api-node");

  it("are all in the table, and no others", () => {
    expect(installed.methods.length).toBeGreaterThan(100);
    expect(installed.methods.filter((name) => !(name in endpoints || name in around))).toEqual([]);
    expect(Object.keys(endpoints).filter((name) => !installed.methods.includes(name))).toEqual([]);
  });

  it.each(Object.entries(endpoints))("%s asks for an operation of ours", async (theirs, answer) => {
    expect(operationsOf(answer)).toContain(await operationAsked(installed, theirs));
  });
});

describe.skipIf(!existsSync(SEEDS))("the five older systems", () => {
  const seeds = existsSync(SEEDS) ? readSeeds(readFileSync(SEEDS, "utf8")) : [];

  it.each(seeds)("are in the table with every method: $id, $count", ({ id, count, methods }) => {
    const system = systemOf(id);
    const known = { ...system.endpoints, ...system.around };
    expect(methods).toHaveLength(count);
    expect(methods.filter((name) => !(name in known))).toEqual([]);
    expect(Object.keys(system.endpoints).filter((name) => !methods.includes(name))).toEqual([]);
  });
});
