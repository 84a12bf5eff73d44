import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

/**
 * The floors of the house. A file imports from lower floors or from its own folder, never upward and never sideways; `docs` and
 * CONTRIBUTING say why.
 */
const FLOORS: readonly (readonly string[])[] = [
  ["base", "contract"],
  ["token", "transport"],
  ["oauth", "stores", "client", "emulator"],
  ["session", "login"],
  ["index.ts", "testing.ts", "environment.ts", "web", "browser"],
  ["cli", "ansible"],
];

/** Stricter than the floors: these rooms may only import from the ones named. */
const ONLY: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  emulator: ["contract", "base"],
  "index.ts": ["environment.ts", ...FLOORS.slice(0, 4).flat()],
  "testing.ts": ["index.ts", ...FLOORS.slice(0, 4).flat()],
};

/** Packages, and the rooms that may import them; Node's own modules too. */
const PACKAGES: readonly { readonly name: RegExp; readonly files: RegExp }[] = [
  { name: /^fs-native-extensions$/, files: /^stores\/file/ },
  { name: /^@napi-rs\/keyring$/, files: /^stores\/keychain/ },
  { name: /^undici(\/|$)/, files: /^transport\/node(-\w+)?\.ts$/ },
  { name: /^commander$/, files: /^cli\// },
  {
    name: /^node:/,
    files:
      /^(login|cli|ansible)\/|^stores\/(file|keychain|env)|^transport\/node(-\w+)?\.ts$|^emulator\/serve(-\w+)?\.ts$/,
  },
];

type Imports = Readonly<Record<string, readonly string[]>>;

function floorOf(room: string): number {
  return FLOORS.findIndex((rooms) => rooms.includes(room));
}

const roomOf = (file: string) => file.split("/")[0] ?? "";

/** What is wrong with these imports, a sentence each. */
function problems(imports: Imports): readonly string[] {
  const found: string[] = [];
  for (const [file, targets] of Object.entries(imports)) {
    const room = roomOf(file);
    if (floorOf(room) < 0) found.push(`${file} is in a room that no floor has`);
    for (const target of targets) {
      const rule = PACKAGES.find(({ name }) => name.test(target));
      if (rule !== undefined) {
        if (!rule.files.test(file)) found.push(`${file} imports ${target}, which belongs elsewhere`);
        continue;
      }
      if (!target.endsWith(".ts")) {
        found.push(`${file} imports ${target}, which no rule knows`);
        continue;
      }
      const other = roomOf(target);
      if (other === room) continue;
      const allowed = ONLY[room]?.includes(other) ?? floorOf(other) < floorOf(room);
      if (!allowed)
        found.push(`${file} imports ${target}: ${floorOf(other) > floorOf(room) ? "upward" : "sideways"}`);
    }
  }
  return [...found, ...cycles(imports)];
}

function cycles(imports: Imports): readonly string[] {
  const found: string[] = [];
  const state = new Map<string, "open" | "done">();
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === "done") return;
    if (state.get(file) === "open") {
      found.push(`a cycle: ${[...path.slice(path.indexOf(file)), file].join(" → ")}`);
      return;
    }
    state.set(file, "open");
    for (const target of imports[file] ?? []) visit(target, [...path, file]);
    state.set(file, "done");
  };
  for (const file of Object.keys(imports)) visit(file, []);
  return found;
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\b[^;]*?\bfrom\s*"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)|(?:^|\n)\s*import\s*"([^"]+)"/g;

function readImports(root: string): Imports {
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ts") && !file.endsWith(".d.ts"),
  );
  return Object.fromEntries(
    files.map((file) => {
      const text = readFileSync(join(root, file), "utf8").replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
      const targets = [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
      return [file, targets.map((target) => resolveTarget(root, file, target))];
    }),
  );
}

function resolveTarget(root: string, file: string, target: string): string {
  // Of the two files that it may be, the one that may import more.
  if (target === "#sender") return "transport/node.ts";
  if (!target.startsWith(".")) return target;
  return relative(root, resolve(root, dirname(file), target)).replace(/\.js$/, ".ts");
}

describe("the floors", () => {
  const imports = readImports(resolve(import.meta.dirname, "../src"));

  it("hold: no import goes upward, sideways or round in a circle", () => {
    expect(Object.keys(imports).length).toBeGreaterThan(60);
    expect(Object.values(imports).flat().length).toBeGreaterThan(150);
    expect(problems(imports)).toEqual([]);
  });

  it.each([
    ["an arrow upward", { "token/a.ts": ["session/b.ts"] }, "upward"],
    ["an arrow sideways", { "client/a.ts": ["oauth/b.ts"] }, "sideways"],
    ["an arrow from the ground", { "contract/a.ts": ["base/b.ts"] }, "sideways"],
    ["an emulator that shares the client's code", { "emulator/a.ts": ["transport/b.ts"] }, "sideways"],
    [
      "a cycle",
      { "oauth/a.ts": ["oauth/b.ts"], "oauth/b.ts": ["oauth/c.ts"], "oauth/c.ts": ["oauth/a.ts"] },
      "cycle",
    ],
    ["Node in a neutral room", { "session/a.ts": ["node:fs"] }, "belongs elsewhere"],
    ["a package in the wrong room", { "client/a.ts": ["commander"] }, "belongs elsewhere"],
    ["a package that nobody decided on", { "client/a.ts": ["left-pad"] }, "no rule knows"],
    ["a drawer", { "utils/a.ts": [] }, "no floor has"],
  ])("would not hold %s", (_name, wrong: Imports, sentence) => {
    expect(problems({ ...imports, ...wrong }).join("\n")).toContain(sentence);
  });

  it("are read from every way of importing", () => {
    const text =
      'import a from "./a.js";\nexport * from "./b.js";\nimport type {\n  C,\n} from "./c.js";\nawait import("./d.js");\nimport "./e.js";';
    const targets = [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? match[3]);
    expect(targets).toEqual(["./a.js", "./b.js", "./c.js", "./d.js", "./e.js"]);
  });

  it("have no file that is too long to hold in the head", () => {
    const root = resolve(import.meta.dirname, "../src");
    const long = Object.keys(imports)
      .map((file) => ({ file, lines: readFileSync(join(root, file), "utf8").split("\n").length }))
      .filter(({ lines }) => lines > 320);
    expect(long).toEqual([]);
  });
});
