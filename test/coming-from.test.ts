import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import * as officialPackage from "@spotify/web-api-ts-sdk";
import { describe, expect, it } from "vitest";
import { table } from "../src/contract/index.js";
import { readNames } from "../tools/coming-from/names.js";
import { answersOf, SYSTEMS, writePage } from "../tools/coming-from/page.js";
import { namesOf, noteOf, type System } from "../tools/coming-from/system.js";
import { readSeeds } from "./support/seeds.js";

const ROOT = resolve(import.meta.dirname, "..");
const SEEDS = resolve(ROOT, "../shared/peers/seeds.md");
const names = await readNames();

/** Methods above the rows, which the page names before they are there. */
const AWAITED = [
  "spotify.get",
  "searchQuery",
  ...["add", "remove", "replace", "reorder", "clear"].map((name) => `playlists.${name}`),
  ...["deviceNamed", "playSaved", "queueMany", "resume", "seekBy"].map((name) => `player.${name}`),
];

function systemOf(id: string): System {
  const system = SYSTEMS.find((candidate) => candidate.id === id);
  if (system === undefined) throw new Error(`No system ${id}.`);
  return system;
}

/** `albums.get(ids)` and `albums.get(id)` are one method. */
function methodsOf(answers: object): readonly string[] {
  return [...new Set(Object.keys(answers).map((name) => name.replace(/\(.*/, "")))].sort();
}

describe("the page for people who come from another library", () => {
  it("is what the data gives", async () => {
    await expect(writePage(names)).toMatchFileSnapshot("../docs/coming-from.md");
  });

  it.each(SYSTEMS)("names nothing of ours that is not there: $title", (system) => {
    const ours = answersOf(system).flatMap(([, answer]) => namesOf(answer));
    expect(ours.filter((name) => !names.has(name) && !AWAITED.includes(name))).toEqual([]);
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
  const { SpotifyApi } = officialPackage;
  const token = { access_token: "x", token_type: "Bearer", expires_in: 3600, refresh_token: "x" };
  const sdk = SpotifyApi.withAccessToken("client", token);
  const base: object = Object.getPrototypeOf(Object.getPrototypeOf(sdk.albums));

  function endpointsOf(holder: object, prefix = ""): readonly string[] {
    return Object.entries(holder).flatMap(([name, member]: [string, unknown]) => {
      if (typeof member !== "object" || member === null) return [];
      if (!Object.prototype.isPrototypeOf.call(base, member)) return [];
      const own = Object.getOwnPropertyNames(Object.getPrototypeOf(member));
      const methods = own.filter((method) => method !== "constructor");
      const path = `${prefix}${name}.`;
      return [...methods.map((method) => path + method), ...endpointsOf(member, path)];
    });
  }

  it("are all in the table, and no others", () => {
    const { endpoints } = systemOf("spotify-web-api-ts-sdk");
    expect(methodsOf(endpoints)).toEqual([...endpointsOf(sdk), "search"].sort());
  });

  it("are all in the table, the helpers too", () => {
    const own = Object.getOwnPropertyNames(SpotifyApi.prototype);
    const statics = Object.entries(Object.getOwnPropertyDescriptors(SpotifyApi))
      .filter(([, { value }]) => typeof value === "function")
      .map(([name]) => `SpotifyApi.${name}`);
    const helpers = [...own, ...statics, ...Object.keys(officialPackage)];
    const internal = ["constructor", "initializeSdk"];
    const { around } = systemOf("spotify-web-api-ts-sdk");
    expect(helpers.filter((name) => !(name in around) && !internal.includes(name))).toEqual([]);
  });
});

describe("the methods of spotify-web-api-node", () => {
  const SpotifyWebApi: { readonly prototype: object } = createRequire(import.meta.url)(
    "spotify-web-api-node",
  );
  const methods = Object.keys(SpotifyWebApi.prototype).filter((name) => !name.startsWith("_"));

  it("are all in the table, and no others", () => {
    const { endpoints, around } = systemOf("spotify-web-api-node");
    expect(methods.length).toBeGreaterThan(100);
    expect(methods.filter((name) => !(name in endpoints || name in around))).toEqual([]);
    expect(Object.keys(endpoints).filter((name) => !methods.includes(name))).toEqual([]);
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
