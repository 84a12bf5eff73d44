import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { transformSync } from "esbuild";
import { describe, expect, it } from "vitest";
import { table } from "../src/contract/index.js";
import { createSpotify } from "../src/index.js";
import { login } from "../src/login/index.js";
import { fileStore } from "../src/stores/file.js";
import { pointAt } from "./support/command.js";
import { consentByProgram, EMULATOR_CLIENT_ID, withEmulator } from "./support/emulated.js";

const ROOT = resolve(import.meta.dirname, "..");
const README = readFileSync(join(ROOT, "README.md"), "utf8");
const EXAMPLES = readdirSync(join(ROOT, "examples")).filter((file) => file.endsWith(".ts"));

/** Runs an example as a program that has the built package installed; gives what it prints. */
async function runExample(
  file: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const { code } = transformSync(readFileSync(join(ROOT, "examples", file), "utf8"), {
    loader: "ts",
    format: "esm",
  });
  const { PATH } = process.env;
  const options = { cwd: ROOT, env: { PATH, ...environment } };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "-e", code],
    options,
  );
  return stdout;
}

describe("the README", () => {
  it.each(EXAMPLES)("shows examples/%s as it is", (file) => {
    const [, shown] =
      new RegExp(`<!-- example: examples/${file} -->\\n\`\`\`ts\\n([\\s\\S]*?)\`\`\``).exec(README) ?? [];
    expect(shown).toBe(readFileSync(join(ROOT, "examples", file), "utf8"));
  });

  it("says how many operations have a method", () => {
    expect(README).toContain(`All ${table().length} operations of the Web API`);
  });

  it("names every command that there is, and no other", () => {
    const help = execFileSync(process.execPath, [join(ROOT, "dist/cli/main.js"), "--help"], {
      encoding: "utf8",
    });
    const commands = [...help.matchAll(/^ {2}([a-z]+) \[?[a-z<[]/gm)]
      .map((match) => match[1])
      .filter((name) => name !== "help");
    const named = [...README.matchAll(/^\| `stagedoor ([a-z]+)/gm)].map((match) => match[1]);
    expect(named.sort()).toEqual(commands.filter((name) => name !== "stagedoor").sort());
  });
});

describe("the examples", () => {
  it("print the top tracks of whoever is logged in", async () => {
    await withEmulator(async (served) => {
      const home = mkdtempSync(join(tmpdir(), "stagedoor-test-"));
      const store = fileStore({ directory: join(home, "stagedoor/tokens") });
      const { accounts: accountsUrl, api: apiUrl } = served;
      const spotify = createSpotify({ clientId: EMULATOR_CLIENT_ID, accountsUrl, apiUrl, store });
      const scope = "user-top-read";
      await spotify.session.adopt(await login(spotify.app, { scope, openBrowser: consentByProgram }));
      const printed = await runExample("top-tracks.ts", {
        ...pointAt(served),
        XDG_CONFIG_HOME: home,
        HOME: home,
      });
      rmSync(home, { recursive: true });
      const { items } = await spotify.me.top({ type: "tracks", limit: 10 });
      expect(printed.trim().split("\n")).toEqual(items.map((track) => track.name));
    });
  });

  it("use an emulator without a port", async () => {
    expect(await runExample("emulator.ts", {})).toBe("3 tracks, 1 token request\n");
  });
});
