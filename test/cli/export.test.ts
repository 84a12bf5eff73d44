import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Command, command } from "../support/command.js";

const ID = "0123456789abcdef0123456789abcdef";
const isWindows = process.platform === "win32";

let folder: string;
let target: string;
let stagedoor: Command;
let cache: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "stagedoor-export-"));
  target = join(folder, "out.json");
  stagedoor = command({ SPOTIFY_CLIENT_ID: ID });
  const expiresAt = Math.floor(Date.now() / 1000) + 3000;
  cache = `{"access_token": "CANARY-AT-1", "token_type": "Bearer", "expires_in": 3600, "refresh_token": "CANARY-RT-1", "scope": "user-top-read", "expires_at": ${expiresAt}}`;
  writeFileSync(join(folder, ".cache"), cache);
  await stagedoor("import", join(folder, ".cache"));
  rmSync(join(folder, ".cache"));
});
afterEach(() => {
  stagedoor.remove();
  rmSync(folder, { recursive: true, force: true });
});

const give = (...words: string[]) => stagedoor("export", "--format", "spotipy", "--output", target, ...words);
const python = (...words: string[]) =>
  stagedoor("export", "--format", "spotify-web-api-python", "-o", target, ...words);
const read = () => readFileSync(target, "utf8");

describe("stagedoor export", () => {
  it("writes the file that was imported, byte for byte, for this user alone", async () => {
    const done = await give();
    expect(done).toMatchObject({ code: 0, stdout: "" });
    expect(read()).toBe(cache);
    if (!isWindows) expect(statSync(target).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(["out.json"]);
    expect(done.stderr).toContain("whoever has that file has the login");
    expect(done.stderr).toContain("Not kept");
    expect(done.stderr).toContain("only one of the two programs");
    expect(done.stderr).not.toContain("CANARY");
  });

  it("writes our own form unless another is named, and reads it back whole", async () => {
    expect(await stagedoor("export", "-o", target)).toMatchObject({ code: 0 });
    expect(JSON.parse(read())).toMatchObject({ version: 1, clientId: ID });
    await stagedoor("logout");
    expect(await stagedoor("import", target)).toMatchObject({ code: 0 });
    expect(await stagedoor("token")).toMatchObject({ stdout: "CANARY-AT-1\n" });
  });

  it("prints tokens only when standard output is asked for", async () => {
    expect(await stagedoor("export", "--format", "spotipy")).toMatchObject({ code: 2, stdout: "" });
    const printed = await stagedoor("export", "--format", "spotipy", "--output", "-");
    expect(printed).toMatchObject({ code: 0, stdout: `${cache}\n` });
    expect(printed.stderr).not.toContain("CANARY");
  });

  it("does not replace a file without --force", async () => {
    writeFileSync(target, "mine");
    expect(await give()).toMatchObject({ code: 1, stderr: expect.stringContaining("is there already") });
    expect(read()).toBe("mine");
    expect(await give("--force")).toMatchObject({ code: 0 });
    expect(read()).toBe(cache);
    expect(readdirSync(folder)).toEqual(["out.json"]);
  });

  it.skipIf(isWindows)("closes a file that others could read, and says so", async () => {
    writeFileSync(target, "{}");
    chmodSync(target, 0o644);
    const done = await give("--force");
    expect(done).toMatchObject({ code: 0, stderr: expect.stringContaining("was open to other users") });
    expect(statSync(target).mode & 0o777).toBe(0o600);
  });

  it.skipIf(isWindows)("FS-07 follows no symbolic link, dangling or not, also with --force", async () => {
    const victim = join(folder, "victim");
    symlinkSync(victim, target);
    for (const words of [[], ["--force"]]) {
      expect(await give(...words)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining("symbolic link"),
      });
      expect(existsSync(victim)).toBe(false);
    }
    writeFileSync(victim, "{}");
    expect(await python("--force")).toMatchObject({ code: 1 });
    expect(readFileSync(victim, "utf8")).toBe("{}");
  });

  it.skipIf(isWindows)("writes over nothing but a plain file with one name", async () => {
    writeFileSync(join(folder, "other"), "{}");
    linkSync(join(folder, "other"), target);
    expect(await give("--force")).toMatchObject({ code: 1, stderr: expect.stringContaining("second name") });
    rmSync(target);
    expect(await stagedoor("export", "-o", folder, "--force")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("not a plain file"),
    });
  });

  it.skipIf(process.geteuid?.() !== 0)("does not take a file away from another user", async () => {
    writeFileSync(target, "{}");
    chownSync(target, 12_345, 12_345);
    expect(await python()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("belongs to another user"),
    });
    expect(statSync(target).uid).toBe(12_345);
  });

  it("says why a file cannot be written, and leaves nothing behind", async () => {
    const { code, stderr } = await stagedoor("export", "-o", join(folder, "no", "out.json"));
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("ENOENT") });
    expect(readdirSync(folder)).toEqual([]);
  });

  it("adds to a file of SpotifyWebApiPython and leaves its other entries alone", async () => {
    const others = { "SpotifyWebPlayerCookieCredentials/Shared/mia": { sp_dc: "x", sp_key: "y" } };
    writeFileSync(target, JSON.stringify(others), { mode: 0o600 });
    expect(await python()).toMatchObject({ code: 0 });
    expect(Object.keys(JSON.parse(read()))).toEqual([
      `SpotifyWebApiAuthCodePkce/${ID}/Shared`,
      "SpotifyWebPlayerCookieCredentials/Shared/mia",
    ]);
    expect(JSON.parse(read())).toMatchObject(others);
    const first = read();
    expect(await python()).toMatchObject({ code: 2, stderr: expect.stringContaining("--force") });
    expect(await python("--force")).toMatchObject({ code: 0 });
    expect(read()).toBe(first);
  });

  it("files a login under another name where the app has a secret", async () => {
    const confidential = stagedoor.with({ environment: { SPOTIFY_CLIENT_SECRET: "CANARY-SECRET" } });
    await confidential("export", "--format", "spotify-web-api-python", "-o", target);
    expect(Object.keys(JSON.parse(read()))).toEqual([`SpotifyWebApiAuthCode/${ID}/Shared`]);
    expect(read()).not.toContain("CANARY-SECRET");
  });

  it("replaces the entry that the program uses, with --force, and asks which where there are several", async () => {
    const entry = { ...JSON.parse(cache), scope: ["user-top-read"], access_token: "CANARY-AT-0" };
    const code = `SpotifyWebApiAuthCode/${ID}/Shared`;
    const pkce = `SpotifyWebApiAuthCodePkce/${ID}/Shared`;
    writeFileSync(target, JSON.stringify({ [code]: entry }), { mode: 0o600 });
    const refused = await python();
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining(code) });
    expect(await python("--force")).toMatchObject({ code: 0, stderr: expect.stringContaining(code) });
    expect(JSON.parse(read())).toMatchObject({ [code]: { access_token: "CANARY-AT-1" } });
    expect(Object.keys(JSON.parse(read()))).toEqual([code]);
    writeFileSync(target, JSON.stringify({ [code]: entry, [pkce]: entry }), { mode: 0o600 });
    const asked = await python("--force");
    expect(asked).toMatchObject({ code: 2, stderr: expect.stringContaining(`--entry ${code}`) });
    expect(asked.stderr).toContain(pkce);
    expect(await python("--force", "--entry", pkce)).toMatchObject({ code: 0 });
    expect(JSON.parse(read())).toMatchObject({
      [code]: { access_token: "CANARY-AT-0" },
      [pkce]: { access_token: "CANARY-AT-1" },
    });
    expect(await give("--force", "--entry", pkce)).toMatchObject({ code: 2 });
  });

  it("E29 does not write over a file of SpotifyWebApiPython that it cannot read", async () => {
    writeFileSync(target, '{"trunc', { mode: 0o600 });
    expect(await python("--force")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("ends in the middle"),
    });
    expect(read()).toBe('{"trunc');
  });

  it("needs a login", async () => {
    const elsewhere = await give("--client-id", "other app", "-p", "marlow");
    expect(elsewhere).toMatchObject({
      code: 4,
      stderr: expect.stringContaining("stagedoor login --client-id 'other app' --profile marlow\n"),
    });
    expect(await give("--client-id", ID, "-p", "marlow")).toMatchObject({
      code: 4,
      stderr: expect.stringContaining(`make it: stagedoor login --client-id ${ID} --profile marlow\n`),
    });
    expect(await give("--profile", "nobody")).toMatchObject({ code: 4 });
    await stagedoor("logout");
    expect(await give()).toMatchObject({ code: 4 });
    expect(existsSync(target)).toBe(false);
  });
});
