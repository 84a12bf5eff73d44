import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, expectTypeOf, it } from "vitest";
import {
  type Endpoint,
  type OperationId,
  operations,
  type RowOf,
  scopesOf,
  table,
} from "../../src/contract/index.js";
import type { Meanings, OwnMeanings } from "../../src/contract/meanings.js";
import { docstringOf, summariesIn, withDocstrings } from "../../tools/row-docstrings.js";

const ROOT = resolve(import.meta.dirname, "../..");
const rows = new Map(table().map(({ row }) => [row.operationId, row]));

const filesIn = (folder: string, ending: string) =>
  readdirSync(join(ROOT, folder)).filter((file) => file.endsWith(ending) && !file.startsWith("index."));

describe("the docstrings of the rows", () => {
  // The first sentence of a docstring is written by hand. All else in it comes from the row; should it differ, let this rewrite the file:
  // npx vitest run test/contract/docs.test.ts -u
  it.each(filesIn("src/contract/operations", ".ts"))("say what the rows say in %s", async (file) => {
    const path = join(ROOT, "src/contract/operations", file);
    await expect(withDocstrings(readFileSync(path, "utf8"), rows)).toMatchFileSnapshot(path);
  });

  it("reach the declarations that editors read, all 96", () => {
    const folder = "dist/contract/operations";
    const text = filesIn(folder, ".d.ts")
      .map((file) => readFileSync(join(ROOT, folder, file), "utf8"))
      .join("\n");
    const summaries = summariesIn(text);
    const lost = [...rows.values()].filter(
      (row) =>
        !text.includes(`${docstringOf(row, summaries.get(row.operationId) ?? "")}\nexport declare const`),
    );
    expect(rows.size).toBe(96);
    expect(lost.map(({ operationId }) => operationId)).toEqual([]);
    expect(withDocstrings(text, rows)).toBe(text);
  });

  it("begin with one sentence each", () => {
    const folder = join(ROOT, "src/contract/operations");
    const text = filesIn("src/contract/operations", ".ts").map((file) =>
      readFileSync(join(folder, file), "utf8"),
    );
    const summaries = summariesIn(text.join("\n"));
    expect([...summaries.keys()].sort()).toEqual([...rows.keys()].sort());
    expect([...summaries.values()].filter((summary) => !/^[A-Z].*\.$/.test(summary))).toEqual([]);
  });

  it("are rewritten where they differ, but for their first sentence", () => {
    const declaration = 'export const get = endpoint({\n  operationId: "get-track",\n';
    const right = `/**\n * One track.\n *\n * @see https://developer.spotify.com/documentation/web-api/reference/get-track\n */\n${declaration}`;
    expect(withDocstrings(`/** One track. Needs luck. */\n${declaration}`, rows)).toBe(right);
    expect(withDocstrings(right, rows)).toBe(right);
    expect(summariesIn(right).get("get-track")).toBe("One track.");
  });
});

describe("the docstrings of what takes several calls", () => {
  const { addItems, removeItems, updateItems } = operations.playlists;
  const { addToQueue, currentlyPlaying, devices, play, seek } = operations.player;
  it.each<[file: string, member: string, rows: readonly Endpoint[]]>([
    ["playlist-edits", "add", [addItems]],
    ["playlist-edits", "replace", [updateItems]],
    ["playlist-edits", "remove", [removeItems]],
    ["playlist-edits", "clear", [updateItems]],
    ["playlist-edits", "reorder", [updateItems]],
    ["library", "save", [operations.library.save]],
    ["library", "remove", [operations.library.remove]],
    ["library", "contains", [operations.library.contains]],
    ["player", "deviceNamed", [devices]],
    ["player", "seekBy", [currentlyPlaying, seek]],
    ["player", "playSaved", [operations.me.tracks, play]],
    ["player", "queueMany", [addToQueue]],
    ["player", "resume", [play]],
  ])("name the scopes in %s.ts: %s", (file, member, calls) => {
    const text = readFileSync(join(ROOT, "dist/client", `${file}.d.ts`), "utf8");
    const documented = new RegExp(`/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\n    ${member}[:(]`).exec(text);
    const named = [...(documented?.[1] ?? "").matchAll(/`([a-z-]+-[a-z-]+)`/g)].map((match) => match[1]);
    expect(named.sort()).toEqual([...new Set(calls.flatMap((row) => scopesOf(row.scopes)))].sort());
  });
});

describe("the meanings of the parameters", () => {
  it("cover every parameter of every row, and nothing else", () => {
    type Own<I> = I extends keyof OwnMeanings ? keyof OwnMeanings[I] : never;
    type NamesOf<I extends OperationId> = keyof RowOf<I>["parameters"];
    type Missing = { [I in OperationId]: Exclude<NamesOf<I>, keyof Meanings | Own<I>> }[OperationId];
    type Misplaced = { [I in OperationId]: Exclude<Own<I>, NamesOf<I>> }[OperationId];
    type Unused = Exclude<keyof Meanings, { [I in OperationId]: NamesOf<I> }[OperationId]>;
    expectTypeOf<Missing>().toBeNever();
    expectTypeOf<Misplaced>().toBeNever();
    expectTypeOf<Unused>().toBeNever();
    expectTypeOf<Exclude<keyof OwnMeanings, OperationId>>().toBeNever();
  });

  it("are said in comments", () => {
    const text = filesIn("src/contract", ".ts")
      .filter((file) => file.startsWith("meanings"))
      .map((file) => readFileSync(join(ROOT, "src/contract", file), "utf8"))
      .join("\n");
    const all = text.match(/readonly \w+: unknown;/g) ?? [];
    expect(all.length).toBeGreaterThan(90);
    expect(text.match(/\*\/\n +readonly \w+: unknown;/g)).toHaveLength(all.length);
  });

  it("are right about the pages that are not 1 to 50 long, and 20 by default", () => {
    const other = [...rows.values()].filter(({ parameters: { limit } }) => {
      if (limit?.value.kind !== "integer") return false;
      return limit.value.max !== 50 || limit.default !== 20;
    });
    expect(other.map(({ operationId }) => operationId).sort()).toEqual([
      "get-an-artists-albums",
      "get-playlists-tracks",
      "get-recommendations",
      "search",
    ]);
  });
});
