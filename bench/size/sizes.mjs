import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { goal, show } from "../harness/figures.mjs";
import { CALLER_CORE, hasTaskset } from "../harness/processes.mjs";
import { median } from "../measuring.mjs";
import { fileOf } from "../stagedoor.mjs";

const bench = fileURLToPath(new URL("../", import.meta.url));
const ours = (entry) => JSON.stringify(fileURLToPath(fileOf(entry)));

/** What a bundle of each kind is made of: the least that an app would write. */
const BUNDLES = {
  "one call, `GET /v1/tracks/{id}`": {
    "**stagedoor/bare**, `bareCall`": `import { bareCall } from ${ours("stagedoor/bare")};
      import * as tracks from ${ours("stagedoor/contract/tracks")};
      export const run = (source, id) => bareCall(source, tracks.get, { id });`,
    "**stagedoor**, `call`": `import { call } from ${ours("stagedoor/client")};
      import * as tracks from ${ours("stagedoor/contract/tracks")};
      export const run = (source, id) => call(source, tracks.get, { id });`,
    "@soundify/web-api": `import { getTrack, SpotifyClient } from "@soundify/web-api";
      export const run = (token, id) => getTrack(new SpotifyClient(token), id);`,
    "@spotify/web-api-ts-sdk": `import { SpotifyApi } from "@spotify/web-api-ts-sdk";
      export const run = (id, token, track) => SpotifyApi.withAccessToken(id, token).tracks.get(track);`,
    "@stainless-commons/spotify": `import Spotify from "@stainless-commons/spotify";
      export const run = (options, id) => new Spotify(options).tracks.retrieve(id);`,
  },
  "login and refresh only": {
    "**stagedoor/oauth**, code with PKCE and refresh": `export { beginLogin, completeLogin, createApp, refresh } from ${ours("stagedoor/oauth")};`,
    "oauth4webapi alone, the same by hand": `export { authorizationCodeGrantRequest, calculatePKCECodeChallenge, generateRandomCodeVerifier, generateRandomState, None,
      processAuthorizationCodeResponse, processRefreshTokenResponse, refreshTokenGrantRequest, validateAuthResponse } from "oauth4webapi";`,
    "@spotify/web-api-ts-sdk, its strategy for PKCE": `export { AuthorizationCodeWithPKCEStrategy } from "@spotify/web-api-ts-sdk";`,
  },
  "the whole client": {
    "**stagedoor/bare**, `bareClient`, all 96 operations": `export { bareClient } from ${ours("stagedoor/bare")};`,
    "**stagedoor/client**, `createClient`": `export { createClient } from ${ours("stagedoor/client")};`,
    "**stagedoor**, `createSpotify`": `export { createSpotify } from ${ours("stagedoor")};`,
    "@soundify/web-api, all functions and pages": `export * from "@soundify/web-api"; export * from "@soundify/web-api/pagination";`,
    "@spotify/web-api-ts-sdk": `export { SpotifyApi } from "@spotify/web-api-ts-sdk";`,
    "@stainless-commons/spotify": `export { default } from "@stainless-commons/spotify";`,
    "spotify-web-api-node": `export { default } from "spotify-web-api-node";`,
    "spotify-api.js": `export { Client } from "spotify-api.js";`,
  },
};

const IMPORTS = {
  "**stagedoor**": fileOf("stagedoor").href,
  "**stagedoor/client**": fileOf("stagedoor/client").href,
  "@soundify/web-api": "@soundify/web-api",
  oauth4webapi: "oauth4webapi",
  "@spotify/web-api-ts-sdk": "@spotify/web-api-ts-sdk",
  "@stainless-commons/spotify": "@stainless-commons/spotify",
  "undici, whole": "undici",
  "spotify-web-api-node": "spotify-web-api-node",
  "spotify-api.js": "spotify-api.js",
};

export const name = "sizes";
export const title = "Size, and the time of an import";

/** @param {{ rounds: number }} plan */
export async function run({ rounds }) {
  const tables = [];
  const packed = new Map();
  for (const [caption, programs] of Object.entries(BUNDLES)) {
    const rows = [];
    for (const [client, program] of Object.entries(programs)) {
      const { cells, gzipped } = await sizesOf(program);
      rows.push([client, ...cells]);
      packed.set(client, gzipped);
    }
    tables.push({ caption, columns: ["a bundle for browsers", "minified, bytes", "gzip -9, bytes"], rows });
  }
  const imports = importTimes(Math.max(rounds, 7));
  tables.push({
    caption: "the import in a fresh process; CPU above that of a process that imports an empty file",
    columns: ["package", "ms", "CPU, ms", "files loaded"],
    rows: imports.map(({ client, ms, cpuMs, files }) => [
      client,
      show(ms, 1),
      show(cpuMs, 1),
      show(files, 0),
    ]),
  });
  return {
    intro: `Bundled by esbuild for a browser. Imports: medians of ${Math.max(rounds, 7)} processes each, in turn.`,
    tables,
    goals: [
      goal(
        "bundle of one call (`bareCall`), bytes",
        "<=",
        1500,
        packed.get("**stagedoor/bare**, `bareCall`"),
        { digits: 0 },
      ),
      goal(
        "bundle of login and refresh, bytes",
        "<=",
        8000,
        packed.get("**stagedoor/oauth**, code with PKCE and refresh"),
        { digits: 0 },
      ),
      goal(
        "bundle of all 96 operations (`bareClient`), bytes",
        "<=",
        12_000,
        packed.get("**stagedoor/bare**, `bareClient`, all 96 operations"),
        { digits: 0 },
      ),
      goal(
        "bundle of the whole client with checks, hints and helpers (`createClient`), bytes",
        "<=",
        12_000,
        packed.get("**stagedoor/client**, `createClient`"),
        { digits: 0 },
      ),
      goal(
        "import of `stagedoor`, of @soundify/web-api's",
        "<=",
        1.5,
        imports.find(({ client }) => client === "**stagedoor**").ms /
          imports.find(({ client }) => client === "@soundify/web-api").ms,
      ),
    ],
  };
}

async function sizesOf(contents) {
  try {
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: bench },
      bundle: true,
      minify: true,
      write: false,
      format: "esm",
      platform: "browser",
      // What a library made for Node asks for and a browser has not; left out of its size.
      external: [
        "http",
        "https",
        "url",
        "util",
        "stream",
        "fs",
        "path",
        "zlib",
        "assert",
        "events",
        "os",
        "crypto",
        "net",
        "tls",
      ],
      logLevel: "silent",
    });
    const [{ contents: bytes }] = outputFiles;
    const gzipped = gzipSync(bytes, { level: 9 }).length;
    return { cells: [show(bytes.length, 0), show(gzipped, 0)], gzipped };
  } catch (error) {
    return {
      cells: ["cannot be bundled for browsers", String(error.errors?.[0]?.text ?? error).slice(0, 60)],
    };
  }
}

const TIMED = fileURLToPath(new URL("timed-import.mjs", import.meta.url));

/** In the order of their times; each over what an empty file takes. */
function importTimes(rounds) {
  const wanted = [["an empty file", ""], ...Object.entries(IMPORTS)].map(([client, specifier]) => ({
    client,
    specifier,
    runs: [],
  }));
  for (let round = 0; round < rounds; round++)
    for (const { specifier, runs } of wanted) runs.push(timed(specifier).split(" ").map(Number));
  const middle = ({ runs }, at) => median(runs.map((run) => run[at]));
  const [empty, ...rest] = wanted;
  return rest
    .map((one) => ({
      client: one.client,
      ms: middle(one, 0),
      cpuMs: middle(one, 1) - middle(empty, 1),
      files: Number(timed(one.specifier, "files")),
    }))
    .sort((a, b) => a.ms - b.ms);
}

function timed(specifier, mode = "time") {
  const words = [process.execPath, TIMED, mode, specifier];
  const [command, ...rest] = hasTaskset ? ["taskset", "-c", String(CALLER_CORE), ...words] : words;
  const { stdout, stderr, status } = spawnSync(command, rest, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${specifier}: ${stderr}`);
  return stdout;
}
