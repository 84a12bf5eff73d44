import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createEmulator, type Emulator } from "../../src/emulator/index.js";
import { type ServedEmulator, serveEmulator } from "../../src/emulator/serve.js";
import { type Command, command, type Outcome, pointAt } from "../support/command.js";

let emulator: Emulator;
let served: ServedEmulator;
let stagedoor: Command;

beforeEach(async () => {
  emulator = createEmulator();
  served = await serveEmulator(emulator);
  stagedoor = command(pointAt(served));
});
afterEach(async () => {
  stagedoor.remove();
  await served.close();
});

const logIn = (...words: string[]) =>
  stagedoor("login", "--yes", "--scope", "user-top-read,playlist-read-private", ...words);

/** The tokens that are stored now. */
function storedTokens(): readonly string[] {
  const files = readdirSync(stagedoor.directory, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".json"),
  );
  return files.flatMap((file) => {
    const { token } = JSON.parse(readFileSync(join(stagedoor.directory, file), "utf8"));
    return [token.accessToken, token.refreshToken];
  });
}

describe("the command", () => {
  it("logs in, tells who, and stores a token that the other commands use", async () => {
    const login = await logIn();
    expect(login).toMatchObject({ code: 0, stdout: "" });
    expect(login.stderr).toMatch(/Logged in as .+ \(profile "default"\)/);
    const me = await stagedoor("api", "GET", "/me");
    expect(me).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(me.stdout)).toMatchObject({ type: "user" });
  });

  it("prints a valid token and nothing else", async () => {
    await logIn();
    const { code, stdout, stderr } = await stagedoor("token");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^[!-~]+\n$/);
    const answer = await fetch(`${served.api}/me`, { headers: { authorization: `Bearer ${stdout.trim()}` } });
    expect(answer.status).toBe(200);
  });

  it("passes query and body on", async () => {
    await stagedoor("login", "--yes", "--scope", "playlist-modify-private playlist-read-private");
    const made = await stagedoor("api", "POST", "/me/playlists", "--body", '{"name":"Mine","public":false}');
    expect(JSON.parse(made.stdout)).toMatchObject({ name: "Mine" });
    const lists = await stagedoor("api", "me/playlists", "-q", "limit=1", "--query", "offset=1");
    expect(JSON.parse(lists.stdout)).toMatchObject({ limit: 1, offset: 1 });
    const piped = stagedoor.with({ type: () => typed('{"name":"Piped","public":false}') });
    expect(JSON.parse((await piped("api", "POST", "/v1/me/playlists", "--body", "-")).stdout)).toMatchObject({
      name: "Piped",
    });
  });

  it("says the state of every profile without a token", async () => {
    await logIn();
    await logIn("--profile", "work");
    const people = await stagedoor("status");
    expect(people.code).toBe(0);
    expect(people.stdout).toMatch(/^default\n/);
    expect(people.stdout).toMatch(/good for 59 min/);
    expect(people.stdout).toMatch(/18\d days left, until 20/);
    expect(people.stdout).toContain("playlist-read-private user-top-read");
    const programs = JSON.parse((await stagedoor("status", "--json")).stdout);
    expect(programs.map((each: { profile: string }) => each.profile).sort()).toEqual(["default", "work"]);
    expect(programs[0]).toMatchObject({
      state: "active",
      scopes: ["playlist-read-private", "user-top-read"],
      reason: null,
    });
    expect(programs[0].accessTokenSecondsLeft).toBeGreaterThan(3500);
    expect(JSON.parse((await stagedoor("status", "--json", "--profile", "work")).stdout)).toHaveLength(1);
  });

  it("refreshes when told to", async () => {
    await logIn();
    const before = storedTokens();
    const { code, stdout, stderr } = await stagedoor("refresh");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toMatch(/good for 59 min|good for 1 h/);
    expect(storedTokens()[0]).not.toBe(before[0]);
  });

  it("logs out, and says where the rest is done", async () => {
    await logIn();
    const out = await stagedoor("logout");
    expect(out).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('nothing of the profile "default"'),
    });
    expect(out.stderr).not.toContain("Other logins");
    expect(storedTokens()).toEqual([]);
    expect(await stagedoor("token")).toMatchObject({
      code: 4,
      stdout: "",
      stderr: expect.stringContaining("stagedoor login"),
    });
    expect(await stagedoor("status")).toMatchObject({ code: 4 });
  });

  it("says which login it removed, and that others stay", async () => {
    await logIn();
    await logIn("--profile", "work");
    expect(await stagedoor("logout", "--profile", "work")).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/the profile "work" is stored here any more\.\nOther logins stay \(1\)/),
    });
    expect(await stagedoor("api", "GET", "/me")).toMatchObject({ code: 0 });
  });

  it("RL-05 asks no more for what the quota of is used up, in the next process either, and says until when", async () => {
    await logIn();
    const quota = { kind: "retry-after", seconds: 80_000, body: "quota", times: 1 } as const;
    emulator.faults.add({ ...quota, match: { path: "/v1/me/playlists" } });
    const first = await stagedoor("api", "GET", "/me/playlists");
    const asked = emulator.ledger.entries().length;
    const second = await stagedoor("api", "GET", "/me/playlists");
    for (const { code, stderr } of [first, second]) {
      expect(code).toBe(6);
      expect(stderr).toMatch(/Try again at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d, in 22 h 13 min\./);
    }
    expect(emulator.ledger.entries()).toHaveLength(asked);
    expect(await stagedoor("api", "GET", "/me")).toMatchObject({ code: 0 });
  });

  it("says that it waits for a limit, and goes on after it", async () => {
    await logIn();
    emulator.faults.add({ kind: "retry-after", seconds: 1, times: 1, match: { service: "api" } });
    const out = await stagedoor("api", "GET", "/me");
    expect(out).toMatchObject({ code: 0, stderr: expect.stringContaining("Spotify asks to wait") });
  });

  it("finds the app of a login by itself when the store knows only one", async () => {
    await logIn();
    const without = stagedoor.with({ environment: { SPOTIFY_CLIENT_ID: undefined } });
    expect(await without("token")).toMatchObject({ code: 0 });
  });

  it("keeps the files to the user alone", async () => {
    await logIn();
    for (const name of readdirSync(stagedoor.directory)) {
      const { mode } = statSync(join(stagedoor.directory, name));
      expect(mode & 0o077).toBe(0);
    }
  });

  it("I8 shows no token anywhere but where it was asked for one", async () => {
    const outcomes: Outcome[] = [await logIn()];
    for (const words of [
      ["status"],
      ["status", "--json"],
      ["refresh"],
      ["api", "GET", "/me"],
      ["api", "GET", "/nothing"],
    ]) {
      outcomes.push(await stagedoor(...words));
    }
    emulator.faults.add({
      kind: "status",
      status: 400,
      body: '{"error":"invalid_client"}',
      match: { service: "accounts" },
    });
    outcomes.push(await stagedoor("refresh"));
    const shown = JSON.stringify(outcomes);
    const tokens = storedTokens();
    expect(tokens.length).toBeGreaterThan(1);
    for (const token of tokens) expect(shown).not.toContain(token);
    expect(JSON.stringify(emulator.ledger.entries())).not.toContain(tokens[0]);
  });
});

describe("bad input", () => {
  it("without a client id: says which variable to set and how to get one", async () => {
    const { code, stderr } = await command()("login");
    expect(code).toBe(2);
    expect(stderr).toMatch(/SPOTIFY_CLIENT_ID/);
    expect(stderr).toMatch(/developer\.spotify\.com\/dashboard/);
  });

  it("CB-25 with localhost: gives the exact replacement", async () => {
    const local = stagedoor.with({ environment: { SPOTIFY_REDIRECT_URI: "http://localhost:8888/callback" } });
    expect(await local("login")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("http://127.0.0.1:8888/callback"),
    });
  });

  it("with a busy port: names it and what to do", async () => {
    const squatter = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => squatter.once("listening", resolve));
    const { port } = squatter.address() as AddressInfo;
    const { code, stderr } = await logIn("--port", String(port));
    squatter.close();
    expect(code).toBe(1);
    expect(stderr).toContain(String(port));
    expect(stderr).toContain("--port");
  });

  it("with an unknown profile: lists those there are", async () => {
    await logIn("--profile", "home");
    await logIn("--profile", "work");
    expect(await stagedoor("token", "--profile", "wrok")).toMatchObject({
      code: 4,
      stderr: expect.stringContaining("home, work"),
    });
    expect(await stagedoor("status", "--profile", "wrok")).toMatchObject({
      code: 4,
      stderr: expect.stringContaining("home, work"),
    });
  });

  it("E29 with a store that cannot be read: names the file, loses nothing, leaves other profiles usable", async () => {
    await logIn();
    await logIn("--profile", "work");
    const file =
      readdirSync(stagedoor.directory).find((name) => name.endsWith(".json") && name.includes("default")) ??
      "";
    const path = join(stagedoor.directory, file);
    writeFileSync(path, readFileSync(path, "utf8").slice(0, 40));
    const { code, stderr } = await stagedoor("token");
    expect(code).toBe(1);
    expect(stderr).toContain(stagedoor.directory);
    expect(stderr).toContain("stagedoor login");
    expect(readdirSync(stagedoor.directory).some((name) => name.includes("corrupt"))).toBe(true);
    expect(await stagedoor("token", "--profile", "work")).toMatchObject({ code: 0 });
    expect(await logIn()).toMatchObject({ code: 0 });
  });

  it("E26 NW-10 with the network down or a page in place of an answer: fails and keeps the token", async () => {
    await logIn();
    const before = storedTokens();
    emulator.faults.add({ kind: "html", match: { service: "accounts" } });
    expect(await stagedoor("refresh")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("proxy or captive portal"),
    });
    await served.close();
    expect(await stagedoor("refresh")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/connection to 127\.0\.0\.1:\d+ failed \(ECONNREFUSED\)/),
    });
    expect(storedTokens()).toEqual(before);
  });

  it.each([
    [["login", "--scoop", "x"], /Did you mean --scope\?/],
    [["statsu"], /Did you mean status\?/],
    [["login", "--port", "eighty"], /number from 0 to 65535/],
    [["emulate", "--tier", "gold"], /development, legacy, extended/],
    [["emulate", "--era", "baroque"], /classic, current/],
    [["emulate", "--limits", "many"], /"off", "realistic" or an object/],
    [["emulate", "--limits", '{"ratePer30s":0}'], /limits\.ratePer30s must be/],
    [["emulate", "--size", "7"], /from 100 to 1000000/],
    [["emulate", "--faults", "no-such-file"], /no-such-file cannot be read/],
    [["emulate", "--faults", "README.md"], /README\.md is not JSON/],
    [["emulate", "--faults", "package.json"], /package\.json: fault\.kind must be one of/],
    [["api", "FETCH", "/me"], /no method/],
    [["api", "GET", "/me", "--query", "limit"], /--query name=value/],
    [["api", "PUT", "/me", "--body", "{half"], /not JSON/],
    [["api"], /missing required argument/],
    [["api", "GET"], /method and one path/],
    [["api", "GET", "/me", "extra"], /method and one path/],
    [["api", "GET", "/me", "--body", "{}"], /GET has no body/],
    [["login", "--paste", "--yes"], /cannot be used with/],
    [["login", "--timeout", "0"], /from 1 to 86400/],
  ])("with %j: exit 2 and the nearest right one", async (words, message) => {
    await logIn();
    expect(await stagedoor(...words)).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringMatching(message),
    });
  });

  it.each([
    [["/me/playlist"], /Did you mean GET \/me\/playlists\?/],
    [["POST", "/me/top/tracks"], /Did you mean GET \/me\/top\/\{type\}\? \(the method is GET, not POST\)/],
    [["/track/11dFghVXANMlKmJXsNCbNl"], /Did you mean GET \/tracks\/\{id\}\?/],
    [["/me/playlist?limit=1"], /Did you mean GET \/me\/playlists\?/],
    [["/tracks", "-q", "ids=1"], /Use GET \/tracks\/\{id\} \(tracks\.get in code\) instead: https:/],
    [
      ["PUT", "/me/albums", "--body", '{"ids":[]}'],
      /Use PUT \/me\/library \(library\.save in code\) instead/,
    ],
  ])("with %j, which does not exist: names the path that is meant", async (words, message) => {
    await stagedoor("login", "--yes", "--scope", "user-library-modify,playlist-read-private");
    const { code, stdout, stderr } = await stagedoor("api", ...words);
    expect(stderr).toMatch(message);
    expect({ code: code > 0, stdout }).toEqual({ code: true, stdout: "" });
  });

  it("with a path like none that there is, or a thing that is gone: guesses nothing", async () => {
    await logIn();
    for (const path of ["/nothing/at/all", "/tracks/0000000000000000000000"]) {
      const { code, stderr } = await stagedoor("api", path);
      expect(code).toBe(1);
      expect(stderr).not.toContain("Did you mean");
    }
  });

  it.each([
    ["user-top-reed,playlist-read-private", /no scope user-top-reed\.\n {2}Did you mean user-top-read\?/],
    [
      "playlist-modify",
      /no scope playlist-modify\.\n {2}Did you mean playlist-modify-private or playlist-modify-public\?/,
    ],
    ["everything", /no scope everything\.\n {2}There are: app-remote-control .* user-top-read/],
  ])("with the scope %j: names it before anything is opened", async (scope, message) => {
    expect(await stagedoor("login", "--yes", "--scope", scope)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(message),
    });
    expect(emulator.ledger.entries()).toEqual([]);
  });

  it("with an emulator that has ended: says that nothing answers there, and how to start one", async () => {
    await logIn();
    await served.close();
    for (const words of [["api", "GET", "/me"], ["refresh"], ["login", "--yes"]])
      expect(await stagedoor(...words)).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/ECONNREFUSED\)\.\n {2}Nothing answers .* stagedoor emulate/),
      });
  });

  it("with only one of the two addresses set: nothing is sent", async () => {
    const half = stagedoor.with({ environment: { SPOTIFY_API_URL: undefined } });
    expect(await half("api", "GET", "/me")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("SPOTIFY_API_URL"),
    });
    const foreign = stagedoor.with({ environment: { SPOTIFY_API_URL: "http://evil.example/v1" } });
    expect(await foreign("api", "GET", "/me")).toMatchObject({ code: 2 });
  });

  it("OR-10 with an emulator's login and Spotify's addresses: there is no such login", async () => {
    await logIn();
    const real = stagedoor.with({
      environment: { SPOTIFY_API_URL: undefined, SPOTIFY_ACCOUNTS_URL: undefined },
    });
    expect(await real("token")).toMatchObject({ code: 4, stdout: "" });
  });

  it("with --yes at Spotify: nobody agrees in a person's place", async () => {
    const real = stagedoor.with({
      environment: { SPOTIFY_API_URL: undefined, SPOTIFY_ACCOUNTS_URL: undefined },
    });
    expect(await real("login", "--yes")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("emulator"),
    });
  });

  it("OR-01 with a path that leads out of the API: nothing leaves", async () => {
    await logIn();
    const before = emulator.ledger.entries().length;
    expect(await stagedoor("api", "GET", "https://evil.example/v1/me")).toMatchObject({
      code: 2,
      stdout: "",
    });
    expect(emulator.ledger.entries()).toHaveLength(before);
  });
});

describe("a second login", () => {
  it("keeps the scopes that the login has, and asks for more", async () => {
    await stagedoor("login", "--yes", "--scope", "playlist-read-private");
    const call = await stagedoor("api", "GET", "/me/top/tracks");
    expect(call).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('stagedoor login --scope "user-top-read"'),
    });
    await stagedoor("login", "--yes", "--scope", "user-top-read");
    const [status] = JSON.parse((await stagedoor("status", "--json")).stdout);
    expect(status.scopes).toEqual(["playlist-read-private", "user-top-read"]);
    expect(await stagedoor("api", "GET", "/me/playlists")).toMatchObject({ code: 0 });
  });

  it("asks for nothing but what is named with --reset-scopes", async () => {
    await logIn();
    await stagedoor("login", "--yes", "--reset-scopes", "--scope", "user-top-read");
    const [status] = JSON.parse((await stagedoor("status", "--json")).stdout);
    expect(status.scopes).toEqual(["user-top-read"]);
  });
});

describe("a hint", () => {
  it("names the profile that was worked with, as a shell takes it", async () => {
    await logIn("--profile", "it's work");
    emulator.revoke();
    const { stderr } = await stagedoor("refresh", "--profile", "it's work");
    expect(stderr).toContain("stagedoor login --profile 'it'\\''s work'");
  });

  it("IN-01 and everything else is said without what a profile's name could do to a terminal", async () => {
    const { stderr } = await logIn("--profile", "\u001b[31mred");
    expect(stderr).not.toContain("\u001b");
    expect((await stagedoor("logout", "--profile", "\u001b[31mred")).stderr).not.toContain("\u001b");
  });

  it("says what to do when a person is not on the app's list", async () => {
    emulator.world.defaultPerson = "sunniva";
    emulator.world.consent = "allow";
    const { code, stderr } = await logIn();
    expect(code).toBe(0);
    expect(stderr).toContain("User Management");
    expect(stderr).not.toContain("Try:");
  });
});

describe("a login by program", () => {
  it("says why it could not be had: the network", async () => {
    await served.close();
    expect(await logIn()).toMatchObject({ code: 1, stderr: expect.stringContaining("ECONNREFUSED") });
  });

  it("says why it could not be had: the accounts service's own words", async () => {
    // A scope of Spotify's partners: whether this app has it is not known here.
    expect(await logIn("--scope", "user-soa-link")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("Illegal scope"),
    });
    expect(await logIn("--client-id", "nobody")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("Invalid client"),
    });
  });

  it("is not begun when the store would not take it", async () => {
    const before = emulator.ledger.entries().length;
    expect((await logIn("--profile", "")).code).not.toBe(0);
    expect(emulator.ledger.entries()).toHaveLength(before);
  });
});

describe("a store with a damaged file", () => {
  it("is told by status, which does not say that nobody is logged in", async () => {
    await logIn();
    const file = readdirSync(stagedoor.directory).find((name) => name.endsWith(".json")) ?? "";
    writeFileSync(join(stagedoor.directory, file), "garbage");
    const { code, stderr } = await stagedoor("status");
    expect(code).toBe(1);
    expect(stderr).toContain(file);
    expect(stderr).not.toContain("Nobody");
  });

  it("FS-10 keeps nothing of it after a logout", async () => {
    await logIn();
    const file = readdirSync(stagedoor.directory).find((name) => name.endsWith(".json")) ?? "";
    writeFileSync(join(stagedoor.directory, file), "garbage with a token in it");
    expect(await stagedoor("logout")).toMatchObject({ code: 0 });
    expect(readdirSync(stagedoor.directory).filter((name) => name !== "locks")).toEqual([]);
  });
});

describe("exit codes", () => {
  it("3 when the consent is declined", async () => {
    emulator.world.consent = "deny";
    expect(await logIn()).toMatchObject({ code: 3, stderr: expect.stringContaining("declined") });
  });

  it("4 when the login has ended", async () => {
    await logIn();
    emulator.revoke();
    expect(await stagedoor("refresh")).toMatchObject({
      code: 4,
      stderr: expect.stringContaining("stagedoor login"),
    });
    const { code, stdout } = await stagedoor("status");
    expect(code).toBe(1);
    expect(stdout).toContain("ended");
    expect(stdout).toContain("no longer used");
  });

  it("5 when something is forbidden", async () => {
    await logIn();
    expect(await stagedoor("api", "GET", "/me/player")).toMatchObject({
      code: 5,
      stderr: expect.stringContaining("scope"),
    });
  });

  it("6 when Spotify asks to wait", async () => {
    await logIn();
    emulator.faults.add({ kind: "retry-after", seconds: 86_400, match: { service: "api" } });
    expect(await stagedoor("api", "GET", "/me")).toMatchObject({
      code: 6,
      stderr: expect.stringContaining("Try again at"),
    });
  });
});

/** Types what a person would: opens the address that was shown, and pastes where the browser ends. */
async function* pasteBack(said: () => string): AsyncGenerator<string> {
  let url: string | undefined;
  while (url === undefined) {
    await new Promise((resolve) => setImmediate(resolve));
    url = /http\S+authorize\S+(?=\s)/.exec(said())?.[0];
  }
  const back = await fetch(url, { redirect: "manual" });
  yield `${back.headers.get("location")}\n`;
}

describe("the main job with a redirect URI that is not on this machine", () => {
  const environment = { SPOTIFY_REDIRECT_URI: "https://example.com/callback" };

  it("is done by pasting", async () => {
    emulator.world.consent = "allow";
    const far = stagedoor.with({ environment, type: pasteBack });
    const { code, stdout } = await far("demo", "--paste");
    expect(stdout).toMatch(/50 answers, and this program saw 1 token request/);
    expect(code).toBe(0);
    expect(JSON.parse((await stagedoor("status", "--json")).stdout)).toMatchObject([{ profile: "demo" }]);
  });

  it("otherwise says that this is how", async () => {
    expect(await stagedoor.with({ environment })("demo")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--paste"),
    });
  });
});

describe("a login by pasting", () => {
  it("E22 takes the address that the browser ended on, after an empty line and a wrong one", async () => {
    emulator.world.consent = "allow";
    const pasted = stagedoor.with({
      type: async function* (said) {
        yield "\n";
        yield "http://127.0.0.1/callback?code=x&state=wrong\n";
        while (!said().includes("state differs")) await new Promise((resolve) => setImmediate(resolve));
        const [url = ""] = /http\S+authorize\S+/.exec(said()) ?? [];
        const back = await fetch(url, { redirect: "manual" });
        yield `  ${back.headers.get("location")}  \n`;
      },
    });
    const { code, stderr } = await pasted("login", "--paste");
    expect(stderr).toContain("Logged in as");
    expect(code).toBe(0);
  });

  it("ends when the input ends", async () => {
    const pasted = stagedoor.with({ type: () => typed("\n") });
    expect(await pasted("login", "--paste")).toMatchObject({ code: 3 });
  });
});

async function* typed(text: string): AsyncGenerator<string> {
  yield text;
}
