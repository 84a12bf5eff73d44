import { createHash } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

// Inside node_modules, so that the packages that are not bundled are found from there as they are from the sources.
const CACHE = fileURLToPath(new URL("../../node_modules/.cache/stagedoor-workers/", import.meta.url));

/**
 * Bundles a TypeScript file into one that every supported Node can run; packages stay outside.
 *
 * @param entry the file, as `new URL("worker.ts", import.meta.url)`
 * @returns the path of the bundle, for `startWorker` or `new Worker`
 */
export function buildWorker(entry: URL): string {
  const source = fileURLToPath(entry);
  const { outputFiles } = buildSync({
    entryPoints: [source],
    bundle: true,
    packages: "external",
    platform: "node",
    // What package.json says of it is about the built package. This one is right wherever a worker may run.
    alias: { "#sender": fileURLToPath(new URL("../../src/transport/fetch-sender.ts", import.meta.url)) },
    format: "esm",
    target: "node20",
    write: false,
  });
  const text = outputFiles.map((file) => file.text).join("");
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 16);
  const path = join(CACHE, `${basename(source, ".ts")}-${digest}.mjs`);
  mkdirSync(CACHE, { recursive: true });
  // Test files run side by side: none may find a half-written bundle.
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, text);
  renameSync(temporary, path);
  return path;
}
