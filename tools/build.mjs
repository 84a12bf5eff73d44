/**
 * Builds `dist/` from `src/`.
 *
 *   node tools/build.mjs            from scratch
 *   node tools/build.mjs --over     over what is there, which another process may be using
 */
import { execFileSync } from "node:child_process";
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
if (!process.argv.includes("--over")) rmSync(resolve(root, "dist"), { recursive: true, force: true });
execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});
// npm makes the command executable when it links it, but only the first time.
chmodSync(resolve(root, "dist/cli/main.js"), 0o755);

// The rows of the contract are made by calls of functions in other files. Bundlers drop a row that nobody uses only where each call says
// that it does nothing else: by hand that would be a few hundred comments.
const rows = resolve(root, "dist/contract/operations");
for (const file of readdirSync(rows).filter((name) => name.endsWith(".js"))) {
  const path = resolve(rows, file);
  writeFileSync(
    path,
    readFileSync(path, "utf8").replace(
      /(?<![\w"]|function |\/\* @__PURE__ \*\/ )([a-z]\w*)\(/g,
      "/* @__PURE__ */ $1(",
    ),
  );
}
