/**
 * Measures what an app pays for stagedoor: the time that an import takes, and the bytes that a bundle grows by.
 *
 *   npm run build && node tools/measure.mjs
 */
import { execFileSync } from "node:child_process";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const RUNS = 11;
const ENTRIES = [
  "index",
  "oauth/index",
  "client/index",
  "session/index",
  "stores/file",
  "login/index",
  "emulator/index",
];

function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

function importMilliseconds(entry) {
  const code = `const t = performance.now(); await import("./dist/${entry}.js"); console.log(performance.now() - t)`;
  return median(
    Array.from({ length: RUNS }, () =>
      Number(execFileSync(process.execPath, ["--input-type=module", "-e", code])),
    ),
  );
}

async function gzipBytes(code) {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: process.cwd() },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
  });
  return gzipSync(outputFiles[0].contents, { level: 9 }).byteLength;
}

for (const entry of ENTRIES)
  console.log(`import ${entry.padEnd(16)} ${importMilliseconds(entry).toFixed(1)} ms`);

const BUNDLES = {
  "one bare call":
    'export { bareCall } from "stagedoor/bare"; export { get } from "stagedoor/contract/tracks"',
  "all operations as bare calls": 'export { bareClient } from "stagedoor/bare"',
  "one call": 'export { call } from "stagedoor/client"; export { get } from "stagedoor/contract/tracks"',
  "the whole client": 'export { createClient } from "stagedoor/client"',
  "auth only (begin, complete, refresh, client credentials)":
    'export { createApp, beginLogin, completeLogin, refresh, clientCredentials } from "stagedoor/oauth"',
  "auth with a session":
    'export { createApp, beginLogin, completeLogin } from "stagedoor/oauth"; export { Session } from "stagedoor/session"; export { memoryStore } from "stagedoor/stores/memory"',
  everything: 'export * from "stagedoor"',
};
for (const [name, code] of Object.entries(BUNDLES))
  console.log(`bundle ${name}: ${await gzipBytes(code)} bytes gzip`);
