import { describe, expect, it } from "vitest";
import { nearMiss } from "../../src/emulator/api/near-miss.js";
import { createEmulator, EMULATOR_CLIENT_SECRET } from "../../src/emulator/index.js";
import { serveEmulator } from "../../src/emulator/serve.js";
import { askToken, callerWith, codeFor, guest, logIn, stillEmulator, VERIFIER } from "./guest.js";

describe("a request that matched nothing", () => {
  it.each([
    ["GET", "/v1/me/playlist", "/v1/me/playlists", "singular and plural: playlist should be playlists"],
    ["GET", "/me/playlists", "/v1/me/playlists", "the path starts with /v1"],
    ["GET", "/v1/search/", undefined, undefined],
    ["GET", "/v1/serach", "/v1/search", "serach should be search"],
    ["GET", "/v1/Me/top/tracks", "/v1/me/top/{type}", "Me should be me"],
    ["PUT", "/v1/search", "/v1/search", "the method is GET, not PUT"],
    [
      "GET",
      "/v1/playlists/37i9dQZF1DXcBWIGoYBM5M/item",
      "/v1/playlists/{playlist_id}/items",
      "singular and plural: item should be items",
    ],
    [
      "GET",
      "/v1/artists/0TnOYISbd1XYRBk9myaseg/albums/all",
      "/v1/artists/{id}/albums",
      "/all at the end is too much",
    ],
    ["POST", "/api/token", "/api/token", "it is an address of the accounts service"],
    ["GET", "/v1/entirely/different/things/here", undefined, undefined],
  ])("%s %s", (method, path, nearest, difference) => {
    const found = nearMiss("api", method, path);
    expect(found?.path).toBe(nearest);
    expect(found?.difference).toBe(difference);
  });

  it("has the operation beside it in the ledger, on both services", async () => {
    const emulator = stillEmulator();
    const call = await guest(emulator);
    emulator.ledger.clear();
    await call("GET", "/me/playlist");
    await call("PATCH", "/me/library");
    await emulator.fetch(`${emulator.urls.accounts}/v1/me`);
    await emulator.fetch(`${emulator.urls.accounts}/api/tokens`, { method: "POST" });
    await call("GET", "/me");
    expect(emulator.ledger.nearMisses()).toMatchObject([
      { status: 404, rule: "route", nearest: { operationId: "get-a-list-of-current-users-playlists" } },
      { status: 405, rule: "method", nearest: { difference: expect.stringMatching(/not PATCH$/) } },
      { status: 404, nearest: { path: "/v1/me", difference: "it is an address of the Web API" } },
      { status: 404, nearest: { path: "/api/token" } },
    ]);
  });
});

describe("the ledger", () => {
  it("keeps no token, code or secret that stands in a path, nor what was nearest to it", async () => {
    const emulator = stillEmulator();
    const { accessToken, refreshToken } = await logIn(emulator);
    const real = { clientId: "a", clientSecret: "0123456789abcdef0123456789abcdef", redirectUris: [] };
    emulator.registerApp({ ...real, allowAnySecret: true });
    const encoded = EMULATOR_CLIENT_SECRET.replace("_", "%5F");
    const secrets = [accessToken, refreshToken, await codeFor(emulator), EMULATOR_CLIENT_SECRET];
    const call = callerWith(emulator, `Bearer ${accessToken}`);
    emulator.ledger.clear();
    for (const secret of [...secrets, encoded, real.clientSecret, VERIFIER]) {
      await call("GET", `/tracks/${secret}`);
      await call("GET", `/artists/0TnOYISbd1XYRBk9myaseg/albums/${secret}`);
      await emulator.fetch(`${emulator.urls.accounts}/api/${secret}`);
      const seen = await (await emulator.fetch(`${emulator.urls.console}/ledger`)).text();
      expect(seen).not.toContain(secret);
      expect(seen).toContain("/v1/tracks/…");
    }
  });

  it("names the caller where it is told in which header that stands, and shows no secret that stands there", async () => {
    const emulator = stillEmulator({ callerHeader: "X-Test-Caller" });
    const { refreshToken } = await logIn(emulator);
    const callers = ["worker-3", "a:1.2_b", refreshToken, EMULATOR_CLIENT_SECRET, "a b", "<b>", ""];
    emulator.ledger.clear();
    for (const caller of callers)
      await emulator.fetch(`${emulator.urls.api}/me`, { headers: { "x-test-caller": caller } });
    await emulator.fetch(`${emulator.urls.api}/me`);
    expect(emulator.ledger.entries().map(({ caller }) => caller)).toEqual([
      "worker-3",
      "a:1.2_b",
      "…",
      "…",
      "…",
      "…",
      "…",
      undefined,
    ]);
    const picked = await emulator.fetch(`${emulator.urls.console}/ledger?caller=worker-3`);
    expect(await picked.json()).toMatchObject([{ caller: "worker-3" }]);
  });

  it("reads no such header unless it is told to", async () => {
    const emulator = stillEmulator();
    await emulator.fetch(`${emulator.urls.api}/me`, { headers: { "x-test-caller": "worker-3" } });
    expect(emulator.ledger.entries()).toHaveLength(1);
    expect(emulator.ledger.entries()[0]).not.toHaveProperty("caller");
  });

  it("keeps ids, and what people are called, as they were sent", async () => {
    const emulator = stillEmulator();
    const paths = [
      "/v1/artists/0TnOYISbd1XYRBk9myaseg/albums",
      "/v1/users/zo%C3%AB&the_moths/playlists",
      "/v1/",
    ];
    const origin = new URL(emulator.urls.api).origin;
    for (const path of paths) await emulator.fetch(origin + path);
    expect(emulator.ledger.entries().map(({ path }) => path)).toEqual(paths);
  });

  it("says in words which rule refused, and never what was sent", async () => {
    const emulator = stillEmulator();
    const call = await guest(emulator, { scope: "user-top-read user-library-read" });
    await call("GET", "/me/playlists");
    await call("GET", "/me/top/tracks?limit=secret");
    await call("GET", "/me/top/tracks?limit=51");
    await call("GET", "/me/top/tracks?time_range=secret");
    await call("GET", `/me/library/contains?uris=${new Array(41).fill(`spotify:track:${"0".repeat(22)}`)}`);
    await call("PUT", "/playlists/37i9dQZF1DXcBWIGoYBM5M", "secret".repeat(200_000));
    await emulator.fetch(`${emulator.urls.accounts}/api/token`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "secret=1&secret=2",
    });
    await askToken(emulator, { grant_type: "refresh_token", refresh_token: "secret" });
    expect(emulator.ledger.entries().slice(-8)).toMatchObject([
      { rule: "scope", why: "the token lacks a scope of the operation" },
      { rule: "parameters", why: "limit is no whole number from 1 on" },
      { rule: "parameters", why: "limit is above 50" },
      { rule: "parameters", why: "time_range is none of long_term, medium_term, short_term" },
      { rule: "parameters", why: "more than 40 uris" },
      { rule: "body", why: "the body is larger than any that is taken" },
      { rule: "invalid_request", why: "a parameter came more than once" },
      { rule: "invalid_grant", why: "Invalid refresh token" },
    ]);
    expect(JSON.stringify(emulator.ledger.entries())).not.toContain("secret");
  });

  it("waits for an entry that is there, or that comes, or until the signal", async () => {
    const emulator = stillEmulator();
    const call = callerWith(emulator, undefined);
    await call("GET", "/me");
    expect(await emulator.ledger.waitFor(({ status }) => status === 401)).toMatchObject({ sequence: 1 });
    const coming = emulator.ledger.waitFor(({ path }) => path === "/v1/tracks");
    await call("GET", "/search");
    await call("GET", "/tracks");
    expect(await coming).toMatchObject({ sequence: 3 });

    const patience = new AbortController();
    const never = emulator.ledger.waitFor(() => false, { signal: patience.signal });
    patience.abort(new Error("enough"));
    await expect(never).rejects.toThrow("enough");
    await expect(emulator.ledger.waitFor(() => false, { signal: patience.signal })).rejects.toThrow("enough");
    expect(emulator.ledger.count()).toBe(3);
  });

  it("ends a waiting whose predicate throws, and answers the request", async () => {
    const emulator = stillEmulator();
    const call = callerWith(emulator, undefined);
    let asked = 0;
    const broken = () => {
      asked++;
      throw new Error("boom");
    };
    const waiting = emulator.ledger.waitFor(broken);
    const outcome = waiting.catch((error: unknown) => error);
    expect((await call("GET", "/me")).status).toBe(401);
    expect(await outcome).toEqual(new Error("boom"));
    expect((await call("GET", "/me")).status).toBe(401);
    expect(asked).toBe(1);
    await expect(emulator.ledger.waitFor(broken)).rejects.toThrow("boom");
  });

  it("gives the newest entries", async () => {
    const emulator = stillEmulator();
    const call = callerWith(emulator, undefined);
    for (const path of ["/a", "/b", "/c"]) await call("GET", path);
    expect(emulator.ledger.last(2).map(({ path }) => path)).toEqual(["/v1/b", "/v1/c"]);
    expect(emulator.ledger.last(0)).toEqual([]);
    expect(emulator.ledger.last(9)).toHaveLength(3);
  });
});

describe("the ledger over HTTP", () => {
  const lines = (text: string) =>
    text
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));

  it.each([
    ["", [1, 2, 3, 4]],
    ["?operationId=search", [2, 4]],
    ["?status=401", [2, 3, 4]],
    ["?status=4xx&service=api", [2, 3, 4]],
    ["?person=marlow.finch", [1]],
    ["?since=2", [3, 4]],
    ["?limit=1", [4]],
    ["?limit=0", []],
    ["?path=/v1/me&method=GET", [3]],
    ["?rule=token&since=3", [4]],
  ])("%s picks entries", async (query, sequences) => {
    const emulator = stillEmulator();
    emulator.world.consent = "allow";
    await emulator.fetch(
      `${emulator.urls.accounts}/authorize?client_id=57a6ed00257a6ed00257a6ed00257a6e&response_type=code&redirect_uri=https://example.com/callback`,
    );
    for (const path of ["/search", "/me", "/search"]) await callerWith(emulator, undefined)("GET", path);
    const response = await emulator.fetch(`${emulator.urls.console}/ledger${query}`);
    const found: { sequence: number }[] = await response.json();
    expect(found.map(({ sequence }) => sequence)).toEqual(sequences);
  });

  it("refuses a query that makes no sense", async () => {
    const emulator = stillEmulator();
    for (const query of ["since=x", "limit=-1", "status=teapot"]) {
      expect((await emulator.fetch(`${emulator.urls.console}/ledger?${query}`)).status).toBe(400);
    }
  });

  it("streams what was and what comes, one a line, until the reader goes away", async () => {
    const emulator = stillEmulator();
    const call = callerWith(emulator, undefined);
    await call("GET", "/me");
    await call("GET", "/search");
    const response = await emulator.fetch(`${emulator.urls.console}/ledger?stream&operationId=search`);
    expect(response.headers.get("content-type")).toBe("application/x-ndjson");
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect(lines((await reader?.read())?.value ?? "")).toMatchObject([{ sequence: 2 }]);
    const next = reader?.read();
    await call("GET", "/me");
    await call("GET", "/search");
    expect(lines((await next)?.value ?? "")).toMatchObject([{ sequence: 4 }]);
    await reader?.cancel();
  });

  it("says how many entries a slow reader has missed", async () => {
    const emulator = stillEmulator();
    const response = await emulator.fetch(`${emulator.urls.console}/ledger`, {
      headers: { accept: "application/x-ndjson" },
    });
    const entry = {
      sequence: 0,
      time: 0,
      service: "api",
      method: "GET",
      path: "/",
      status: 200,
      committed: false,
    } as const;
    for (let count = 0; count < 10_010; count++) emulator.ledger.append({ ...entry });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    const seen: unknown[] = [];
    let rest = "";
    while (seen.length < 10_001) {
      const { value = "" } = (await reader?.read()) ?? {};
      const parts = (rest + value).split("\n");
      rest = parts.pop() ?? "";
      seen.push(...parts.map((part) => JSON.parse(part)));
    }
    expect(seen.at(-1)).toEqual({ leftOut: expect.any(Number) });
    await reader?.cancel();
  });

  it("ends when the emulator does", async () => {
    const emulator = createEmulator();
    const served = await serveEmulator(emulator);
    await fetch(`${served.api}/me`);
    const response = await fetch(`${served.console}/ledger?stream`);
    const reader = response.body?.getReader();
    await reader?.read();
    const next = reader?.read().catch(() => "ended");
    await served.close();
    expect(await next).toBe("ended");
  });
});
