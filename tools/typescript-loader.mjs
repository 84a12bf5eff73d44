/**
 * Lets Node run TypeScript as it stands, each file where it is: for programs that build other files by where they themselves are.
 *
 *   node --import ./tools/typescript-loader.mjs some/program.ts
 */
import { existsSync, readFileSync } from "node:fs";
import { register } from "node:module";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";
import { transformSync } from "esbuild";

if (isMainThread) register(import.meta.url);

/** What package.json says of it is about the built package. */
const SENDER = new URL("../src/transport/node.ts", import.meta.url).href;

export function resolve(specifier, context, next) {
  if (specifier === "#sender") return next(SENDER, context);
  if (specifier.startsWith(".") && specifier.endsWith(".js") && context.parentURL?.startsWith("file:")) {
    const source = new URL(specifier.replace(/\.js$/, ".ts"), context.parentURL);
    if (existsSync(fileURLToPath(source))) return next(source.href, context);
  }
  return next(specifier, context);
}

export function load(url, context, next) {
  if (!url.startsWith("file:") || !url.endsWith(".ts")) return next(url, context);
  const { code } = transformSync(readFileSync(fileURLToPath(url), "utf8"), {
    loader: "ts",
    format: "esm",
    target: "node20",
    sourcemap: "inline",
    sourcefile: fileURLToPath(url),
  });
  return { format: "module", shortCircuit: true, source: code };
}
