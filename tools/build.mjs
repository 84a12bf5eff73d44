/**
 * Builds `dist/` from `src/`.
 *
 *   node tools/build.mjs            from scratch
 *   node tools/build.mjs --over     over what is there, which another process may be using
 */
import { execFileSync } from "node:child_process";
import { chmodSync, rmSync } from "node:fs";
import { resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
if (!process.argv.includes("--over")) rmSync(resolve(root, "dist"), { recursive: true, force: true });
execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});
// npm makes the command executable when it links it, but only the first time.
chmodSync(resolve(root, "dist/cli/main.js"), 0o755);
