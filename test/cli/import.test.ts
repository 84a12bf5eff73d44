import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createEmulator } from "../../src/emulator/index.js";
import { type ServedEmulator, serveEmulator } from "../../src/emulator/serve.js";
import { type Command, command, type Outcome, pointAt } from "../support/command.js";
import { EMULATOR_CLIENT_ID } from "../support/emulated.js";

const ID = "0123456789abcdef0123456789abcdef";

let folder: string;
let stagedoor: Command;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stagedoor-import-"));
  stagedoor = command({ SPOTIFY_CLIENT_ID: ID });
});
afterEach(() => {
  stagedoor.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** A cache of spotipy that was written some seconds ago. */
const cache = (change: object = {}, age = 600): string => {
  const expires_at = Math.floor(Date.now() / 1000) - age + 3600;
  const scope = "user-top-read";
  const members = { access_token: "CANARY-AT-1", token_type: "Bearer", expires_in: 3600 };
  return JSON.stringify({ ...members, refresh_token: "CANARY-RT-1", scope, expires_at, ...change });
};

function file(text: string | Uint8Array, name = ".cache"): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const stored = (): readonly { token: { accessToken: string } }[] =>
  readdirSync(stagedoor.directory)
    .filter((name) => name.endsWith(".json"))
    .map((name) => JSON.parse(readFileSync(join(stagedoor.directory, name), "utf8")));

const tokens = () => stored().map(({ token }) => token.accessToken);

function expectNoSecret(...outcomes: readonly Outcome[]): void {
  for (const { stdout, stderr } of outcomes) expect(stdout + stderr).not.toMatch(/CANARY/);
}

describe("stagedoor import", () => {
  it("takes a login of spotipy over, says what it assumed, and leaves the file as it was", async () => {
    const path = file(cache());
    chmodSync(path, 0o644);
    const before = { text: readFileSync(path, "utf8"), stats: statSync(path) };
    const done = await stagedoor("import", path);
    expect(done).toMatchObject({ code: 0, stdout: "" });
    expect(done.stderr).toContain('The login of the app 01234567… is stored under the profile "default"');
    expect(done.stderr).toContain("does not say when the person consented");
    expect(done.stderr).toContain("only one of the two programs");
    expect(tokens()).toEqual(["CANARY-AT-1"]);
    const { mode, mtimeMs } = statSync(path);
    expect({ text: readFileSync(path, "utf8"), mode, mtimeMs }).toEqual({
      text: before.text,
      mode: before.stats.mode,
      mtimeMs: before.stats.mtimeMs,
    });
    expect(await stagedoor("token")).toMatchObject({ code: 0, stdout: "CANARY-AT-1\n" });
    expect((await stagedoor("status")).stdout).toContain("may end any day, counted until 20");
    const status = await stagedoor("status", "--json");
    expect(JSON.parse(status.stdout)).toMatchObject([
      { profile: "default", loginDaysLeft: 0, scopes: ["user-top-read"] },
    ]);
    expectNoSecret(done, status);
  });

  it("counts the life of the login from the consent where that is told", async () => {
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    expect(await stagedoor("import", file(cache()), "--authorized-at", yesterday)).toMatchObject({ code: 0 });
    const [{ loginDaysLeft }] = JSON.parse((await stagedoor("status", "--json")).stdout);
    expect(loginDaysLeft).toBeGreaterThan(170);
    expect(await stagedoor("import", file(cache()), "--authorized-at", "soon")).toMatchObject({ code: 2 });
  });

  it("stores nothing in a dry run", async () => {
    const dry = await stagedoor("import", file(cache()), "--dry-run");
    expect(dry).toMatchObject({ code: 0, stderr: expect.stringContaining("would be stored") });
    expect(readdirSync(stagedoor.directory)).toEqual([]);
  });

  it("reads standard input", async () => {
    const piped = stagedoor.with({
      type: async function* () {
        yield cache();
      },
    });
    expect(await piped("import", "-", "--format", "spotipy")).toMatchObject({ code: 0 });
    expect(tokens()).toEqual(["CANARY-AT-1"]);
  });

  it("does not replace a login without --force, and says which is newer", async () => {
    await stagedoor("import", file(cache({}, 1800)));
    const second = file(cache({ access_token: "CANARY-AT-2" }, 60));
    const refused = await stagedoor("import", second);
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("29 min older than the one in the file"),
    });
    expect(refused.stderr).toContain("--force");
    expect(await stagedoor("import", second, "--dry-run")).toMatchObject({ code: 2 });
    expect(tokens()).toEqual(["CANARY-AT-1"]);
    const forced = await stagedoor("import", second, "--force");
    expect(forced).toMatchObject({ code: 0, stderr: expect.stringContaining("in place of the one there") });
    expect(tokens()).toEqual(["CANARY-AT-2"]);
    const older = file(cache({ access_token: "CANARY-AT-3" }, 1800));
    const warned = await stagedoor("import", older);
    expect(warned.stderr).toContain("29 min newer than the one in the file");
    expect(warned.stderr).toMatch(/Keep what is there: .*may be used up.*--force/);
    expect(refused.stderr).not.toContain("Keep what is there");
    expectNoSecret(refused, forced);
  });

  it("changes nothing when the very same login is there already", async () => {
    const path = file(cache());
    await stagedoor("import", path);
    const [before] = stored();
    expect(await stagedoor("import", path)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("nothing is changed"),
    });
    expect(stored()).toEqual([before]);
  });

  it("corrects the time of the consent of the very same login, with --force only", async () => {
    const path = file(cache());
    await stagedoor("import", path);
    const daysLeft = async () => JSON.parse((await stagedoor("status", "--json")).stdout)[0].loginDaysLeft;
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    expect(await stagedoor("import", path, "--authorized-at", yesterday)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--force"),
    });
    expect(
      await stagedoor("import", path, "--authorized-at", yesterday, "--force", "--dry-run"),
    ).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("would be corrected"),
    });
    expect(await daysLeft()).toBe(0);
    expect(await stagedoor("import", path, "--authorized-at", yesterday, "--force")).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("are corrected"),
    });
    expect(await daysLeft()).toBeGreaterThan(170);
    // A guess never takes the place of what is known.
    expect((await stagedoor("import", path, "--force")).stderr).toContain("nothing is changed");
    expect(await daysLeft()).toBeGreaterThan(170);
    expect(tokens()).toEqual(["CANARY-AT-1"]);
  });

  it("corrects the scopes of the very same login with --force", async () => {
    const activation_time = Math.floor(Date.now() / 1000) - 60;
    const path = file(
      JSON.stringify({ activation_time, refresh_token: "CANARY-RT-1", access_token: "CANARY-AT-1" }),
    );
    await stagedoor("import", path, "--scope", "user-top-read");
    await stagedoor("import", path, "--scope", "user-library-read", "--force");
    expect(JSON.parse((await stagedoor("status", "--json")).stdout)).toMatchObject([
      { scopes: ["user-library-read"] },
    ]);
  });

  it("stores under the profile that is named", async () => {
    await stagedoor("import", file(cache()), "--profile", "work");
    expect(await stagedoor("token", "--profile", "work")).toMatchObject({ code: 0 });
    expect(await stagedoor("token")).toMatchObject({ code: 4 });
  });

  it("takes the client id from --client-id before the environment, and needs one", async () => {
    await stagedoor("import", file(cache()), "--client-id", "other");
    expect(await stagedoor("token", "--client-id", "other")).toMatchObject({ code: 0 });
    const without = stagedoor.with({ environment: { SPOTIFY_CLIENT_ID: undefined } });
    expect(await without("import", file(cache()))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--client-id"),
    });
  });

  it("takes all entries of SpotifyWebApiPython, or none when one of them is refused", async () => {
    const entry = JSON.parse(cache({ scope: ["user-top-read"] }));
    const many = {
      [`SpotifyWebApiAuthCodePkce/${ID}/Shared`]: entry,
      [`SpotifyWebApiAuthCode/${ID}/u2`]: { ...entry, access_token: "CANARY-AT-2" },
      "SpotifyWebPlayerCookieCredentials/Shared/mia": { sp_dc: "CANARY-DC" },
    };
    const path = file(JSON.stringify(many), "tokens.json");
    await stagedoor("import", file(cache({ access_token: "CANARY-AT-9" })), "--profile", "u2");
    const refused = await stagedoor("import", path);
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('The profile "u2" has a login'),
    });
    expect(tokens()).toEqual(["CANARY-AT-9"]);
    const done = await stagedoor("import", path, "--force");
    expect(done).toMatchObject({ code: 0, stderr: expect.stringContaining("holds cookies") });
    expect([...tokens()].sort()).toEqual(["CANARY-AT-1", "CANARY-AT-2"]);
    const one = await stagedoor(
      "import",
      path,
      "--entry",
      `SpotifyWebApiAuthCode/${ID}/u2`,
      "--profile",
      "mine",
    );
    expect(one.code).toBe(0);
    expect(await stagedoor("token", "--profile", "mine")).toMatchObject({ stdout: "CANARY-AT-2\n" });
    expectNoSecret(refused, done, one);
  });

  it("refuses a client id that contradicts the file", async () => {
    const path = file(JSON.stringify({ "SpotifyWebApiAuthCode/other/Shared": JSON.parse(cache()) }));
    expect(await stagedoor("import", path)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`no login of the app ${ID}`),
    });
    expect(await stagedoor("import", path, "--client-id", "other")).toMatchObject({ code: 0 });
  });

  it("asks AsyncSpotify's users for the scopes", async () => {
    const activation_time = Math.floor(Date.now() / 1000) - 60;
    const path = file(
      JSON.stringify({ activation_time, refresh_token: "CANARY-RT-1", access_token: "CANARY-AT-1" }),
    );
    expect(await stagedoor("import", path)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("--scope"),
    });
    expect(await stagedoor("import", path, "--scope", "user-top-read")).toMatchObject({ code: 0 });
  });

  it.each([
    ["E8 a file that is not there", () => join(folder, "nothing"), 2, /cannot be read \(ENOENT\)/],
    ["a directory", () => folder, 2, /is not a plain file/],
    ["E29 a file that was cut off", () => file('{"trunc'), 1, /it ends in the middle/],
    ["a file that is too large", () => file(" ".repeat(300_000)), 2, /larger than 256 KiB/],
    ["a file that is not text", () => file(Buffer.from([0xff, 0xfe])), 2, /not UTF-8/],
    [
      "a member of the wrong type",
      () => file(cache({ expires_at: true })),
      1,
      /"expires_at" is true or false/,
    ],
  ])("refuses %s", async (_name, path, code, words) => {
    const refused = await stagedoor("import", path());
    expect(refused).toMatchObject({ code, stdout: "", stderr: expect.stringMatching(words) });
    expect(readdirSync(stagedoor.directory)).toEqual([]);
    expectNoSecret(refused);
  });

  it.skipIf(process.platform === "win32")("does not wait for a FIFO", async () => {
    const fifo = join(folder, "fifo");
    execFileSync("mkfifo", [fifo]);
    expect(await stagedoor("import", fifo)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/plain file.*\n.*\| stagedoor import -/),
    });
  });

  it("says that a byte order mark was passed over", async () => {
    const done = await stagedoor("import", file(`\ufeff${cache()}`));
    expect(done).toMatchObject({ code: 0, stderr: expect.stringContaining("byte order mark") });
  });

  it("drives no terminal with what a file says", async () => {
    const nasty = {
      [`Evil\u001b[2J/${ID}/x`]: {},
      [`SpotifyWebApiAuthCode/${ID}/Shared`]: JSON.parse(cache()),
    };
    const { stderr } = await stagedoor(
      "import",
      file(JSON.stringify(nasty)),
      "--format",
      "spotify-web-api-python",
    );
    expect(stderr).toContain("Evil");
    expect(stderr).not.toContain("\u001b");
  });

  it("needs a file and a format that there is", async () => {
    expect(await stagedoor("import")).toMatchObject({ code: 2 });
    expect(await stagedoor("import", file(cache()), "--format", "winamp")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("spotipy"),
    });
  });
});

describe("a login that was imported", () => {
  let served: ServedEmulator;

  beforeEach(async () => {
    served = await serveEmulator(createEmulator());
  });
  afterEach(() => served.close());

  it("A10 works and is refreshed like any other", async () => {
    const first = command(pointAt(served));
    const second = command(pointAt(served));
    try {
      await first("login", "--yes", "--scope", "user-top-read");
      const path = join(folder, ".cache");
      expect(await first("export", "--format", "spotipy", "-o", path)).toMatchObject({ code: 0 });
      // As spotipy leaves it after an hour.
      const old = JSON.parse(readFileSync(path, "utf8"));
      writeFileSync(path, JSON.stringify({ ...old, expires_at: old.expires_at - 7200 }));
      expect(await second("import", path, "--client-id", EMULATOR_CLIENT_ID)).toMatchObject({
        code: 0,
        stderr: expect.stringContaining(
          `is taken for one of ${new URL(served.accounts).origin}, not of Spotify`,
        ),
      });
      expect(await second("api", "GET", "/me")).toMatchObject({ code: 0 });
      const { stdout } = await second("token");
      expect(stdout.trim()).not.toBe(old.access_token);
      expect(stdout).toMatch(/^[!-~]+\n$/);
    } finally {
      first.remove();
      second.remove();
    }
  });
});
