import { readdirSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createEmulator } from "../../src/emulator/index.js";
import { type ServedEmulator, serveEmulator } from "../../src/emulator/serve.js";
import { keychainStore } from "../../src/stores/keychain.js";
import { withSecretService } from "../stores/keychain-under-test.js";
import { type Command, command, pointAt } from "../support/command.js";
import { skipsSecretService } from "../support/components.js";

let served: ServedEmulator;
let stagedoor: Command;

const keptIn = (store: string) => stagedoor.with({ environment: { STAGEDOOR_STORE: store } });
const commandOf = (words: string) => words.split(" ");
const tokenFiles = () => readdirSync(stagedoor.directory).filter((name) => name.endsWith(".json"));

beforeEach(async () => {
  served = await serveEmulator(createEmulator());
  stagedoor = command(pointAt(served));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  stagedoor.remove();
  await served.close();
});

describe("the store of the command", () => {
  it.each(["", " ", "file"])("is files with STAGEDOOR_STORE=%j", async (value) => {
    const files = keptIn(value);
    const { code, stderr } = await files("login", "--yes");
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining("files in") });
    expect(tokenFiles()).toHaveLength(1);
    expect((await files("status")).stdout).toContain(`stored in     files in ${stagedoor.directory}`);
  });

  it("is refused with the choices when there is no such one", async () => {
    const { code, stderr } = await keptIn("keychian")("status");
    expect(code).toBe(2);
    expect(stderr).toContain('"keychian". There are: file, keychain, keychain-or-file.');
    expect(stderr).toContain("Did you mean keychain?");
  });

  it("is told of in the help", async () => {
    expect((await stagedoor("--help")).stdout).toContain("STAGEDOOR_STORE");
  });

  describe("where no keychain can be reached", () => {
    beforeEach(() => {
      vi.stubEnv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
      vi.stubEnv("XDG_RUNTIME_DIR", "/nonexistent");
    });

    it("is never files when the keychain alone was asked for", async () => {
      const { code, stdout, stderr } = await keptIn("keychain")("login", "--yes");
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toMatch(/keychain .* cannot be used/);
      expect(stderr).toContain("use the file store (STAGEDOOR_STORE=file");
      expect(tokenFiles()).toEqual([]);
    });

    it("is files for keychain-or-file, which is said once a run and is no failure", async () => {
      const either = keptIn("keychain-or-file");
      const login = await either("login", "--yes");
      expect(login.code).toBe(0);
      expect(login.stderr.match(/Tokens are kept in files in/g)).toHaveLength(1);
      const status = await either("status");
      expect(status).toMatchObject({ code: 0, stdout: expect.stringContaining("files in") });
      expect(status.stderr.match(/Tokens are kept in files in/g)).toHaveLength(1);
      expect((await either("token")).stdout).toMatch(/^[!-~]+\n$/);
      const logout = await either("logout");
      expect(logout.code).toBe(0);
      expect(logout.stderr).toContain("Nothing could be removed from the keychain");
      expect(tokenFiles()).toEqual([]);
    });

    it.each(["status", "logout", "token", "export -o -"])(
      "is never said to hold no login that the keychain may hold: %s",
      async (words) => {
        const { code, stdout, stderr } = await keptIn("keychain-or-file")(...commandOf(words));
        expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
        expect(stderr).toMatch(/keychain .* cannot be used.* It may hold the login "default"/);
        expect(stderr).not.toContain("Nobody is logged in");
      },
    );
  });

  describe.skipIf(skipsSecretService)("with a keychain that is locked (skipped where there is none)", () => {
    const service = withSecretService();

    it("is not said to hold no login", { timeout: 60_000 }, async () => {
      const kept = keptIn("keychain-or-file");
      expect((await kept("login", "--yes")).code).toBe(0);
      service().lock();
      for (const words of ["status", "logout"]) {
        const { code, stderr } = await kept(words);
        expect(code).toBe(1);
        expect(stderr).toMatch(/keychain .* cannot be used.* It may hold the login "default"/);
        expect(stderr).not.toContain("Nobody is logged in");
      }
    });
  });

  describe.skipIf(skipsSecretService)("with a real keychain (skipped where there is none)", () => {
    withSecretService();

    it.each(["keychain", "keychain-or-file"])(
      "FS-10 is the keychain for %s, from login to logout",
      { timeout: 60_000 },
      async (value) => {
        const kept = keptIn(value);
        const login = await kept("login", "--yes", "--scope", "user-top-read");
        expect(login).toMatchObject({
          code: 0,
          stderr: expect.stringContaining("the keychain (Secret Service)"),
        });
        expect(tokenFiles()).toEqual([]);
        const status = await kept("status");
        expect(status).toMatchObject({ code: 0, stderr: "" });
        expect(status.stdout).toContain("the keychain (Secret Service)");
        expect((await kept("refresh")).code).toBe(0);
        expect((await kept("api", "GET", "/me")).code).toBe(0);
        expect((await kept("logout")).code).toBe(0);
        expect((await kept("status")).code).toBe(4);
        expect(await keychainStore().list()).toEqual([]);
      },
    );

    it("is where each login lies, and a login from files moves to the keychain", {
      timeout: 60_000,
    }, async () => {
      const either = keptIn("keychain-or-file");
      const inFiles = `files in ${stagedoor.directory}`;
      const inKeychain = "the keychain (Secret Service)";
      expect((await keptIn("file")("login", "--yes")).code).toBe(0);
      expect((await either("refresh")).code).toBe(0);
      expect(tokenFiles()).toHaveLength(1);
      const other = await either("login", "--yes", "--profile", "other");
      expect(other.stderr).toContain(`stored in ${inKeychain}\n`);
      const places = async () =>
        JSON.parse((await either("status", "--json")).stdout).map(
          ({ profile, storedIn }: { profile: string; storedIn: string }) => [profile, storedIn],
        );
      expect(await places()).toEqual([
        ["default", inFiles],
        ["other", inKeychain],
      ]);
      expect((await either("status", "--profile", "default")).stdout).toContain(`stored in     ${inFiles}\n`);
      const again = await either("login", "--yes");
      expect(again.stderr).toContain(`stored in ${inKeychain}\n`);
      expect(tokenFiles()).toEqual([]);
      expect(await places()).toEqual([
        ["default", inKeychain],
        ["other", inKeychain],
      ]);
      for (const profile of ["default", "other"])
        expect((await either("logout", "--profile", profile)).code).toBe(0);
    });
  });
});
