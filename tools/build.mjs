/**
 * Builds `dist/` from `src/`: types file by file, programs in a few files (docs/decisions/0019-dist-in-chunks.md).
 *
 *   node tools/build.mjs            from scratch
 *   node tools/build.mjs --over     over what is there, which another process may be using
 */
import { execFileSync } from "node:child_process";
import { chmodSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { build } from "vite";

const root = resolve(import.meta.dirname, "..");
const { exports, bin, imports = {} } = JSON.parse(readFileSync(resolve(root, "package.json"), "utf8"));

/** Every file of `dist/` that package.json names, without `dist/` and its ending. */
function entries(target = { exports, bin, imports }) {
  if (typeof target === "object") return [...new Set(Object.values(target).flatMap((each) => entries(each)))];
  const [, name] = /^\.\/dist\/(.*)\.js$/.exec(target) ?? [];
  if (name === undefined) return [];
  if (!name.includes("*")) return [name];
  return readdirSync(resolve(root, "src", dirname(name))).map((file) =>
    name.replace("*", file.replace(/\.ts$/, "")),
  );
}

const sourceOf = (name) => resolve(root, "src", `${name}.ts`);

/** What these files import, and what that imports in turn. */
function reachedFrom(names, getModuleInfo) {
  const reached = new Set(names.map(sourceOf));
  for (const id of reached) for (const next of getModuleInfo(id)?.importedIds ?? []) reached.add(next);
  return reached;
}

let core, sender;
/**
 * Each file takes about as long to load as all that is in it, so the whole of `stagedoor` is one: `core`. What the files behind `#sender`
 * need of it is another, `base`, since they must not import the file that imports them.
 */
function chunkOf(id, { getModuleInfo }) {
  core ??= reachedFrom(["index"], getModuleInfo);
  sender ??= reachedFrom(entries(imports), getModuleInfo);
  if (!core.has(id)) return undefined;
  return sender.has(id) ? "base" : "core";
}

/** Sizes and durations are written as products, which esbuild, when it bundles an app, keeps although nobody uses them. Numbers it drops. */
const productsAsNumbers = {
  name: "products-as-numbers",
  enforce: "post",
  transform: (code) => ({
    code: code.replace(/(?<=^(?:export )?const \w+ = )[\w.*/ -]+(?=;$)/gm, evaluated),
    map: null,
  }),
};
const UNITS = { SECOND: 1000, MINUTE: 60_000, HOUR: 3_600_000, DAY: 86_400_000 };

function evaluated(expression) {
  const plain = expression.replace(/[A-Z]+/g, (name) => UNITS[name] ?? name);
  return /[^\d.*/ -]/.test(plain) ? expression : String(Function(`return ${plain}`)());
}

if (!process.argv.includes("--over")) rmSync(resolve(root, "dist"), { recursive: true, force: true });
execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});
await build({
  root,
  configFile: false,
  logLevel: "warn",
  plugins: [productsAsNumbers],
  build: {
    ssr: true,
    target: "es2022",
    minify: false,
    outDir: "dist",
    emptyOutDir: false,
    copyPublicDir: false,
    rollupOptions: {
      input: Object.fromEntries(entries().map((name) => [name, sourceOf(name)])),
      external: (id) => !/^[./]/.test(id),
      preserveEntrySignatures: "strict",
      // No package is loaded for what its loading does.
      treeshake: { moduleSideEffects: "no-external" },
      output: {
        entryFileNames: "[name].js",
        chunkFileNames: "chunks/[name].js",
        manualChunks: chunkOf,
        // Names stay as they are written, and namespaces are plain objects, which every bundler drops where nobody uses them.
        minifyInternalExports: false,
        freeze: false,
        generatedCode: { preset: "es2015", symbols: false },
        hoistTransitiveImports: false,
      },
    },
  },
});
// npm makes the command executable when it links it, but only the first time.
chmodSync(resolve(root, "dist/cli/main.js"), 0o755);
