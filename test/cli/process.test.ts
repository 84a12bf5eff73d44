import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, expect, it, vi } from "vitest";
import { createSpotify } from "../../src/index.js";
import { login } from "../../src/login/index.js";
import { fileStore } from "../../src/stores/file.js";
import { pointAt } from "../support/command.js";
import { consentByProgram, EMULATOR_CLIENT_ID, withEmulator } from "../support/emulated.js";

const ROOT = resolve(import.meta.dirname, "../..");
const MAIN = join(ROOT, "dist/cli/main.js");

const WAIT = { timeout: 20_000, interval: 20 };

/** The built command as a process, with no variables but these. */
function start(
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = {},
): ChildProcess {
  const { PATH } = process.env;
  return spawn(process.execPath, [MAIN, ...words], {
    env: { PATH, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function finish(child: ChildProcess): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error("The streams are piped.");
  const [out, err, [code]] = await Promise.all([text(stdout), text(stderr), once(child, "close")]);
  return { code, stdout: out, stderr: err };
}

/** What a stream has said once it has said `words`; it goes on being read. */
function heard(stream: Readable | null, words: string): Promise<string> {
  let said = "";
  return new Promise((settle) => {
    stream?.on("data", (chunk) => {
      said += String(chunk);
      if (said.includes(words)) settle(said);
    });
  });
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((settle) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      settle(true);
    });
    socket.once("error", () => settle(false));
  });
}

function canListen(port: number): Promise<boolean> {
  return new Promise((settle) => {
    const server = createServer();
    server.once("error", () => settle(false));
    server.listen(port, "127.0.0.1", () => server.close(() => settle(true)));
  });
}

describe("the command as a process", () => {
  it("emulates: one JSON line with three origins when ready, and SIGTERM ends it and frees the ports", async () => {
    const child = start(["emulate", "--port", "0", "--json"]);
    const ready = JSON.parse(await heard(child.stdout, "\n"));
    const urls = [ready.accounts, ready.api, ready.console].map((url) => new URL(url));
    expect(new Set(urls.map((url) => url.origin)).size).toBe(3);
    expect(ready.api).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/);
    expect((await fetch(`${ready.api}/me`)).status).toBe(401);
    child.kill("SIGTERM");
    const [code] = await once(child, "exit");
    expect(code).toBe(0);
    for (const { port } of urls) expect(await isOpen(Number(port))).toBe(false);
  });

  it("emulates with the words, limits, size and faults that it was given", async () => {
    const directory = mkdtempSync(join(tmpdir(), "stagedoor-test-"));
    const file = join(directory, "faults.json");
    writeFileSync(file, JSON.stringify([{ kind: "F8", times: 1, match: { service: "api" } }]));
    const options = ["--era", "classic", "--limits", '{"ratePer30s":7}', "--size", "500", "--faults", file];
    const child = start(["emulate", "--port", "0", ...options]);
    const text = await heard(child.stdout, "Ctrl-C");
    expect(text).toContain("Faults that wait: 1");
    const [, console = "", key = ""] = /Console: (\S+)\/#key=(\S+)/.exec(text) ?? [];
    const state = await (await fetch(`${console}/state`)).json();
    expect(state).toMatchObject({ era: "classic", limits: { ratePer30s: 7 } });
    const me = () => fetch(`${state.urls.api}/me`);
    expect((await me()).status).toBe(503);
    expect(await (await me()).json()).toEqual({ error: { status: 401, message: "No token provided" } });
    expect(await (await fetch(console)).text()).toContain("500 tracks");
    const reset = { method: "POST", headers: { "x-console-key": key } };
    expect((await fetch(`${console}/reset`, reset)).status).toBe(204);
    child.kill("SIGTERM");
    await once(child, "exit");
    rmSync(directory, { recursive: true });
  });

  it("does the main job without a terminal, on an emulator of its own", async () => {
    const { code, stdout } = await finish(start(["demo"]));
    expect(stdout).toMatch(/Logged in as/);
    expect(stdout).toMatch(/Top tracks:\n {2}1\. /);
    expect(stdout).toMatch(/(\d+) of \1\n {2}\1 items/);
    expect(stdout).toMatch(
      /50 calls at once on an expired token: 50 answers, and the emulator saw 1 token request\./,
    );
    expect(code).toBe(0);
  });

  it("does the main job at a service named by the environment", async () => {
    await withEmulator(async (served) => {
      const directory = mkdtempSync(join(tmpdir(), "stagedoor-test-"));
      const environment = { ...pointAt(served), XDG_CONFIG_HOME: directory, HOME: directory };
      const { code, stdout } = await finish(start(["demo"], environment));
      rmSync(directory, { recursive: true });
      expect(stdout).toContain(directory);
      expect(stdout).toMatch(/had rejected: 50 answers, and this program saw 1 token request\./);
      expect(code).toBe(0);
    });
  });

  it("CB-32 is interrupted while it waits for a person: the port is free and the code says so", async () => {
    await withEmulator(async (served) => {
      const child = start(["login", "--no-browser"], { ...pointAt(served), HOME: tmpdir() });
      const said = await heard(child.stderr, "redirect_uri=");
      const port = Number(/redirect_uri=http%3A%2F%2F127\.0\.0\.1%3A(\d+)/.exec(said)?.[1]);
      expect(await isOpen(port)).toBe(true);
      child.kill("SIGINT");
      const [code] = await once(child, "exit");
      expect(code).toBe(130);
      expect(await isOpen(port)).toBe(false);
    });
  });

  it("names the port for a browser on another machine, also port 80, which a URL leaves out", async (context) => {
    if (!(await canListen(80))) context.skip("port 80 cannot be had here");
    const child = start(["login", "--no-browser", "--port", "80"], {
      SPOTIFY_CLIENT_ID: "a",
      HOME: tmpdir(),
    });
    const said = await heard(child.stderr, "HOST\n");
    child.kill("SIGINT");
    await once(child, "exit");
    expect(said).toContain("ssh -L 80:127.0.0.1:80 HOST");
  });

  it("is interrupted during a refresh: says that it waits for the answer, and stores that", async () => {
    await withEmulator(async (served, emulator) => {
      const home = mkdtempSync(join(tmpdir(), "stagedoor-test-"));
      const environment = { ...pointAt(served), XDG_CONFIG_HOME: home, HOME: home };
      await finish(start(["login", "--yes"], environment));
      emulator.faults.add({ kind: "delay", ms: 5000, times: 1, match: { grant: "refresh_token" } });
      const child = start(["refresh"], environment);
      const said = heard(child.stderr, "Ctrl-C again ends at once");
      const isUnderWay = () => emulator.faults.list().every(({ struck }) => struck > 0);
      await vi.waitFor(() => expect(isUnderWay()).toBe(true), WAIT);
      child.kill("SIGINT");
      expect(await said).toMatch(/was cancelled\.\n.*waiting until Spotify's answer is stored/s);
      const [code] = await once(child, "exit");
      expect(code).toBe(130);
      // The answer came and is kept: nothing is left uncertain.
      const { stdout } = await finish(start(["status", "--json"], environment));
      expect(JSON.parse(stdout)).toMatchObject([{ state: "active" }]);
      rmSync(home, { recursive: true });
    });
  });

  it("ends at once when it is interrupted a second time during a refresh", async () => {
    await withEmulator(async (served, emulator) => {
      const home = mkdtempSync(join(tmpdir(), "stagedoor-test-"));
      const environment = { ...pointAt(served), XDG_CONFIG_HOME: home, HOME: home };
      await finish(start(["login", "--yes"], environment));
      const before = emulator.ledger.tokenRequests().length;
      emulator.faults.add({ kind: "hang", match: { grant: "refresh_token" } });
      const child = start(["refresh"], environment);
      const said = heard(child.stderr, "Ctrl-C again ends at once");
      await vi.waitFor(() => expect(emulator.ledger.tokenRequests()).toHaveLength(before + 1), WAIT);
      child.kill("SIGINT");
      await said;
      const exited = once(child, "exit");
      child.kill("SIGINT");
      expect(await exited).toEqual([null, "SIGINT"]);
      rmSync(home, { recursive: true });
    });
  });

  it("I1 refreshes once when eight processes need a new token at the same moment", async () => {
    await withEmulator(
      async (served, emulator) => {
        const home = mkdtempSync(join(tmpdir(), "stagedoor-test-"));
        const store = fileStore({ directory: join(home, "stagedoor/tokens") });
        const { accounts: accountsUrl, api: apiUrl } = served;
        const spotify = createSpotify({ clientId: EMULATOR_CLIENT_ID, accountsUrl, apiUrl, store });
        const token = await login(spotify.app, { openBrowser: consentByProgram });
        await spotify.session.adopt(token.with({ expiresAt: Date.now() - 1 }));
        const before = emulator.ledger.tokenRequests().length;
        const environment = { ...pointAt(served), XDG_CONFIG_HOME: home, HOME: home };
        const outcomes = await Promise.all(
          Array.from({ length: 8 }, () => finish(start(["token"], environment))),
        );
        rmSync(home, { recursive: true });
        expect(outcomes.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
          Array(8).fill({ code: 0, stderr: "" }),
        );
        expect(new Set(outcomes.map(({ stdout }) => stdout)).size).toBe(1);
        expect(emulator.ledger.tokenRequests()).toHaveLength(before + 1);
      },
      { refresh: "rotate-strict" },
    );
  });

  it("RS-11 ends quietly when its reader has seen enough", async () => {
    const child = start(["--help"]);
    child.stdout?.destroy();
    const [code] = await once(child, "exit");
    expect(code).toBe(0);
  });

  it("RS-11 fails when its output cannot be written", async () => {
    const full = openSync("/dev/full", "w");
    const child = spawn(process.execPath, [MAIN, "--help"], { stdio: ["ignore", full, "pipe"] });
    const said = child.stderr === null ? "" : await text(child.stderr);
    closeSync(full);
    expect(said).toContain("ENOSPC");
    expect(child.exitCode ?? (await once(child, "exit"))[0]).toBe(1);
  });

  it("RS-11 leaves nothing behind when its reader goes away in the middle", async () => {
    const folder = mkdtempSync(join(tmpdir(), "stagedoor-test-"));
    const child = start(["demo"], { TMPDIR: folder });
    await heard(child.stdout, "\n");
    child.stdout?.destroy();
    const [code] = await once(child, "exit");
    expect(code).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  it("may be run by its name after every build", () => {
    expect(statSync(MAIN).mode & 0o111).toBe(0o111);
  });

  it("knows its version", async () => {
    expect((await finish(start(["--version"]))).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
