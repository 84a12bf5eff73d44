import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { createClient } from "../../src/client/index.js";
import { type TableEntry, table } from "../../src/contract/index.js";
import type { OurName } from "./system.js";

export const ROOT = resolve(import.meta.dirname, "../..");

/** Everything that a program or a person can call here, by name. */
export interface Names {
  /** True when there is something of this name. */
  has(name: OurName): boolean;
  /** The row behind a client's method. */
  row(name: OurName): TableEntry | undefined;
  /** What to import for a name, as in `import { login } from "stagedoor/login"`; `undefined` for methods and commands. */
  source(name: OurName): { readonly imported: string; readonly from: string } | undefined;
}

export async function readNames(): Promise<Names> {
  const never = () => Promise.reject(new Error("Nothing is called here."));
  const client = createClient({ source: { token: never, replace: never } });
  const commands = commandsOf(readFileSync(resolve(ROOT, "README.md"), "utf8"));
  const entryPoints = await readEntryPoints();
  const rows = table();

  const source = (name: OurName) => {
    const [imported = ""] = name.split(".");
    const from = [...entryPoints].find(([, exported]) => imported in exported)?.[0];
    return from === undefined ? undefined : { imported, from };
  };
  const isExport = (name: OurName) => {
    const [imported = "", member, ...more] = name.split(".");
    const found = source(name);
    if (found === undefined || more.length > 0) return false;
    return member === undefined || hasMember(entryPoints.get(found.from)?.[imported], member);
  };
  return {
    has(name) {
      if (name.startsWith("stagedoor ")) return commands.has(name);
      return isCallable(client, name.replace(/^spotify\./, "")) || isExport(name);
    },
    row: (name) => rows.find((entry) => `${entry.group}.${entry.name}` === name),
    source: (name) => (isExport(name) ? source(name) : undefined),
  };
}

/** The commands that the README's table names. */
function commandsOf(readme: string): ReadonlySet<string> {
  return new Set([...readme.matchAll(/^\| `(stagedoor [a-z]+)/gm)].map((match) => match[1] ?? ""));
}

/** What each entry point of the package exports, the main one first. */
async function readEntryPoints(): Promise<ReadonlyMap<string, Readonly<Record<string, unknown>>>> {
  const text = readFileSync(resolve(ROOT, "package.json"), "utf8");
  const { exports } = JSON.parse(text) as { exports: Record<string, string> };
  // A pattern stands for the groups of the contract, which have no names of their own but the rows.
  const modules = Object.entries(exports).filter(([, file]) => file.endsWith(".js") && !file.includes("*"));
  const read = modules.map(async ([name, file]) => {
    const path = resolve(ROOT, file.replace("./dist/", "src/").replace(/\.js$/, ".ts"));
    const exported: Readonly<Record<string, unknown>> = await import(pathToFileURL(path).href);
    return [name.replace(/^\./, "stagedoor"), exported] as const;
  });
  return new Map(await Promise.all(read));
}

function isCallable(client: object, path: string): boolean {
  let value: unknown = client;
  for (const part of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return false;
    value = Reflect.get(value, part);
  }
  return typeof value === "function";
}

/** True for a class whose instances have the member. */
function hasMember(exported: unknown, member: string): boolean {
  return (
    typeof exported === "function" && typeof exported.prototype === "object" && member in exported.prototype
  );
}
