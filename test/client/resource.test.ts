import { describe, expect, it } from "vitest";
import { StagedoorError } from "../../src/base/errors.js";
import { createSpotify } from "../../src/index.js";
import { clientBench, failure, idOf, refused } from "./bench.js";

const ID = idOf(1);

describe("client.get", () => {
  it.each([
    [`spotify:album:${ID}`, `/albums/${ID}`],
    [`spotify:artist:${ID}`, `/artists/${ID}`],
    [`spotify:audiobook:${ID}`, `/audiobooks/${ID}`],
    [`spotify:chapter:${ID}`, `/chapters/${ID}`],
    [`spotify:episode:${ID}`, `/episodes/${ID}`],
    [`spotify:playlist:${ID}`, `/playlists/${ID}`],
    [`spotify:show:${ID}`, `/shows/${ID}`],
    [`spotify:track:${ID}`, `/tracks/${ID}`],
    ["spotify:user:zo%C3%AB", "/users/zo%C3%AB"],
    [`spotify:user:somebody:playlist:${ID}`, `/playlists/${ID}`],
    [`https://open.spotify.com/intl-de/track/${ID}?si=abc#x`, `/tracks/${ID}`],
    [`https://open.spotify.com/embed/show/${ID}`, `/shows/${ID}`],
    [`https://play.spotify.com/user/somebody/playlist/${ID}`, `/playlists/${ID}`],
  ])("reads %s at %s", async (given, path) => {
    const { client, seen } = clientBench(() => ({ body: { type: "x" } }));
    expect(await client.get(given)).toEqual({ type: "x" });
    expect(seen().map((request) => request.path)).toEqual([path]);
  });

  it.each([
    ID,
    "",
    `https://evil.com/track/${ID}`,
    `https://open.spotify.com.evil.com/track/${ID}`,
    `https://open.spotify.com@evil.com/track/${ID}`,
    "spotify:track:../me",
    "https://open.spotify.com/track/..%2f..%2fme",
    `ftp://open.spotify.com/track/${ID}`,
  ])("refuses %s before a byte leaves", async (given) => {
    const { client, seen } = clientBench(() => ({ body: {} }));
    expect(await failure(client.get(given))).toMatchObject({
      code: "argument-invalid",
      hint: expect.stringContaining("spotify:track:"),
    });
    expect(seen()).toEqual([]);
  });
});

describe("what a program without types may hand in", () => {
  // Reached by name, as a program in JavaScript would, and past the types.
  const call = (client: object, group: string, name: string, args: unknown): Promise<unknown> =>
    Promise.resolve().then(() => Reflect.get(Reflect.get(client, group), name)(args));

  it.each(
    [
      ["tracks", "get"],
      ["tracks", "several"],
      ["search", "find"],
      ["library", "save"],
      ["library", "contains"],
      ["playlists", "add"],
      ["playlists", "replace"],
      ["playlists", "remove"],
      ["playlists", "clear"],
      ["playlists", "reorder"],
      ["me", "saveAlbums"],
      ["player", "deviceNamed"],
      ["player", "queueMany"],
    ].flatMap(([group = "", name = ""]) =>
      [undefined, null, 7, "x", [], { q: null, ids: null, uris: null }].map(
        (args) => [group, name, args] as const,
      ),
    ),
  )("%s.%s(%j) is refused in words of ours, unsent", async (group, name, args) => {
    const { client, seen } = clientBench(() => ({ body: { devices: [] } }));
    const error = await failure(call(client, group, name, args));
    expect(error).toBeInstanceOf(StagedoorError);
    expect(seen().every(({ method }) => method === "GET" && name === "deviceNamed")).toBe(true);
  });

  it("is no tier, and no deadline", () => {
    // @ts-expect-error there is no such tier
    expect(() => clientBench(() => ({}), { tier: "dev" })).toThrow(/no tier dev/);
    for (const timeoutMs of [0, -1, Number.NaN, 2 ** 31]) {
      expect(() => createSpotify({ clientId: "x", timeoutMs })).toThrow(/deadline of .* ms/);
    }
  });
});

describe("what has no address of its own", () => {
  it("is a local file, and that is said", async () => {
    const { client, seen } = clientBench(() => ({ body: {} }));
    expect(await failure(client.get("spotify:local:artist:album:title:120"))).toMatchObject({
      code: "argument-invalid",
      hint: expect.stringContaining("parseLocalFile"),
    });
    expect(seen()).toEqual([]);
  });

  it("is a chapter, which calls itself an episode: it is looked for there too", async () => {
    const { client, seen } = clientBench(({ path }) =>
      path.startsWith("/episodes/")
        ? refused(404, "Resource not found")
        : { body: { type: "episode", chapter_number: 0 } },
    );
    expect(await client.get(`spotify:episode:${ID}`)).toMatchObject({ chapter_number: 0 });
    expect(seen().map(({ path }) => path)).toEqual([`/episodes/${ID}`, `/chapters/${ID}`]);
  });

  it("is an episode that is nowhere: the first refusal counts", async () => {
    const { client } = clientBench(({ path }) => refused(path.startsWith("/episodes/") ? 404 : 500, "no"));
    expect(await failure(client.get(`spotify:episode:${ID}`))).toMatchObject({
      code: "not-found",
      status: 404,
    });
    const limited = clientBench(() => refused(429, "slow down"));
    expect(await failure(limited.client.get(`spotify:episode:${ID}`))).toMatchObject({
      code: "rate-limited",
    });
    expect(limited.seen()).toHaveLength(1);
  });
});

describe("the market that was set for all calls", () => {
  it("goes along where a call takes one and names none", async () => {
    const { client, seen } = clientBench(() => ({ body: {} }), { market: "PT" });
    await client.tracks.get({ id: ID });
    await client.tracks.get({ id: ID, market: "GB" });
    await client.artists.get({ id: ID });
    await client.get(`spotify:show:${ID}`);
    expect(seen().map(({ query }) => query.get("market"))).toEqual(["PT", "GB", null, "PT"]);
  });

  it.each(["pt", "PRT", "", "P\nT"])("must be a country, not %j", (market) => {
    expect(() => clientBench(() => ({}), { market })).toThrow(
      expect.objectContaining({ code: "argument-invalid", hint: expect.stringContaining("GB") }),
    );
  });
});
