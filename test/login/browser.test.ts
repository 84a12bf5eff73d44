import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { canOpenBrowser, openBrowser } from "../../src/login/index.js";
import { failure } from "./bench.js";

const URL_TO_OPEN = "https://accounts.spotify.com/authorize?client_id=a&scope=b+c&state=d";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stagedoor-browser-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Puts a program of this name first in the path. */
function program(name: string, script: string): Record<string, string> {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return { PATH: `${folder}${delimiter}${process.env.PATH ?? ""}` };
}

/** What would be started. */
async function started(platform: NodeJS.Platform, url: string, env: Record<string, string> = {}) {
  const calls: { program: string; args: readonly string[]; options: Record<string, unknown> }[] = [];
  const fake = vi.fn((command: string, args: readonly string[], options: Record<string, unknown>) => {
    calls.push({ program: command, args, options });
    return spawn(process.execPath, ["-e", ""], { stdio: "ignore" });
  });
  await openBrowser(url, { platform, env, spawn: fake as unknown as typeof spawn });
  return calls;
}

describe("opening a browser", () => {
  test.each([
    ["darwin", {}, "open", []],
    ["linux", {}, "xdg-open", []],
    ["freebsd", {}, "xdg-open", []],
    ["linux", { WSL_DISTRO_NAME: "Debian" }, "rundll32.exe", ["url.dll,FileProtocolHandler"]],
    ["win32", { SystemRoot: "D:\\Win" }, "D:\\Win\\System32\\rundll32.exe", ["url.dll,FileProtocolHandler"]],
  ] as const)("on %s %o it starts %s, without a shell", async (platform, env, command, args) => {
    const calls = await started(platform, URL_TO_OPEN, env);
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({
      program: command,
      args: [...args, URL_TO_OPEN],
      options: { shell: false, stdio: "ignore", detached: true },
    });
  });

  test("hands the address over as the parser writes it", async () => {
    const [call] = await started("linux", ' HTTPS://EXAMPLE.org/a b"$(id)`id`\n?q=\'"<>|&x ');
    const [address = ""] = call?.args ?? [];
    expect(address).toMatch(/^https:\/\/example\.org\/a%20b%22\$\(id\)%60id%60\?/);
    expect(address).not.toMatch(/[\s"<>`]/);
  });

  test.each([
    "file:///etc/passwd",
    "javascript:alert(1)",
    "--help",
    "-a Calculator",
    "",
    "ftp://x/",
    "calc.exe",
    "\\\\host\\share",
  ])("refuses %j", async (url) => {
    const fake = vi.fn();
    expect(await failure(openBrowser(url, { spawn: fake as unknown as typeof spawn }))).toMatchObject({
      code: "argument-invalid",
    });
    expect(fake).not.toHaveBeenCalled();
  });

  test("LK-07: the program started gets no secret of ours, and the rest of the environment", async () => {
    const [call] = await started("linux", URL_TO_OPEN, {
      SPOTIFY_CLIENT_SECRET: "CANARY-SEC-1",
      SPOTIFY_CLIENT_ID: "CANARY-ID",
      spotify_access_token: "CANARY-AT-1",
      GITHUB_TOKEN: "CANARY-1",
      AWS_SECRET_ACCESS_KEY: "CANARY-2",
      PGPASSWORD_FILE: "not one by its name",
      DB_PASSWORD: "CANARY-3",
      DISPLAY: ":0",
      XDG_ACTIVATION_TOKEN: "window-1",
      XAUTHORITY: "/x",
    });
    expect(call?.options.env).toEqual({
      DISPLAY: ":0",
      PGPASSWORD_FILE: "not one by its name",
      XAUTHORITY: "/x",
      XDG_ACTIVATION_TOKEN: "window-1",
    });
  });

  test("says where to go when the program is missing", async () => {
    const error = await failure(openBrowser(URL_TO_OPEN, { platform: "linux", env: { PATH: folder } }));
    expect(error).toMatchObject({ code: "browser-unavailable", hint: expect.stringContaining("by hand") });
    expect(JSON.stringify(error)).not.toContain("state=");
  });

  test("says so when the system throws instead of reporting", async () => {
    const fake = () => {
      throw new Error(`spawn E2BIG ${URL_TO_OPEN}`);
    };
    const error = await failure(openBrowser(URL_TO_OPEN, { spawn: fake as unknown as typeof spawn }));
    expect(error).toMatchObject({ code: "browser-unavailable" });
    expect(JSON.stringify(error)).not.toContain("state=");
  });

  // The programs are shell scripts.
  describe.skipIf(process.platform === "win32")("by a real program", () => {
    test("LK-07: the environment it sees has no secret", async () => {
      const seen = join(folder, "seen");
      const env = program("xdg-open", `env > "${seen}"; echo "ARG=$1" >> "${seen}"`);
      await openBrowser(URL_TO_OPEN, {
        platform: "linux",
        env: { ...env, SPOTIFY_CLIENT_SECRET: "CANARY-SEC-1", MARK: "kept" },
      });
      const text = readFileSync(seen, "utf8");
      expect(text).toContain("MARK=kept");
      expect(text).toContain(`ARG=${URL_TO_OPEN}`);
      expect(text).not.toContain("CANARY");
    });

    test("fails when it ends with an error at once", async () => {
      const env = program("xdg-open", "exit 3");
      expect(await failure(openBrowser(URL_TO_OPEN, { platform: "linux", env }))).toMatchObject({
        code: "browser-unavailable",
      });
    });

    test("does not wait for one that stays open", async () => {
      const ended = join(folder, "ended");
      const env = program("xdg-open", `sleep 3; touch "${ended}"`);
      await openBrowser(URL_TO_OPEN, { platform: "linux", env });
      expect(existsSync(ended)).toBe(false);
    });

    test("falls back to the Linux browser where Windows cannot be reached from WSL", async () => {
      const seen = join(folder, "seen");
      const env = { ...program("xdg-open", `echo "$1" > "${seen}"`), WSL_DISTRO_NAME: "Debian" };
      await openBrowser(URL_TO_OPEN, { platform: "linux", env });
      expect(readFileSync(seen, "utf8").trim()).toBe(URL_TO_OPEN);
    });
  });
});

describe("whether a browser would be in front of the person", () => {
  test.each([
    ["linux", { DISPLAY: ":0" }],
    ["linux", { WAYLAND_DISPLAY: "wayland-0" }],
    ["linux", { DISPLAY: ":0", CI: "false" }],
    ["linux", { WSL_DISTRO_NAME: "Debian" }],
    ["darwin", {}],
    ["win32", {}],
  ] as const)("yes on %s with %o", (platform, env) => {
    expect(canOpenBrowser(env, platform)).toBe(true);
  });

  test.each([
    ["linux", {}],
    ["linux", { DISPLAY: "" }],
    ["linux", { DISPLAY: ":10", SSH_CONNECTION: "a b c d" }],
    ["darwin", { SSH_TTY: "/dev/ttys001" }],
    ["win32", { SSH_CLIENT: "a b c" }],
    ["linux", { DISPLAY: ":0", CI: "true" }],
    ["linux", { DISPLAY: ":0", CODESPACES: "true" }],
    ["linux", { DISPLAY: ":0", GITPOD_WORKSPACE_ID: "x" }],
    ["linux", { DISPLAY: ":0", CLOUD_SHELL: "true" }],
    ["linux", { DISPLAY: ":0", REPL_ID: "x" }],
    ["darwin", { BROWSER: "none" }],
  ] as const)("no on %s with %o", (platform, env) => {
    expect(canOpenBrowser(env, platform)).toBe(false);
  });
});
