import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { createContext, runInContext } from "node:vm";
import { gzipSync } from "node:zlib";
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

describe("an error", () => {
  it("is of one class, whichever entry point the class was imported from", async () => {
    const [entry, errors, client, transport] = await Promise.all([
      import("stagedoor"),
      import("stagedoor/errors"),
      import("stagedoor/client"),
      import("stagedoor/transport"),
    ]);
    expect(entry.StagedoorError).toBe(errors.StagedoorError);
    expect(client.ApiError).toBe(entry.ApiError);
    const send = transport.fetchSender({ fetch: () => Promise.reject(new Error("down")) });
    const request = { method: "GET", url: "https://api.spotify.com/v1/me", headers: {} };
    await expect(send(request)).rejects.toBeInstanceOf(errors.StagedoorError);
  });
});

const FOR_THE_WEB = { bundle: true, write: false, format: "esm", platform: "browser" } as const;

/** What a bundler for the web makes of a program that has the built package installed. */
async function bundle(contents: string, options: { readonly minify?: boolean } = {}): Promise<string> {
  const { outputFiles } = await build({ stdin: { contents, resolveDir: ROOT }, ...FOR_THE_WEB, ...options });
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
    // From the sources, since the built package has its rooms in one file.
    const { metafile } = await build({
      stdin: {
        contents: `
          import { call } from "./src/client/index.ts";
          import * as tracks from "./src/contract/operations/tracks.ts";
          export const run = (source, id) => call(source, tracks.get, { id });`,
        resolveDir: ROOT,
      },
      ...FOR_THE_WEB,
      metafile: true,
    });
    const files = Object.values(metafile.outputs)
      .flatMap(({ inputs }) => Object.entries(inputs))
      .filter(([file, { bytesInOutput }]) => file.startsWith("src/") && bytesInOutput > 0)
      .map(([file]) => file.slice("src/".length));
    const rooms = new Set(files.map((file) => file.split("/")[0]));
    expect([...rooms].sort()).toEqual(["base", "client", "contract", "transport"]);
    expect(
      files.filter((file) =>
        /several|pages|replacements|library|playlist-edits|playlist-items|search-terms|client\/client/.test(
          file,
        ),
      ),
    ).toEqual([]);
  });
});

describe("a bundle, minified and compressed,", () => {
  it("of one small thing has nothing else in it: no statement that every bundle would keep", async () => {
    const text = await bundle(`export { wireName } from "stagedoor/contract";`, { minify: true });
    expect(text).toMatch(/^function \w+\(\w+\)\{return[^;]*\}export\{\w+ as wireName\};\n$/);
  });

  it.each([
    [
      "one bare call",
      1_530,
      `export { bareCall } from "stagedoor/bare"; export { get } from "stagedoor/contract/tracks";`,
    ],
    [
      "one call",
      11_200,
      `export { call } from "stagedoor/client"; export { get } from "stagedoor/contract/tracks";`,
    ],
    [
      "logging in and refreshing",
      7_700,
      `export { createApp, beginLogin, completeLogin, refresh, clientCredentials } from "stagedoor/oauth";`,
    ],
    ["all operations as bare calls", 6_400, `export { bareClient } from "stagedoor/bare";`],
    ["the whole client", 23_300, `export { createClient } from "stagedoor/client";`],
  ])("of %s has at most %i bytes", async (_name, most, contents) => {
    expect(gzipSync(await bundle(contents, { minify: true }), { level: 9 }).byteLength).toBeLessThanOrEqual(
      most,
    );
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
