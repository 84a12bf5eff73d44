import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { HOUR, MINUTE } from "../../src/base/clock.js";
import { createApp } from "../../src/oauth/index.js";
import { Session } from "../../src/session/index.js";
import { type EnvStoreOptions, envStore } from "../../src/stores/env.js";
import { serializeToken } from "../../src/token/serialization.js";
import { ABSENT } from "../../src/token/store.js";
import { manualClock } from "../support/clock.js";
import { fakeSend } from "../support/fake-send.js";
import { KEY, sampleToken } from "./sample.js";

const SPOTIFY = "https://accounts.spotify.com";
const WHOLE = serializeToken(sampleToken());

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "stagedoor-secrets-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

/** Writes a secret to a file and gives its path. */
function file(name: string, text: string | Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

/** A store that sees only these variables and, unless told otherwise, no directory. */
function open(environment: Record<string, string>, options: EnvStoreOptions = {}) {
  return envStore({ environment, secretsDirectory: false, ...options });
}

const unusable = (message: RegExp) => ({ code: "store-unreadable", message: expect.stringMatching(message) });

describe("a whole token", () => {
  test("RF-23 comes from SPOTIFY_TOKEN as it was written", async () => {
    const store = open({ SPOTIFY_TOKEN: ` ${WHOLE}\n`, SPOTIFY_REFRESH_TOKEN: "CANARY-not-asked" });
    const stored = await store.read(KEY);
    expect(stored && serializeToken(stored.token)).toBe(WHOLE);
    expect(stored?.generation).toBeGreaterThan(ABSENT);
    expect(await store.list()).toEqual([KEY]);
  });

  test("RF-23 is of no use for another app or accounts service, and says so", async () => {
    const store = open({ SPOTIFY_TOKEN: WHOLE });
    await expect(store.read({ ...KEY, clientId: "other" })).rejects.toMatchObject({
      code: "issuer-mismatch",
      hint: expect.stringContaining("SPOTIFY_ACCOUNTS_URL"),
    });
    const elsewhere = open({ SPOTIFY_TOKEN: WHOLE }, { issuer: "http://127.0.0.1:4010" });
    const key = { ...KEY, provider: "127.0.0.1:4010" };
    await expect(elsewhere.read(key)).rejects.toMatchObject({ code: "issuer-mismatch" });
  });

  test.each([
    ["no JSON", "CANARY", /SPOTIFY_TOKEN .*not a JSON object/],
    ["a member missing", WHOLE.replace('"scopes"', '"CANARY"'), /its member "scopes" is missing or wrong/],
    ["of a newer version", WHOLE.replace('"version":1', '"version":2'), /its version is not 1/],
    [
      "with a line break in a secret",
      WHOLE.replace("CANARY-AT-1", "CANARY\\r\\nX: y"),
      /"accessToken" is missing/,
    ],
    ["too large", `"${"CANARY".repeat(11_000)}"`, /too large/],
  ])("RF-23 LK-04 is refused with the variable named and no value: %s", async (_name, text, message) => {
    const error = await open({ SPOTIFY_TOKEN: text })
      .read(KEY)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject(unusable(message));
    expect(inspect(error, { showHidden: true, depth: null })).not.toMatch(/CANARY/);
  });
});

describe("bare tokens", () => {
  test("RF-23 a refresh token alone is refreshed before anything is sent", async () => {
    const clock = manualClock();
    const store = open({ SPOTIFY_REFRESH_TOKEN: "CANARY-RT-1" }, { clock });
    const token = (await store.read(KEY))?.token;
    expect(token).toMatchObject({
      refreshToken: "CANARY-RT-1",
      clientId: "c0ffee",
      issuer: SPOTIFY,
      grant: "authorization_code",
      scopes: [],
      authorizedAt: clock.now(),
    });
    expect(token?.isExpired(clock.now())).toBe(true);
  });

  test("RF-23 an access token alone counts for an hour from when it was first read, and cannot be renewed", async () => {
    const clock = manualClock();
    const store = open(
      { SPOTIFY_ACCESS_TOKEN: "CANARY-AT-1", SPOTIFY_SCOPE: "user-top-read,user-read-email" },
      { clock },
    );
    const first = await store.read(KEY);
    expect(first?.token).toMatchObject({
      accessToken: "CANARY-AT-1",
      refreshToken: undefined,
      scopes: ["user-read-email", "user-top-read"],
      grant: "implicit",
      expiresAt: clock.now() + HOUR,
    });
    clock.advance(30 * MINUTE);
    expect(await store.read(KEY)).toEqual(first);
    expect((await store.read(KEY))?.token.expiresAt).toBe(first?.token.expiresAt);
  });

  test("both are used: the access token first, where it is said what was granted", async () => {
    const both = { SPOTIFY_ACCESS_TOKEN: "CANARY-AT-1", SPOTIFY_REFRESH_TOKEN: "CANARY-RT-1" };
    const clock = manualClock();
    const said = await open({ ...both, SPOTIFY_SCOPE: "" }, { clock }).read(KEY);
    expect(said?.token).toMatchObject({
      accessToken: "CANARY-AT-1",
      refreshToken: "CANARY-RT-1",
      scopes: [],
    });
    expect(said?.token.isExpired(clock.now())).toBe(false);
    const unsaid = await open(both, { clock }).read(KEY);
    expect(unsaid?.token.accessToken).not.toBe("CANARY-AT-1");
    expect(unsaid?.token.isExpired(clock.now())).toBe(true);
  });

  test("an access token alone that does not say what was granted is refused with what to type", async () => {
    await expect(open({ SPOTIFY_ACCESS_TOKEN: "CANARY-AT-1" }).read(KEY)).rejects.toMatchObject({
      ...unusable(/^SPOTIFY_ACCESS_TOKEN .*granted/),
      hint: expect.stringContaining('SPOTIFY_SCOPE="user-top-read …"'),
    });
  });

  test.each([
    ["a space", "CANARY AT"],
    ["a line break", "CANARY\r\nX-Evil: 1"],
    ["a NUL", "CANARY\0"],
    ["letters that are not ASCII", "CANARY☃"],
    ["too much", "CANARY".repeat(2000)],
  ])("RF-23 LK-04 with %s are refused with the variable named and no value", async (_name, text) => {
    for (const name of ["SPOTIFY_ACCESS_TOKEN", "SPOTIFY_REFRESH_TOKEN"]) {
      const error = await open({ [name]: text, SPOTIFY_SCOPE: "" })
        .read(KEY)
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject(unusable(new RegExp(`^${name} cannot be used`)));
      expect(inspect(error, { showHidden: true, depth: null })).not.toMatch(/CANARY/);
    }
  });

  test.each([`"CANARY-AT-1"`, "'CANARY-AT-1'", `""`])(
    "RF-23 LK-04 in quotation marks, as %s from a .env file, are refused with what to do",
    async (text) => {
      for (const name of [
        "SPOTIFY_ACCESS_TOKEN",
        "SPOTIFY_REFRESH_TOKEN",
        "SPOTIFY_SCOPE",
        "SPOTIFY_TOKEN",
      ]) {
        const error = await open({ SPOTIFY_ACCESS_TOKEN: "AT", SPOTIFY_SCOPE: "a", [name]: text })
          .read(KEY)
          .catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({
          ...unusable(new RegExp(`^${name} cannot be used: it begins and ends with a quotation mark`)),
          hint: expect.stringContaining(".env"),
        });
        expect(inspect(error, { showHidden: true, depth: null })).not.toMatch(/CANARY/);
      }
    },
  );

  test("scopes that are none are refused without showing them", async () => {
    const store = open({ SPOTIFY_ACCESS_TOKEN: "CANARY-AT-1", SPOTIFY_SCOPE: "CANARY\\" });
    await expect(store.read(KEY)).rejects.toMatchObject(
      unusable(/^SPOTIFY_SCOPE cannot be used: it holds what no scope/),
    );
  });
});

describe("whose token it is", () => {
  const environment = { SPOTIFY_REFRESH_TOKEN: "CANARY-RT-1" };

  test("is the app's that is asked for, unless the environment or the code names one", async () => {
    for (const clientId of ["c0ffee", "other"]) {
      expect((await open(environment).read({ ...KEY, clientId }))?.token.clientId).toBe(clientId);
    }
    const named = open({ ...environment, SPOTIFY_CLIENT_ID: "c0ffee" });
    expect(await named.read({ ...KEY, clientId: "other" })).toBeNull();
    expect((await named.read(KEY))?.token.clientId).toBe("c0ffee");
    const coded = open({ ...environment, SPOTIFY_CLIENT_ID: "c0ffee" }, { clientId: "coded" });
    expect(await coded.read(KEY)).toBeNull();
  });

  test("is listed where it is known", async () => {
    expect(await open(environment).list()).toEqual([]);
    expect(await open({ ...environment, SPOTIFY_CLIENT_ID: "c0ffee" }).list()).toEqual([KEY]);
    expect(await open(environment, { clientId: "c0ffee", profile: "ci" }).list()).toEqual([
      { ...KEY, profile: "ci" },
    ]);
    expect(await open({ SPOTIFY_CLIENT_ID: "c0ffee" }).list()).toEqual([]);
    expect(await open({ ...environment, SPOTIFY_CLIENT_ID_FILE: file("id", "c0ffee\n") }).list()).toEqual([
      KEY,
    ]);
  });

  test("is one profile's and one accounts service's", async () => {
    expect(await open(environment).read({ ...KEY, profile: "other" })).toBeNull();
    expect(await open(environment).read({ ...KEY, provider: "127.0.0.1:4010" })).toBeNull();
    const emulated = open({ ...environment, SPOTIFY_ACCOUNTS_URL: "http://127.0.0.1:4010/" });
    const stored = await emulated.read({ ...KEY, provider: "127.0.0.1:4010" });
    expect(stored?.token.issuer).toBe("http://127.0.0.1:4010");
    expect(await emulated.read(KEY)).toBeNull();
  });

  test("OR-10 is never an address that tokens must not be sent to", async () => {
    const store = open({ ...environment, SPOTIFY_ACCOUNTS_URL: "http://evil.example" });
    await expect(store.read(KEY)).rejects.toMatchObject({ code: "endpoint-url-invalid" });
  });
});

describe("files", () => {
  const refreshToken = async (store: ReturnType<typeof open>) => (await store.read(KEY))?.token.refreshToken;

  test("LK-05 are named by NAME_FILE, and the space around a secret does not count", async () => {
    expect(
      await refreshToken(open({ SPOTIFY_REFRESH_TOKEN_FILE: file("a", "\uFEFF CANARY-RT-1\r\n") })),
    ).toBe("CANARY-RT-1");
    const whole = await open({ SPOTIFY_TOKEN_FILE: file("b", WHOLE) }).read(KEY);
    expect(whole && serializeToken(whole.token)).toBe(WHOLE);
  });

  test("LK-05 in the secrets directory have the variable's name in small letters", async () => {
    file("spotify_refresh_token", "CANARY-RT-1");
    file("spotify_access_token", "CANARY-AT-1");
    file("spotify_scope", "user-top-read");
    file("spotify_client_id", "c0ffee");
    const store = open({}, { secretsDirectory: directory });
    expect((await store.read(KEY))?.token).toMatchObject({
      accessToken: "CANARY-AT-1",
      scopes: ["user-top-read"],
    });
    expect(await store.list()).toEqual([KEY]);
    expect(store.place).toBe(`environment variables and files in ${directory}`);
  });

  test("count after the variable, and the secrets directory after the file that is named", async () => {
    file("spotify_refresh_token", "third");
    const path = file("named", "second");
    const name = "SPOTIFY_REFRESH_TOKEN";
    const options = { secretsDirectory: directory };
    expect(await refreshToken(open({ [name]: "first", [`${name}_FILE`]: path }, options))).toBe("first");
    expect(await refreshToken(open({ [name]: " ", [`${name}_FILE`]: path }, options))).toBe("second");
    expect(await refreshToken(open({ [name]: "", [`${name}_FILE`]: "" }, options))).toBe("third");
    expect(await open({}).read(KEY)).toBeNull();
  });

  test("may be links, as Kubernetes lays them", async () => {
    mkdirSync(join(directory, "..data"));
    file("..data/spotify_refresh_token", "CANARY-RT-1");
    symlinkSync("..data/spotify_refresh_token", join(directory, "spotify_refresh_token"));
    expect(await refreshToken(open({}, { secretsDirectory: directory }))).toBe("CANARY-RT-1");
  });

  test("that are missing: one that is named is an error, a directory without one is not", async () => {
    const path = join(directory, "missing");
    const named = { SPOTIFY_TOKEN_FILE: path };
    await expect(open(named).read(KEY)).rejects.toMatchObject({
      ...unusable(/missing \(SPOTIFY_TOKEN_FILE\) cannot be used: it does not exist/),
      hint: expect.stringContaining("unset SPOTIFY_TOKEN_FILE"),
    });
    expect(await open({}, { secretsDirectory: directory }).read(KEY)).toBeNull();
    expect(await open({}, { secretsDirectory: path }).read(KEY)).toBeNull();
    expect(await open({}, { secretsDirectory: file("plain", "") }).read(KEY)).toBeNull();
  });

  const bad: readonly (readonly [string, (path: string) => unknown, RegExp])[] = [
    ["empty", (path) => writeFileSync(path, ""), /is empty/],
    ["nothing but space", (path) => writeFileSync(path, " \n"), /is empty/],
    ["too large", (path) => writeFileSync(path, "CANARY".repeat(20_000)), /too large/],
    ["not text", (path) => writeFileSync(path, Uint8Array.of(0x43, 0xff, 0xfe)), /not text in UTF-8/],
    ["a directory", (path) => mkdirSync(path), /is a directory/],
    ["a FIFO, which would be waited for", (path) => execFileSync("mkfifo", [path]), /not a plain file/],
    ["a link in a circle", (path) => symlinkSync(path, path), /cannot be read \(ELOOP\)/],
    ["with a second line", (path) => writeFileSync(path, "CANARY\nCANARY"), /control characters/],
  ];
  test.each(bad)(
    "RF-23 that cannot be used are named, and nothing of them is shown: %s",
    async (_name, make, message) => {
      const path = join(directory, "spotify_refresh_token");
      make(path);
      for (const store of [
        open({}, { secretsDirectory: directory }),
        open({ SPOTIFY_REFRESH_TOKEN_FILE: path }),
      ]) {
        const error = await store.read(KEY).catch((thrown: unknown) => thrown);
        expect(error).toMatchObject(unusable(message));
        expect(error).toMatchObject({ message: expect.stringContaining(path), hint: expect.any(String) });
        expect(inspect(error, { showHidden: true, depth: null })).not.toMatch(/CANARY/);
      }
    },
  );

  test("RF-23 that this user may not read are an error; a directory that it may not look into holds none", async () => {
    chmodSync(directory, 0o755);
    chmodSync(file("spotify_refresh_token", "CANARY-RT-1"), 0o000);
    const closed = join(directory, "closed");
    mkdirSync(closed, { mode: 0o700 });
    chmodSync(closed, 0o000);
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(65_534);
    try {
      await expect(open({}, { secretsDirectory: directory }).read(KEY)).rejects.toMatchObject({
        ...unusable(/cannot be read \(EACCES\)/),
        hint: expect.stringContaining("ls -l"),
      });
      expect(await open({}, { secretsDirectory: closed }).read(KEY)).toBeNull();
    } finally {
      if (isRoot) process.seteuid?.(0);
      chmodSync(closed, 0o700);
    }
  });

  test("are read at use and not before, and a secret that was replaced is seen by the next read", async () => {
    const path = join(directory, "late");
    const store = open({ SPOTIFY_REFRESH_TOKEN_FILE: path });
    writeFileSync(path, "CANARY-RT-1");
    const first = await store.read(KEY);
    expect(first?.token.refreshToken).toBe("CANARY-RT-1");
    expect((await store.read(KEY))?.generation).toBe(first?.generation);
    writeFileSync(path, "CANARY-RT-2");
    const second = await store.read(KEY);
    expect(second?.token.refreshToken).toBe("CANARY-RT-2");
    expect(second?.generation).not.toBe(first?.generation);
  });
});

describe("the generation", () => {
  test("is the same for the same content in every process, and another for any other", async () => {
    const contents = [
      { SPOTIFY_REFRESH_TOKEN: "a" },
      { SPOTIFY_REFRESH_TOKEN: "b" },
      { SPOTIFY_ACCESS_TOKEN: "a", SPOTIFY_SCOPE: "" },
      { SPOTIFY_ACCESS_TOKEN: "a", SPOTIFY_SCOPE: "b" },
      { SPOTIFY_ACCESS_TOKEN: "a", SPOTIFY_REFRESH_TOKEN: "a" },
      { SPOTIFY_TOKEN: WHOLE },
    ];
    const generations = async () =>
      Promise.all(contents.map(async (content) => (await open(content).read(KEY))?.generation));
    const once = await generations();
    expect(await generations()).toEqual(once);
    expect(new Set(once).size).toBe(contents.length);
    for (const generation of once)
      expect(Number.isSafeInteger(generation) && Number(generation) > ABSENT).toBe(true);
  });
});

describe("writing", () => {
  test("RF-23 is refused with the next step, also removing", async () => {
    const store = open({ SPOTIFY_TOKEN: WHOLE });
    expect(store.readOnly).toBe(true);
    const stored = await store.read(KEY);
    const typed = { code: "store-read-only", hint: expect.stringContaining("fileStore()") };
    for (const token of [sampleToken("2"), null, async () => sampleToken("2")]) {
      await expect(store.compareAndSwap(KEY, stored?.generation ?? ABSENT, token)).rejects.toMatchObject(
        typed,
      );
    }
    expect(await store.read(KEY)).toEqual(stored);
  });

  test("RF-23 touches no file", async () => {
    file("spotify_refresh_token", "CANARY-RT-1");
    const store = open({}, { secretsDirectory: directory });
    await store.compareAndSwap(KEY, ABSENT, sampleToken()).catch(() => undefined);
    await store.withLock(KEY, async () => undefined);
    expect(readdirSync(directory)).toEqual(["spotify_refresh_token"]);
  });

  test.each(["provider", "clientId", "profile"])("an empty %s is refused as everywhere", async (part) => {
    const store = open({ SPOTIFY_TOKEN: WHOLE });
    const key = { ...KEY, [part]: "" };
    const refused = { code: "argument-invalid" };
    await expect(store.read(key)).rejects.toMatchObject(refused);
    await expect(store.compareAndSwap(key, ABSENT, null)).rejects.toMatchObject(refused);
    await expect(store.withLock(key, async () => 1)).rejects.toMatchObject(refused);
  });
});

describe("the lock", () => {
  test("queues the callers of this process, in order, and can be given up", async () => {
    const store = open({});
    const order: number[] = [];
    let running = 0;
    const abort = new AbortController();
    const work = [1, 2, 3].map((number) =>
      store.withLock(KEY, async (lock) => {
        running += 1;
        expect([running, lock.isHeld()]).toEqual([1, true]);
        await Promise.resolve();
        order.push(number);
        running -= 1;
      }),
    );
    const waiting = store.withLock(KEY, async () => order.push(4), abort.signal);
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: "aborted" });
    await Promise.all(work);
    expect(order).toEqual([1, 2, 3]);
  });
});

describe("who looks at it", () => {
  test("LK-02 sees no token and no value", async () => {
    const environment = { SPOTIFY_REFRESH_TOKEN: "CANARY-RT-1", SPOTIFY_CLIENT_ID: "c0ffee" };
    const store = open(environment);
    await store.read(KEY);
    for (const text of [
      inspect(store, { showHidden: true, depth: null }),
      JSON.stringify(store),
      String(store),
    ]) {
      expect(text).not.toContain("CANARY");
    }
  });

  test("finds that making one reads nothing; process.env and /run/secrets are the defaults", async () => {
    const touched = new Proxy({}, { get: (_target, name) => expect.unreachable(`${String(name)} was read`) });
    const store = envStore({ environment: touched });
    expect(store.place).toBe("environment variables and files in /run/secrets");
    vi.stubEnv("SPOTIFY_TOKEN", WHOLE);
    onTestFinished(() => void vi.unstubAllEnvs());
    expect((await envStore().read(KEY))?.token.accessToken).toBe("CANARY-AT-1");
  });
});

describe("a session", () => {
  function setUp(environment: Record<string, string>, refreshed: Record<string, unknown> = {}) {
    const clock = manualClock();
    const fake = fakeSend((_request, index) => ({
      body: { access_token: `AT${index + 1}`, token_type: "Bearer", expires_in: 3600, ...refreshed },
    }));
    const app = createApp({ clientId: "c0ffee", send: fake.send, clock });
    const session = new Session({ app, store: open(environment, { clock }) });
    const sent = () =>
      fake.requests.map(({ body }) => new URLSearchParams(String(body)).get("refresh_token"));
    return { clock, session, sent };
  }

  test("RF-23 refreshes once, keeps the token to itself, and refreshes again from it", async () => {
    const { clock, session, sent } = setUp({ SPOTIFY_REFRESH_TOKEN: "RT1" }, { scope: "user-top-read" });
    const tokens = await Promise.all([session.token(), session.token(), session.token()]);
    expect(tokens.map((token) => token.accessToken)).toEqual(["AT1", "AT1", "AT1"]);
    expect(tokens[0]?.scopes).toEqual(["user-top-read"]);
    clock.advance(2 * HOUR);
    expect((await session.token()).accessToken).toBe("AT2");
    expect(sent()).toEqual(["RT1", "RT1"]);
  });

  test("RF-23 tells that the secret has to be replaced when Spotify replaced the refresh token, and goes on with it", async () => {
    const { clock, session, sent } = setUp({ SPOTIFY_REFRESH_TOKEN: "RT1" }, { refresh_token: "RT2" });
    const codes: string[] = [];
    session.on("save-failed", ({ error }) => codes.push(error.code));
    await session.token();
    expect(codes).toEqual(["store-read-only"]);
    clock.advance(2 * HOUR);
    await session.token();
    expect(sent()).toEqual(["RT1", "RT2"]);
  });

  test("RF-23 says clearly when a bare access token has come to its end, and sends nothing", async () => {
    const { clock, session, sent } = setUp({ SPOTIFY_ACCESS_TOKEN: "AT-bare", SPOTIFY_SCOPE: "" });
    expect((await session.token()).accessToken).toBe("AT-bare");
    clock.advance(2 * HOUR);
    await expect(session.token()).rejects.toMatchObject({
      code: "reauthorization-required",
      message: expect.stringContaining("cannot be renewed"),
    });
    expect(sent()).toEqual([]);
  });

  test("RF-23 takes a secret that was replaced, also after the old one had ended", async () => {
    const path = file("token", "RT1");
    const clock = manualClock();
    const fake = fakeSend((request) =>
      String(request.body).includes("RT1")
        ? { status: 400, body: { error: "invalid_grant" } }
        : { body: { access_token: "AT2", token_type: "Bearer", expires_in: 3600 } },
    );
    const app = createApp({ clientId: "c0ffee", send: fake.send, clock });
    const session = new Session({ app, store: open({ SPOTIFY_REFRESH_TOKEN_FILE: path }, { clock }) });
    await expect(session.token()).rejects.toMatchObject({ code: "reauthorization-required" });
    writeFileSync(path, "RT2");
    expect((await session.token()).accessToken).toBe("AT2");
  });
});
