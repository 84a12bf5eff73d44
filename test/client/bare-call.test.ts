import { describe, expect, it } from "vitest";
import type { Fetch } from "../../src/base/http.js";
import { type AccessTokenSource, BareCallError, bareCall, bareClient } from "../../src/client/bare.js";
import { connect, method } from "../../src/client/index.js";
import {
  type Endpoint,
  me,
  operations,
  player,
  playlists,
  search,
  table,
  tracks,
} from "../../src/contract/index.js";
import { Token } from "../../src/token/index.js";
import { emulated } from "../support/emulated.js";
import { everythingShown } from "../support/everything.js";
import { type FakeAnswer, fakeSend } from "../support/fake-send.js";

const TRACK = "11dFghVXANMlKmJXsNCbNl";

/** A `fetch` that records what it was given and answers what the test says, in turn. */
function fakeFetch(...answers: readonly FakeAnswer[]) {
  const requests: { readonly url: string; readonly init: RequestInit }[] = [];
  const fetch: Fetch = async (url, init) => {
    requests.push({ url, init });
    const { status = 200, headers = {}, body } = answers[Math.min(requests.length, answers.length) - 1] ?? {};
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return new Response(status === 204 ? null : text, { status, headers });
  };
  return { fetch, requests };
}

const refused = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);
const authorizationsOf = (requests: readonly { readonly init: RequestInit }[]) =>
  requests.map(({ init }) => new Headers(init.headers).get("authorization"));

describe("a bare call sends", () => {
  const source = {
    token: async () =>
      new Token({
        accessToken: "AT",
        expiresAt: Date.now() + 3_600_000,
        scopes: [],
        issuer: "https://accounts.spotify.com",
        clientId: "CID",
        grant: "authorization_code",
        authorizedAt: Date.now(),
        obtainedAt: Date.now(),
      }),
    replace: () => Promise.reject(new Error("not wanted here")),
  };
  const uris = [`spotify:track:${TRACK}`];
  const playlistId = "37i9dQZF1DXcBWIGoYBM5M";
  it.each<[string, Endpoint, Readonly<Record<string, unknown>>]>([
    ["an id in the path", tracks.get, { id: TRACK, market: "PT" }],
    ["a list in the query", tracks.several, { ids: [TRACK, TRACK] }],
    ["a text in the query", search.find, { q: "Mondnacht & Söhne + 1", type: ["track"], limit: 3 }],
    ["a choice in the path", me.top, { type: "tracks", timeRange: "short_term" }],
    ["truth and numbers", playlists.updateItems, { playlistId, rangeStart: 0, insertBefore: 3 }],
    ["members of a body", player.play, { deviceId: "D", uris, offset: { position: 0 }, positionMs: 5 }],
    [
      "members within members",
      playlists.removeItems,
      { playlistId, items: [{ uri: uris[0] }], snapshotId: "S" },
    ],
    ["nothing", me.profile, {}],
  ])("%s as any other call does", async (_name, row, args) => {
    const whole = fakeSend(() => ({ body: {} }));
    const bare = fakeFetch({ body: {} });
    const base = { ...row, scopes: { rule: "none" }, result: { kind: "ignored", status: 204 } } as const;
    await method(connect({ source, send: whole.send }), base as Endpoint)(args as never);
    await bareCall(() => "AT", base as Endpoint, args as never, bare);
    const [expected] = whole.requests;
    const [sent] = bare.requests;
    expect(bare.requests).toHaveLength(1);
    expect(sent).toMatchObject({ url: expected?.url, init: { method: expected?.method } });
    expect(sent?.init.body ?? undefined).toBe(expected?.body);
    const headers = new Headers(sent?.init.headers);
    expect(headers.get("authorization")).toBe(expected?.headers.authorization);
    if (expected?.body !== undefined)
      expect(headers.get("content-type")).toBe(expected.headers["content-type"]);
  });

  it.each(["", ".", "..", undefined, null])("OR-08 nothing where %j is the id", async (id) => {
    const { fetch, requests } = fakeFetch({ body: {} });
    const error = await refused(bareCall(() => "AT", tracks.get, { id } as never, { fetch }));
    expect(error).toBeInstanceOf(BareCallError);
    expect(error).toMatchObject({ status: 0, message: expect.stringContaining("id") });
    expect(requests).toHaveLength(0);
  });

  it("no picture, and says so", async () => {
    const { fetch, requests } = fakeFetch({ body: {} });
    const args = { playlistId, image: new Uint8Array([255, 216]) };
    expect(await refused(bareCall(() => "AT", playlists.uploadCover, args, { fetch }))).toMatchObject({
      name: "BareCallError",
      message: expect.stringContaining("picture"),
    });
    expect(requests).toHaveLength(0);
  });

  it.each(["../me", "a/../../me", "a?b#c", "a\\b", "%2e%2e", "…"])(
    "OR-08 the id %j without leaving its place in the path",
    async (id) => {
      const { fetch, requests } = fakeFetch({ body: {} });
      await bareCall(() => "AT", tracks.get, { id }, { fetch });
      const { pathname, search: query, hash, origin } = new URL(requests[0]?.url ?? "");
      expect([origin, query, hash]).toEqual(["https://api.spotify.com", "", ""]);
      expect(pathname.split("/")).toEqual(["", "v1", "tracks", encodeURIComponent(id)]);
    },
  );
});

describe("a bare call gives", () => {
  it.each<[string, Endpoint, FakeAnswer, unknown]>([
    ["what was answered", tracks.get, { body: { id: TRACK } }, { id: TRACK }],
    ["what Spotify wraps", tracks.several, { body: { tracks: [null] } }, [null]],
    ["null where nothing plays", player.state, { status: 204 }, null],
    ["nothing for a command", player.pause, { status: 204 }, undefined],
    ["nothing for a command that is answered with a text", player.pause, { body: "x1" }, undefined],
  ])("%s", async (_name, row, answer, expected) => {
    const args = row === tracks.get ? { id: TRACK } : row === tracks.several ? { ids: [TRACK] } : {};
    expect(await bareCall(() => "AT", row, args, fakeFetch(answer))).toEqual(expected);
  });

  it.each<[string, Endpoint, unknown]>([
    ["is no JSON", tracks.get, "<html>hotel</html>"],
    ["is cut off", tracks.get, '{"id":'],
    ["lacks what it should hold", tracks.several, { albums: [] }],
  ])("RS-07 an error when the answer %s", async (_name, row, body) => {
    const args = { id: TRACK, ids: [TRACK] };
    expect(await refused(bareCall(() => "AT", row, args, fakeFetch({ body })))).toMatchObject({
      name: "BareCallError",
      status: 200,
    });
  });

  it("Spotify's words, its reason and the time to come back", async () => {
    const before = Date.now();
    const error = await refused(
      bareCall(
        () => "CANARY-AT-1",
        player.play,
        {},
        fakeFetch({
          status: 429,
          headers: { "retry-after": "7" },
          body: { error: { status: 429, message: "Slow down, CANARY-AT-1", reason: "QUOTA_EXCEEDED" } },
        }),
      ),
    );
    expect(error).toMatchObject({
      status: 429,
      reason: "QUOTA_EXCEEDED",
      message: "Spotify answered 429: Slow down, [redacted]",
    });
    const { retryAt = 0 } = error as BareCallError;
    expect(retryAt - 7000).toBeGreaterThanOrEqual(before);
    expect(everythingShown(error)).not.toContain("CANARY-AT-1");
  });

  it.each([
    [404, { error: { status: 404, message: "Resource not found" } }, ": Resource not found"],
    [502, "<html>bad gateway</html>", ""],
    [400, { error: "odd" }, ""],
    [429, "Too many requests", ""],
    [302, "", ""],
  ])("RS-07 an error for status %d", async (status, body, said) => {
    const { fetch, requests } = fakeFetch({ status, body, headers: { location: "https://evil.example/" } });
    expect(await refused(bareCall(() => "AT", tracks.get, { id: TRACK }, { fetch }))).toMatchObject({
      status,
      retryAt: undefined,
      message: `Spotify answered ${status}${said}`,
    });
    expect(requests.map(({ init }) => init.redirect)).toEqual(["manual"]);
  });
});

describe("a bare call that gets a 401", () => {
  const body = { error: { status: 401, message: "The access token expired" } };

  it("RF-11 asks for another token and tries once more", async () => {
    const { fetch, requests } = fakeFetch({ status: 401, body }, { body: { id: TRACK } });
    const asked: unknown[] = [];
    const source: AccessTokenSource = (old) => {
      asked.push(old);
      return old === undefined ? "AT1" : "AT2";
    };
    expect(await bareCall(source, tracks.get, { id: TRACK }, { fetch })).toEqual({ id: TRACK });
    expect(asked).toEqual([undefined, "AT1"]);
    expect(authorizationsOf(requests)).toEqual(["Bearer AT1", "Bearer AT2"]);
  });

  it.each([
    ["when there is no other token", "AT1", 1],
    ["when the other is refused too", "AT2", 2],
  ])("RF-11 fails %s", async (_name, second, times) => {
    const { fetch, requests } = fakeFetch({ status: 401, body });
    const source: AccessTokenSource = (old) => (old === undefined ? "AT1" : second);
    expect(await refused(bareCall(source, tracks.get, { id: TRACK }, { fetch }))).toMatchObject({
      status: 401,
    });
    expect(requests).toHaveLength(times);
  });
});

describe("a bare call without an answer", () => {
  it("LK-04 says nothing of what fetch said, which may hold the token", async () => {
    const fetch: Fetch = () => Promise.reject(new TypeError("Bearer CANARY-AT-1 is an invalid header value"));
    const error = await refused(bareCall(() => "CANARY-AT-1", tracks.get, { id: TRACK }, { fetch }));
    expect(error).toMatchObject({ name: "BareCallError", status: 0 });
    expect(everythingShown(error)).not.toContain("CANARY-AT-1");
  });

  /** Never answers, and fails as `fetch` does when its signal fires. */
  const hanging: Fetch = (_url, { signal }) =>
    new Promise((_resolve, reject) => {
      const fail = () => reject(new Error("fetch failed"));
      if (signal?.aborted) fail();
      signal?.addEventListener("abort", fail);
    });

  it("NW-03 ends at its deadline", async () => {
    const options = { fetch: hanging, timeoutMs: 20 };
    expect(await refused(bareCall(() => "AT", tracks.get, { id: TRACK }, options))).toMatchObject({
      name: "TimeoutError",
    });
  });

  it("ends when its caller gives up, with the caller's reason", async () => {
    const controller = new AbortController();
    const options = { fetch: hanging, signal: controller.signal };
    const call = refused(bareCall(() => "AT", tracks.get, { id: TRACK }, options));
    controller.abort("enough");
    expect(await call).toBe("enough");
  });
});

it("a bare call reads what the whole client reads", async () => {
  const { emulator, spotify } = await emulated({ seed: 3 });
  const { accessToken } = await spotify.session.token();
  const options = { apiUrl: emulator.urls.api, fetch: emulator.fetch };
  const id = emulator.world.catalogue.idOf("album", 0);
  expect(await bareCall(() => accessToken, operations.albums.get, { id }, options)).toEqual(
    await spotify.albums.get({ id }),
  );
  const found = await bareCall(
    () => accessToken,
    search.find,
    { q: "a", type: ["track"], limit: 2 },
    options,
  );
  expect(found).toEqual(await spotify.search.find({ q: "a", type: ["track"], limit: 2 }));
});

describe("a bare client", () => {
  it("has the operations of the contract and calls them", async () => {
    const { fetch, requests } = fakeFetch({ body: {} });
    const client = bareClient(() => "AT", { fetch });
    const names = Object.entries(client).flatMap(([group, methods]) =>
      Object.keys(methods).map((name) => `${group}.${name}`),
    );
    expect(names).toEqual(table().map(({ group, name }) => `${group}.${name}`));
    await client.me.profile();
    await client.tracks.get({ id: TRACK });
    expect(requests.map(({ url }) => new URL(url).pathname)).toEqual(["/v1/me", `/v1/tracks/${TRACK}`]);
  });

  it("lets one call have other options than the rest", async () => {
    const [all, one] = [fakeFetch({ body: {} }), fakeFetch({ body: { markets: [] } })];
    const client = bareClient(() => "AT", { fetch: all.fetch });
    await client.markets.list({}, { fetch: one.fetch });
    expect([all.requests.length, one.requests.length]).toEqual([0, 1]);
  });
});
