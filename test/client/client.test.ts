import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SPOTIFY_API_URL } from "../../src/base/origins.js";
import { ApiError, call, connect, createClient } from "../../src/client/index.js";
import { tracks } from "../../src/contract/index.js";
import { Token, type TokenSource } from "../../src/token/index.js";
import { manualClock } from "../support/clock.js";
import { everythingShown } from "../support/everything.js";
import { type FakeAnswer, fakeSend } from "../support/fake-send.js";

const ALL = [
  "user-top-read",
  "user-library-modify",
  "user-library-read",
  "user-modify-playback-state",
  "user-read-playback-state",
  "playlist-modify-private",
  "playlist-read-private",
  "user-follow-read",
];
const ID = "1i6N76fftMZhijOzFQ5ZtL";

function makeToken(
  accessToken = "CANARY-AT-1",
  scopes: readonly string[] = ALL,
  issuer = "https://accounts.spotify.com",
  grant: Token["grant"] = "authorization_code",
): Token {
  return new Token({
    accessToken,
    refreshToken: "CANARY-RT-1",
    expiresAt: Date.now() + 3_600_000,
    scopes,
    issuer,
    clientId: "CID",
    grant,
    authorizedAt: 0,
    obtainedAt: Date.now(),
  });
}

function setUp(
  answer: (index: number, url: string) => FakeAnswer = () => ({ body: {} }),
  token = makeToken(),
) {
  const clock = manualClock();
  const fake = fakeSend((request, index) => answer(index, request.url));
  const replaced: Token[] = [];
  const source: TokenSource = {
    token: async () => token,
    replace: async (rejected) => {
      replaced.push(rejected);
      return makeToken("CANARY-AT-2");
    },
  };
  return { client: createClient({ source, send: fake.send, clock }), clock, replaced, source, ...fake };
}

const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.unreachable(),
    (error: unknown) => error,
  );

describe("the request of a call", () => {
  it("carries the bearer token, and no body where there is none", async () => {
    const { client, requests } = setUp();
    await client.me.profile();
    expect(requests[0]).toMatchObject({
      method: "GET",
      url: "https://api.spotify.com/v1/me",
      body: undefined,
    });
    expect(requests[0]?.headers).toEqual({ accept: "application/json", authorization: "Bearer CANARY-AT-1" });
  });

  it("C26 writes only what was given", async () => {
    const { client, requests } = setUp(() => ({ status: 204 }));
    await client.player.play();
    await client.player.play({ deviceId: undefined });
    await client.player.pause({ deviceId: "D 1" });
    expect(requests.map((request) => request.url)).toEqual([
      `${SPOTIFY_API_URL}/me/player/play`,
      `${SPOTIFY_API_URL}/me/player/play`,
      `${SPOTIFY_API_URL}/me/player/pause?device_id=D%201`,
    ]);
    expect(requests[0]?.body).toBeUndefined();
  });

  it("B19 puts the body together in Spotify's names", async () => {
    const { client, requests } = setUp(() => ({ status: 204 }));
    await client.player.play({
      contextUri: `spotify:album:${ID}`,
      offset: { position: 2 },
      positionMs: 25_000,
    });
    expect(JSON.parse(String(requests[0]?.body))).toEqual({
      context_uri: `spotify:album:${ID}`,
      offset: { position: 2 },
      position_ms: 25_000,
    });
    expect(requests[0]?.headers["content-type"]).toBe("application/json");
  });

  it("B22 A20 E37 E40 E41 E43 E44 has the form that Spotify wants", async () => {
    const { client, requests } = setUp((_index, url) => ({
      status: url.endsWith("/items") ? 201 : 200,
      body: { snapshot_id: "s" },
    }));
    const a = "spotify:track:a";
    const b = "spotify:album:b";
    await client.playlists.updateItems({ playlistId: "P", uris: [a] });
    await client.playlists.removeItems({ playlistId: "P", items: [{ uri: a }] });
    await client.library.save({ uris: [a, b] });
    await client.playlists.create({ name: "n", public: false, collaborative: true });
    await client.playlists.addItems({ playlistId: "P", uris: [a], position: 0 });
    await client.playlists.updateItems({ playlistId: "P", rangeStart: 2, insertBefore: 0, rangeLength: 1 });
    await client.playlists.updateItems({ playlistId: "P", uris: [] });
    const seen = requests.map(({ method, url, body }) => [
      method,
      url.slice(SPOTIFY_API_URL.length),
      body && JSON.parse(String(body)),
    ]);
    expect(seen).toEqual([
      ["PUT", "/playlists/P/items", { uris: [a] }],
      ["DELETE", "/playlists/P/items", { items: [{ uri: a }] }],
      ["PUT", "/me/library?uris=spotify%3Atrack%3Aa%2Cspotify%3Aalbum%3Ab", undefined],
      ["POST", "/me/playlists", { name: "n", public: false, collaborative: true }],
      ["POST", "/playlists/P/items", { uris: [a], position: 0 }],
      ["PUT", "/playlists/P/items", { range_start: 2, insert_before: 0, range_length: 1 }],
      ["PUT", "/playlists/P/items", { uris: [] }],
    ]);
  });

  it("takes a URI or a URL where an id is wanted, and a URL where a URI is", async () => {
    const { client, requests } = setUp(() => ({ body: [true] }));
    await client.tracks.get({ id: `spotify:track:${ID}` });
    await client.tracks.get({ id: `https://open.spotify.com/intl-de/track/${ID}?si=x` });
    await client.library.contains({ uris: [`https://open.spotify.com/track/${ID}`] });
    expect(requests.map((request) => request.url.slice(SPOTIFY_API_URL.length))).toEqual([
      `/tracks/${ID}`,
      `/tracks/${ID}`,
      `/me/library/contains?uris=spotify%3Atrack%3A${ID}`,
    ]);
  });

  it.each([
    ["an id of another type", { id: `spotify:album:${ID}` }, /a track, not an album/],
    ["a path for an id", { id: "../me" }, /id, URI or URL of a track/],
    ["an unknown parameter", { id: ID, markt: "DE" }, /takes no argument markt/],
    ["a market that is none", { id: ID, market: "Germany" }, /market/],
    ["a missing id", {}, /id is missing/],
  ])("D23 C31 is not sent with %s", async (_name, args, message) => {
    const { client, requests } = setUp();
    // The types refuse these too; a program without types must be told as well.
    const get = client.tracks.get as (args: unknown) => Promise<unknown>;
    const error = await failure(get(args));
    expect(error).toMatchObject({ code: "argument-invalid", message: expect.stringMatching(message) });
    expect(requests).toHaveLength(0);
  });

  it.each([
    [{ limit: 0 }, /from 1 to 50/],
    [{ limit: 51 }, /from 1 to 50/],
    [{ limit: 1.5 }, /whole number/],
    [{ offset: -1 }, /from 0/],
    [{ offset: 100_001 }, /to 100000/],
  ])("is not sent with %j", async (args, message) => {
    const { client, requests } = setUp();
    expect(await failure(client.me.playlists(args))).toMatchObject({
      message: expect.stringMatching(message),
    });
    expect(requests).toHaveLength(0);
  });

  it("may empty a description, but not a name", async () => {
    const { client, requests } = setUp(() => ({ status: 201, body: {} }));
    await client.playlists.create({ name: "n", description: "" });
    expect(JSON.parse(String(requests[0]?.body))).toEqual({ name: "n", description: "" });
    expect(await failure(client.playlists.create({ name: "" }))).toMatchObject({ code: "argument-invalid" });
  });

  it("about a person is not sent with the token of an app", async () => {
    const { client, requests } = setUp(undefined, makeToken("AT", ALL, undefined, "client_credentials"));
    for (const call of [client.me.profile(), client.me.top({ type: "tracks" }), client.player.pause()]) {
      expect(await failure(call)).toMatchObject({
        code: "login-required",
        hint: expect.stringContaining("stagedoor login"),
      });
    }
    await client.tracks.get({ id: ID });
    expect(requests).toHaveLength(1);
  });

  it("names what is meant by an argument, in good English", async () => {
    const { client } = setUp();
    const said = async (call: Promise<unknown>) => String(await failure(call));
    expect(await said(client.users.get({ userId: "a/b" }))).toContain("of a user");
    expect(await said(client.albums.get({ id: "../x" }))).toContain("of an album");
    expect(await said(client.tracks.get({ id: ID, market: "Peru" }))).toContain(
      "a country in two capital letters",
    );
    expect(await said(client.player.transfer({ deviceIds: ["a", "b"] }))).toContain(
      "must have 1 element, not 2",
    );
  });

  it("is not sent with more things than one request may name", async () => {
    const { client, requests, source, send } = setUp();
    const ids = Array.from({ length: 51 }, () => ID);
    expect(await failure(client.me.saveTracks({ ids }))).toMatchObject({
      message: expect.stringMatching(/1 to 50 elements, not 51/),
      hint: "Use library.save, which takes any number.",
    });
    const single = call(connect({ source, send }), tracks.several, { ids });
    expect(await failure(single)).toMatchObject({ code: "argument-invalid", hint: undefined });
    expect(requests).toHaveLength(0);
  });

  it("OR-13 stays at its route, whatever an id is tried with", async () => {
    const { client, requests } = setUp();
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 40 }), async (id) => {
        requests.length = 0;
        await client.tracks.get({ id }).catch(() => undefined);
        for (const { url } of requests)
          expect(url).toMatch(/^https:\/\/api\.spotify\.com\/v1\/tracks\/[0-9A-Za-z]{1,64}$/);
      }),
      { numRuns: 2000 },
    );
  });

  it("OR-14 encodes what a text parameter holds", async () => {
    const { client, requests } = setUp();
    await client.search.find({ q: "a\r\nb&type=x#\u0000", type: ["track", "album"] });
    expect(requests[0]?.url).toBe(`${SPOTIFY_API_URL}/search?q=a%0D%0Ab%26type%3Dx%23%00&type=track%2Calbum`);
  });
});

describe("a 401", () => {
  it("gets one new token and one more try", async () => {
    const { client, requests, replaced } = setUp((index) =>
      index === 0 ? { status: 401 } : { body: { id: "me" } },
    );
    expect(await client.me.profile()).toEqual({ id: "me" });
    expect(replaced.map((token) => token.accessToken)).toEqual(["CANARY-AT-1"]);
    expect(requests.map((request) => request.headers.authorization)).toEqual([
      "Bearer CANARY-AT-1",
      "Bearer CANARY-AT-2",
    ]);
  });

  it("is not asked again with the very token that was rejected", async () => {
    const { send, requests } = setUp(() => ({ status: 401 }));
    const token = makeToken();
    const client = createClient({ source: { token: async () => token, replace: async () => token }, send });
    expect(await failure(client.me.profile())).toMatchObject({ code: "unauthorized" });
    expect(requests).toHaveLength(1);
  });

  it("C19 RF-11 after the new token is an error, not a loop", async () => {
    const { client, requests } = setUp(() => ({
      status: 401,
      body: { error: { status: 401, message: "Invalid access token" } },
    }));
    expect(await failure(client.me.profile())).toMatchObject({ code: "unauthorized", status: 401 });
    expect(requests).toHaveLength(2);
  });
});

describe("an error", () => {
  it("B20 has status, message and reason", async () => {
    const body = {
      error: {
        status: 404,
        message: "Player command failed: No active device found",
        reason: "NO_ACTIVE_DEVICE",
      },
    };
    const error = await failure(setUp(() => ({ status: 404, body })).client.player.play());
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      code: "not-found",
      status: 404,
      reason: "NO_ACTIVE_DEVICE",
      operationId: "start-a-users-playback",
    });
    expect(String(error)).toContain("No active device found");
  });

  it.each([
    [400, { error: { status: 400, message: "Invalid limit" } }, "bad-request", "Invalid limit"],
    [403, "Active premium subscription required for the owner of the app.", "forbidden", "Active premium"],
    [403, "User not registered in the Developer Dashboard", "forbidden", "not registered"],
    [403, { error: { status: 403, message: "Forbidden" } }, "forbidden", "Forbidden"],
    [404, { error: "odd", error_description: "odd" }, "not-found", "odd"],
    [405, "", "api-error", "no message"],
    [502, "<html>bad gateway</html>", "server-error", "no message"],
  ])("TR-17 RL-13 RL-14 tells %d %j as %s", async (status, body, code, words) => {
    const { client, requests } = setUp(() => ({ status, body }));
    const error = await failure(client.tracks.get({ id: ID }));
    expect(error).toMatchObject({ code, status });
    expect(String(error)).toContain(words);
    expect(requests).toHaveLength(1);
  });

  it("C23 D34 E35 tells how long a limit lasts, and does not wait by itself", async () => {
    const { client, requests, clock } = setUp(() => ({
      status: 429,
      headers: { "retry-after": "7" },
      body: "Too many requests",
    }));
    const error = await failure(client.me.profile());
    expect(error).toMatchObject({ code: "rate-limited", retryAt: clock.now() + 7000 });
    expect(requests).toHaveLength(1);
  });

  it("RL-10 tells when to come back after a failure of Spotify's, where that is said", async () => {
    const failing = (headers: Record<string, string>) => setUp(() => ({ status: 503, headers, body: "" }));
    const { client, clock } = failing({ "retry-after": "120" });
    const retryAt = clock.now() + 120_000;
    const hint = `Try again at ${new Date(retryAt).toISOString()}.`;
    expect(await failure(client.me.profile())).toMatchObject({ code: "server-error", retryAt, hint });
    expect(await failure(failing({}).client.me.profile())).toMatchObject({
      code: "server-error",
      retryAt: undefined,
      hint: "Try again later.",
    });
  });

  it.each([
    ["0", 0],
    ["79892", 79_892_000],
    ["Sat, 21 Nov 2026 12:00:30 GMT", 30_000],
    ["Sat, 21 Nov 2020 12:00:30 GMT", 0],
    ["-5", undefined],
    ["soon", undefined],
    ["2, 5", undefined],
    ["1".repeat(1000), undefined],
  ])("RL-04 reads Retry-After %j by rule", async (value, wait) => {
    const { client, clock } = setUp(() => ({ status: 429, headers: { "retry-after": value } }));
    const error = await failure(client.me.profile());
    expect(error).toMatchObject({ retryAt: wait === undefined ? undefined : clock.now() + wait });
  });

  it("RL-05 tells the quota from the rate", async () => {
    const body = { error: { status: 429, message: "Too many requests", reason: "QUOTA_EXCEEDED" } };
    const error = await failure(
      setUp(() => ({ status: 429, headers: { "retry-after": "86207" }, body })).client.me.profile(),
    );
    expect(error).toMatchObject({ code: "quota-exceeded", reason: "QUOTA_EXCEEDED" });
  });

  it("D29 names the scope that is missing before anything is sent", async () => {
    const { client, requests } = setUp(undefined, makeToken("AT", ["user-read-email"]));
    const error = await failure(client.me.top({ type: "tracks" }));
    expect(error).toMatchObject({ code: "scope-missing", status: 0, missingScopes: ["user-top-read"] });
    expect(error).toMatchObject({ hint: expect.stringContaining('--scope "user-top-read"') });
    expect(requests).toHaveLength(0);
  });

  it("names one scope to add where one of several is enough", async () => {
    const { client } = setUp(undefined, makeToken("AT", ["user-read-email"]));
    expect(await failure(client.playlists.create({ name: "x" }))).toMatchObject({
      code: "scope-missing",
      message: expect.stringContaining("needs playlist-modify-public or playlist-modify-private"),
      hint: expect.stringContaining('--scope "playlist-modify-public"'),
      heldScopes: ["user-read-email"],
    });
  });

  it("names the scopes of the types in the call", async () => {
    const { client } = setUp(undefined, makeToken("AT", ["user-library-modify"]));
    const error = await failure(
      client.library.save({ uris: [`spotify:track:${ID}`, `spotify:artist:${ID}`] }),
    );
    expect(error).toMatchObject({ missingScopes: ["user-follow-modify"] });
  });

  it("names the wave, whom it reached and what there is instead, of an operation that was removed", async () => {
    const { client } = setUp(() => ({ status: 403, body: { error: { status: 403, message: "Forbidden" } } }));
    const error = await failure(client.artists.topTracks({ id: ID }));
    expect(error).toMatchObject({ code: "endpoint-removed", status: 403 });
    expect(String(error)).toMatch(/2026-02-11 \(wave 2026-02\)/);
    expect(error).toMatchObject({ hint: expect.stringMatching(/^Nothing replaces it: https:/) });
  });

  it("refuses a removed operation unsent when the tier is known", async () => {
    const { source, send, requests } = setUp();
    const connection = connect({ source, send, tier: "development" });
    const error = await failure(call(connection, tracks.several, { ids: [ID] }));
    expect(error).toMatchObject({ code: "endpoint-removed", status: 0 });
    expect(error).toMatchObject({ hint: expect.stringMatching(/^Use tracks.get instead/) });
    expect(requests).toHaveLength(0);
  });

  it("LK-02 TR-16 shows no token, forges no line and fills no screen, even when Spotify echoes it", async () => {
    const message = `\u001b[2JBearer CANARY-AT-1\nERROR ${"x".repeat(100_000)}`;
    const error = await failure(
      setUp(() => ({ status: 400, body: { error: { status: 400, message } } })).client.me.profile(),
    );
    expect(everythingShown(error)).not.toContain("CANARY");
    const { client } = setUp(() => ({
      status: 400,
      body: { error: { status: 400, message: "no CANARY-AT-1 here\u001b[2J" } },
    }));
    const second = await failure(client.me.profile());
    expect(String(second)).toContain("no [redacted] here");
    expect(String(second)).not.toMatch(/\p{Cc}/u);
  });
});

describe("an error that quotes a token across the place where it is cut", () => {
  it("LK-02 holds no piece of it", async () => {
    const secret = "CANARY".repeat(40);
    const message = `${"x".repeat(100)}${secret}`;
    const { client } = setUp(
      () => ({ status: 400, body: { error: { status: 400, message } } }),
      makeToken(secret),
    );
    expect(everythingShown(await failure(client.me.profile()))).not.toContain("CANARY");
  });
});

describe("an answer", () => {
  it("B16 is null where nothing plays", async () => {
    expect(await setUp(() => ({ status: 204 })).client.player.state()).toBeNull();
  });

  it.each([
    [204, ""],
    [200, "oPClBVDzidwlAlSqmFF-zKNO62E"],
    [202, ""],
  ])("of a player command is not looked at (%d %j)", async (status, body) => {
    expect(await setUp(() => ({ status, body })).client.player.next()).toBeUndefined();
  });

  it("B25 E46 is taken out of its wrapping", async () => {
    const page = { items: [], next: null, cursors: { after: null }, limit: 20, href: "h" };
    expect(await setUp(() => ({ body: { artists: page } })).client.me.following({ type: "artist" })).toEqual(
      page,
    );
  });

  it.each(["<html>", "", "{half", "\u0000"])(
    "NW-10 that should be JSON and is %j is an error",
    async (body) => {
      expect(await failure(setUp(() => ({ body })).client.me.profile())).toMatchObject({
        code: "response-invalid",
        status: 200,
      });
    },
  );

  it("with fields and values that nobody knows is passed on as it is", async () => {
    const body = { type: "hologram", new_field: [1], id: null };
    expect(await setUp(() => ({ body })).client.tracks.get({ id: ID })).toEqual(body);
  });
});

describe("pages", () => {
  const page = (offset: number, total: number, next: string | null, items: unknown[] = [offset]) => ({
    href: "h",
    items,
    limit: 1,
    offset,
    total,
    next,
    previous: null,
  });
  const link = (offset: number) => `${SPOTIFY_API_URL}/me/playlists?offset=${offset}&limit=1`;

  it("are read in order to the last one", async () => {
    const { client } = setUp((index) => ({ body: page(index, 3, index < 2 ? link(index + 1) : null) }));
    const seen: unknown[] = [];
    for await (const item of client.items<unknown>(client.me.playlists({ limit: 1 }))) seen.push(item);
    expect(seen).toEqual([0, 1, 2]);
  });

  it("B25 are found inside their wrapping on every page", async () => {
    const { client } = setUp((index) => ({
      body: {
        artists: {
          ...page(index, 2, index === 0 ? `${SPOTIFY_API_URL}/me/following?type=artist&after=x` : null),
          cursors: {},
        },
      },
    }));
    const seen: unknown[] = [];
    for await (const item of client.items<unknown>(client.me.following({ type: "artist" }))) seen.push(item);
    expect(seen).toEqual([0, 1]);
  });

  it.each([
    "https://evil.example/v1/me/playlists?offset=1",
    "http://api.spotify.com/v1/me/playlists?offset=1",
    "https://api.spotify.com:8443/v1/me/playlists",
    "https://api.spotify.com@evil.example/v1/me",
    "https://api.spotify.com.evil.example/v1/me",
    "https://api.spotify.com/v2/me",
    "https://api.spotify.com/v1/../v2/me",
    "//evil.example/v1/me",
    "javascript:alert(1)",
  ])("OR-01 OR-02 D32 are not followed to %s", async (next) => {
    const { client, requests } = setUp(() => ({ body: page(0, 2, next) }));
    const read = async () => {
      for await (const _ of client.pages(client.me.playlists())) void _;
    };
    expect(await failure(read())).toMatchObject({ code: "origin-refused" });
    expect(requests).toHaveLength(1);
  });

  it("TR-19 that lead in a circle are an error", async () => {
    const { client, requests } = setUp(() => ({ body: page(0, 99, link(0)) }));
    const read = async () => {
      for await (const _ of client.pages(client.me.playlists())) void _;
    };
    expect(await failure(read())).toMatchObject({ code: "response-invalid" });
    expect(requests).toHaveLength(1);
  });

  it("E47 end at an empty one, even if it names a next, where nothing says how long the list is", async () => {
    const next = `${SPOTIFY_API_URL}/me/player/recently-played?before=1`;
    const { client, requests } = setUp(
      () => ({ body: { href: "", items: [], limit: 20, next, cursors: { after: null, before: "1" } } }),
      makeToken("AT", ["user-read-recently-played"]),
    );
    for await (const _ of client.items(client.player.recentlyPlayed())) void _;
    expect(requests).toHaveLength(1);
  });
});

describe("a raw request", () => {
  it("gives the JSON that came, and nothing for a command's text", async () => {
    const { client, requests } = setUp((index) => (index === 0 ? { body: { a: 1 } } : { body: "oPClBVDz" }));
    expect(await client.request({ method: "GET", path: "/me?x=1" })).toEqual({ a: 1 });
    expect(await client.request({ method: "POST", path: "/me/player/next" })).toBeUndefined();
    expect(requests[0]?.url).toBe(`${SPOTIFY_API_URL}/me?x=1`);
  });

  it("names the scope that it lacks before it is sent, where the contract knows the operation", async () => {
    const { client, requests } = setUp(undefined, makeToken("AT", []));
    const lacking = (method: string, path: string) => failure(client.request({ method, path }));
    expect(await lacking("GET", "/me/playlists?limit=1")).toMatchObject({
      missingScopes: ["playlist-read-private"],
    });
    expect(await lacking("PUT", `/me/library?uris=spotify:track:${ID}`)).toMatchObject({
      missingScopes: ["user-library-modify"],
    });
    expect(await lacking("POST", `/playlists/${ID}/items`)).toMatchObject({ code: "scope-missing" });
    expect(requests).toHaveLength(0);
    expect(await client.request({ method: "GET", path: "/nowhere" })).toEqual({});
  });

  it("RL-17 is as repeatable as what is sent, however its method is written", async () => {
    const { client, requests } = setUp(() => ({}));
    await client.request({ method: "post", path: "/somewhere/new" });
    await client.request({ method: "put", path: `/playlists/${ID}/items`, body: "{}" });
    expect(requests).toMatchObject([
      { method: "POST", call: { repeatable: false } },
      { method: "PUT", call: { repeatable: false } },
    ]);
  });

  it.each([
    "me",
    "https://evil.example/x",
    "//evil.example/x",
    "/../v2/x",
    "/a/../../x",
    "/%2e%2e/x",
    "/a\\b",
    // Parsers leave tabs and line breaks out before they look at dots.
    "/.\t./x",
    "/.\n./x",
    "/\r../x",
  ])("B28 E50 does not leave the API by %s", async (path) => {
    const { client, requests } = setUp();
    expect(await failure(client.request({ method: "GET", path }))).toMatchObject({ code: "origin-refused" });
    expect(requests).toHaveLength(0);
  });
});

describe("the issuer of a token", () => {
  it("OR-10 is never spoken to with the other one's token", async () => {
    const emulated = setUp(undefined, makeToken("CANARY-AT-1", ALL, "http://127.0.0.1:4010"));
    expect(await failure(emulated.client.me.profile())).toMatchObject({ code: "issuer-mismatch" });
    const { source, send, requests } = setUp();
    const toEmulator = createClient({ source, send, apiUrl: "http://127.0.0.1:4011/v1" });
    expect(await failure(toEmulator.me.profile())).toMatchObject({ code: "issuer-mismatch" });
    expect([...emulated.requests, ...requests]).toHaveLength(0);
  });

  it.each(["http://evil.example/v1", "http://localhost:4011/v1", "https://u:p@api.spotify.com/v1"])(
    "OR-10 is not kept by %s",
    (apiUrl) => {
      const { source } = setUp();
      expect(() => createClient({ source, apiUrl })).toThrow(
        expect.objectContaining({ code: "endpoint-url-invalid" }),
      );
    },
  );
});

describe("a call that is cancelled", () => {
  it("RS-01 before it began sends nothing", async () => {
    const { client, requests } = setUp();
    expect(await failure(client.me.profile({}, { signal: AbortSignal.abort() }))).toMatchObject({
      code: "aborted",
    });
    expect(requests).toHaveLength(0);
  });
});
