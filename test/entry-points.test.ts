import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { createContext, runInContext } from "node:vm";
import { build, buildSync } from "esbuild";
import { describe, expect, it } from "vitest";
import { operations, table } from "../src/contract/index.js";

const ROOT = resolve(import.meta.dirname, "..");
const { exports } = JSON.parse(readFileSync(resolve(ROOT, "package.json"), "utf8")) as {
  exports: Record<string, string>;
};
const ENTRIES = Object.keys(exports)
  .filter((name) => name !== "./package.json")
  .flatMap((name) =>
    name.endsWith("*") ? Object.keys(operations).map((group) => name.replace("*", group)) : name,
  )
  .map((name) => name.replace(/^\./, "stagedoor"));

/** What importing `name` does to a fresh process. */
function effectsOf(name: string): unknown {
  const code = `
    const read = [];
    process.env = new Proxy({ ...process.env, SPOTIFY_CLIENT_ID: "x" }, {
      get: (target, key) => (read.push(String(key)), target[key]),
      has: (target, key) => (read.push(String(key)), key in target),
    });
    const names = Object.keys(await import(${JSON.stringify(name)}));
    // Loading itself reads files; what is still there when that is done was started by the module.
    await new Promise((resolve) => setImmediate(resolve));
    const started = process.getActiveResourcesInfo().filter((kind) => !/^(FSReq|CloseReq|Immediate|PipeWrap|TTYWrap)/.test(kind));
    console.log(JSON.stringify({ names: names.length, started, read: read.filter((key) => /SPOTIFY|XDG|HOME|TOKEN/.test(key)) }));`;
  return JSON.parse(
    execFileSync(process.execPath, ["--input-type=module", "-e", code], { cwd: ROOT, encoding: "utf8" }),
  );
}

describe("SC-08 importing", () => {
  it.each(ENTRIES)("%s starts nothing and reads no setting", (name) => {
    expect(effectsOf(name)).toEqual({
      names: expect.toSatisfy((count: number) => count > 0),
      started: [],
      read: [],
    });
  });
});

/** What a bundler for the web makes of a program that has the built package installed. */
async function bundle(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: ROOT },
    bundle: true,
    write: false,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
  });
  return outputFiles[0]?.text ?? "";
}

describe("a bundle of one call", () => {
  it("holds the row of that call and no other, whichever it is", async () => {
    const held = table().map(async ({ group, name, row }) => {
      const text = await bundle(`
        import { call } from "stagedoor/client";
        import * as ${group} from "stagedoor/contract/${group}";
        export const run = (source, args) => call(source, ${group}.${name}, args);`);
      return [row.operationId, ...[...text.matchAll(/operationId: "([^"]+)"/g)].map((match) => match[1])];
    });
    expect(await Promise.all(held)).toEqual(table().map(({ row }) => [row.operationId, row.operationId]));
  });

  it("holds nothing of the client but what every call needs", async () => {
    const text = await bundle(`
      import { call } from "stagedoor/client";
      import * as tracks from "stagedoor/contract/tracks";
      export const run = (source, id) => call(source, tracks.get, { id });`);
    const files = [...text.matchAll(/^\/\/ dist\/(\S+)$/gm)].map((match) => match[1] ?? "");
    const rooms = new Set(files.map((file) => file.split("/")[0]));
    expect([...rooms].sort()).toEqual(["base", "client", "contract", "transport"]);
    expect(
      files.filter((file) =>
        /several|pages|replacements|library|playlist|search-terms|client\/client/.test(file),
      ),
    ).toEqual([]);
  });
});

describe("the neutral rooms", () => {
  it("run where there is nothing but the web's own interfaces", async () => {
    const { outputFiles } = buildSync({
      stdin: {
        contents: `
          import { createSpotify } from "./src/index.ts";
          import { createEmulator, EMULATOR_CLIENT_ID, EMULATOR_CLIENT_SECRET } from "./src/emulator/index.ts";
          import { emulatedSpotify } from "./src/testing.ts";
          globalThis.main = async () => {
            const emulator = createEmulator({ seed: 3 });
            const spotify = createSpotify({
              clientId: EMULATOR_CLIENT_ID,
              clientSecret: EMULATOR_CLIENT_SECRET,
              grant: "client_credentials",
              accountsUrl: emulator.urls.accounts,
              apiUrl: emulator.urls.api,
              fetch: (url, init) => emulator.fetch(url, init),
            });
            const found = await spotify.search.find({ q: "a", type: ["track"], limit: 2 });
            const { spotify: marlows } = await emulatedSpotify({ emulator });
            return [found.tracks.items.length, (await marlows.me.profile()).id];
          };`,
        resolveDir: ROOT,
        loader: "ts",
      },
      // What package.json says of it is about the built package.
      alias: { "#sender": resolve(ROOT, "src/transport/fetch-sender.ts") },
      bundle: true,
      write: false,
      format: "iife",
      platform: "neutral",
      mainFields: ["module", "main"],
      target: "es2022",
    });
    const web = {
      AbortController,
      AbortSignal,
      Headers,
      Request,
      Response,
      TextDecoder,
      TextEncoder,
      URL,
      URLSearchParams,
    };
    const more = {
      atob,
      btoa,
      clearTimeout,
      crypto,
      fetch: () => Promise.reject(new Error("offline")),
      performance,
      setTimeout,
      structuredClone,
    };
    const context = createContext({ ...web, ...more, ArrayBuffer, Uint8Array, Error, TypeError });
    runInContext(outputFiles[0]?.text ?? "", context);
    expect(await (context.main as () => Promise<unknown>)()).toEqual([2, "marlow.finch"]);
  });
});
