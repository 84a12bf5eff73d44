import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createEmulator } from "../../src/emulator/index.js";
import { type ServedEmulator, serveEmulator } from "../../src/emulator/serve.js";
import { encrypted } from "../../src/stores/encrypted.js";
import { fileStore } from "../../src/stores/file.js";
import { type Command, command, pointAt } from "../support/command.js";
import { EMULATOR_CLIENT_ID } from "../support/emulated.js";

let served: ServedEmulator;
let stagedoor: Command;

beforeEach(async () => {
  served = await serveEmulator(createEmulator());
  stagedoor = command({ ...pointAt(served), SPOTIFY_CLIENT_ID: "" });
});
afterEach(async () => {
  stagedoor.remove();
  await served.close();
});

/** Writes a secret and gives its path. */
function secret(name: string, text: string): string {
  const path = join(stagedoor.directory, name);
  writeFileSync(path, text);
  return path;
}

describe("the command with secrets in files", () => {
  it("LK-05 takes the client id from SPOTIFY_CLIENT_ID_FILE, and the variable counts first", async () => {
    const SPOTIFY_CLIENT_ID_FILE = secret("id", `${EMULATOR_CLIENT_ID}\n`);
    const withFile = stagedoor.with({ environment: { SPOTIFY_CLIENT_ID_FILE } });
    expect(await withFile("login", "--yes")).toMatchObject({ code: 0 });
    expect(await withFile("api", "GET", "/me")).toMatchObject({ code: 0 });
    const environment = { SPOTIFY_CLIENT_ID: EMULATOR_CLIENT_ID, SPOTIFY_CLIENT_ID_FILE: "/does/not/exist" };
    expect(await stagedoor.with({ environment })("refresh")).toMatchObject({ code: 0 });
  });

  it("LK-05 takes the client secret from SPOTIFY_CLIENT_SECRET_FILE: a wrong one is refused by the accounts service", async () => {
    const environment = {
      SPOTIFY_CLIENT_ID: EMULATOR_CLIENT_ID,
      SPOTIFY_CLIENT_SECRET_FILE: secret("wrong", "CANARY-not-the-secret"),
    };
    const outcome = await stagedoor.with({ environment })("login", "--yes");
    expect(outcome.code).not.toBe(0);
    expect(outcome.stderr).toMatch(/client/i);
    expect(outcome.stderr).not.toContain("CANARY");
  });

  it("LK-05 names a file that cannot be used, and nothing that is in it", async () => {
    for (const [text, words] of [
      ["", "is empty"],
      ["CANARY\nCANARY", "control characters"],
    ] as const) {
      const SPOTIFY_CLIENT_SECRET_FILE = secret("bad", text);
      const { code, stderr } = await stagedoor.with({ environment: { SPOTIFY_CLIENT_SECRET_FILE } })(
        "refresh",
      );
      expect(code).toBe(2);
      expect(stderr).toContain(`${SPOTIFY_CLIENT_SECRET_FILE} (SPOTIFY_CLIENT_SECRET_FILE) cannot be used`);
      expect(stderr).toContain(words);
      expect(stderr).not.toContain("CANARY");
    }
  });

  it("says in its help that they can be files", async () => {
    expect((await stagedoor("--help")).stdout).toContain("SPOTIFY_CLIENT_SECRET_FILE");
  });
});

describe("the command with a login that a program has encrypted", () => {
  it("FS-11 shows its status, sends nothing of it, and can remove it", async () => {
    const known = stagedoor.with({ environment: { SPOTIFY_CLIENT_ID: EMULATOR_CLIENT_ID } });
    await known("login", "--yes", "--scope", "user-top-read");
    const files = fileStore({ directory: stagedoor.directory });
    const [key] = await files.list();
    if (key === undefined) throw new Error("Nobody was logged in.");
    const options = { key: Uint8Array.from({ length: 32 }, (_, index) => index), adoptPlain: true };
    const store = encrypted(files, options);
    const stored = await store.read(key);
    await store.compareAndSwap(key, stored?.generation ?? 0, stored?.token ?? null);
    const status = await known("status");
    expect(status).toMatchObject({ code: 0, stdout: expect.stringContaining("user-top-read") });
    const token = await known("token");
    expect(token).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining("encrypted(store, { key })"),
    });
    expect(await known("logout")).toMatchObject({ code: 0 });
    expect(await files.list()).toEqual([]);
  });
});
