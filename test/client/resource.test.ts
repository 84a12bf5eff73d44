import { describe, expect, it } from "vitest";
import { clientBench, failure, idOf } from "./bench.js";

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
    "spotify:local:artist:album:title:120",
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
