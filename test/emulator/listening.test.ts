import { describe, expect, it } from "vitest";
import { guest, stillEmulator } from "./guest.js";

async function stage(person?: string) {
  const emulator = stillEmulator();
  const call = await guest(emulator, person === undefined ? {} : { person });
  const uri = (kind: "track" | "album" | "artist", index: number) =>
    `spotify:${kind}:${emulator.world.catalogue.idOf(kind, index)}`;
  return { emulator, call, uri };
}

describe("the player", () => {
  it("answers 204 while nothing plays", async () => {
    const { call } = await stage();
    const answer = await call("GET", "/me/player");
    expect([answer.status, answer.text]).toEqual([204, ""]);
  });

  it("runs by the clock, from one track into the next, until its end", async () => {
    const { emulator, call, uri } = await stage();
    const { catalogue } = emulator.world;
    await call("PUT", "/me/player/play", { uris: [uri("track", 0), uri("track", 1)], position_ms: 1000 });
    const length = catalogue.track(0).durationMs;
    emulator.advance(2000);
    const playing = await call("GET", "/me/player");
    expect(playing.json).toMatchObject({
      is_playing: true,
      progress_ms: 3000,
      item: { id: catalogue.idOf("track", 0) },
      device: { name: "Marlow's laptop", is_active: true },
      context: null,
    });
    emulator.advance(length);
    expect((await call("GET", "/me/player")).json).toMatchObject({
      progress_ms: 3000,
      item: { id: catalogue.idOf("track", 1) },
    });
    emulator.advance(600_000);
    expect((await call("GET", "/me/player")).at("is_playing")).toBe(false);
  });

  it("pauses, goes on where it was, and skips", async () => {
    const { emulator, call, uri } = await stage();
    await call("PUT", "/me/player/play", { context_uri: uri("album", 0), offset: { position: 2 } });
    emulator.advance(5000);
    await call("PUT", "/me/player/pause");
    emulator.advance(60_000);
    const paused = await call("GET", "/me/player");
    expect(paused.json).toMatchObject({
      is_playing: false,
      progress_ms: 5000,
      item: { id: emulator.world.catalogue.idOf("track", 2) },
      context: { type: "album", uri: uri("album", 0) },
    });
    expect((await call("PUT", "/me/player/pause")).at("error", "reason")).toBe("UNKNOWN");
    await call("PUT", "/me/player/play");
    emulator.advance(1000);
    expect((await call("GET", "/me/player")).at("progress_ms")).toBe(6000);
    await call("POST", "/me/player/next");
    expect((await call("GET", "/me/player")).json).toMatchObject({
      progress_ms: 0,
      item: { id: emulator.world.catalogue.idOf("track", 3) },
    });
  });

  it("starts a context at a track that is named by its URI, but no artist", async () => {
    const { call, uri, emulator } = await stage();
    const offset = { uri: uri("track", 4) };
    await call("PUT", "/me/player/play", { context_uri: uri("album", 0), offset });
    expect((await call("GET", "/me/player")).at("item", "uri")).toBe(offset.uri);
    const artist = emulator.world.catalogue.album(0).artist;
    const refused = await call("PUT", "/me/player/play", { context_uri: uri("artist", artist), offset });
    expect(refused.at("error", "message")).toBe("can't have offset for context type: ARTIST");
  });

  it("needs Premium, then a device", async () => {
    expect((await (await stage("tobias.k")).call("PUT", "/me/player/play")).json).toEqual({
      error: { status: 403, message: "Player command failed: Premium required", reason: "PREMIUM_REQUIRED" },
    });
    expect((await (await stage("yuki.tanabe")).call("PUT", "/me/player/pause")).json).toEqual({
      error: {
        status: 404,
        message: "Player command failed: No active device found",
        reason: "NO_ACTIVE_DEVICE",
      },
    });
    const { call } = await stage();
    expect((await call("PUT", "/me/player/play?device_id=none")).at("error", "message")).toBe(
      "Device not found",
    );
  });

  it("makes a device active by playing on it", async () => {
    const { call, emulator, uri } = await stage("ines.cardoso");
    const device = emulator.world.people.get("ines.cardoso")?.devices[0]?.id;
    expect((await call("POST", "/me/player/next")).status).toBe(404);
    const started = await call("PUT", `/me/player/play?device_id=${device}`, { uris: [uri("track", 0)] });
    expect(started.status).toBe(204);
    expect((await call("POST", "/me/player/next")).status).toBe(204);
  });

  it("answers writes with 204, with stray text, or with both in turn", async () => {
    const { call, emulator } = await stage();
    const { world } = emulator;
    const command = () => call("PUT", "/me/player/repeat?state=track");
    world.playerAnswers = "text";
    const text = await command();
    expect(text.status).toBe(200);
    expect(() => JSON.parse(text.text)).toThrow(SyntaxError);
    expect(text.headers.get("content-type")).toContain("text/plain");
    world.playerAnswers = "mislabelled";
    // The guest believes the header, as clients do that fail at this.
    await expect(command()).rejects.toThrow(SyntaxError);
    world.playerAnswers = "mixed";
    const statuses = [];
    for (let count = 0; count < 3; count++) statuses.push((await command()).status);
    expect(statuses.sort()).toEqual([200, 204, 204]);
    world.playerAnswers = "empty";
    expect((await command()).status).toBe(204);
  });
});

describe("the library", () => {
  it("saves, tells and removes, by URIs in the query, with 200 and nothing in it", async () => {
    const { call, uri } = await stage();
    const uris = [uri("track", 700), uri("album", 77), uri("artist", 3)].join(",");
    await call("DELETE", `/me/library?uris=${uris}`);
    expect((await call("GET", `/me/library/contains?uris=${uris}`)).json).toEqual([false, false, false]);
    const saved = await call("PUT", `/me/library?uris=${uris}`);
    expect([saved.status, saved.text]).toEqual([200, ""]);
    expect((await call("GET", `/me/library/contains?uris=${uris}`)).json).toEqual([true, true, true]);
  });

  it("does not look into the body", async () => {
    const { call, uri } = await stage();
    expect((await call("PUT", "/me/library", { uris: [uri("track", 0)] })).json).toEqual({
      error: { status: 400, message: "Missing required field: uris" },
    });
  });

  it.each([
    ["track", "user-library-modify"],
    ["artist", "user-follow-modify"],
  ] as const)("needs for a %s the scope %s", async (kind, scope) => {
    const emulator = stillEmulator();
    const path = `/me/library?uris=spotify:${kind}:${emulator.world.catalogue.idOf(kind, 0)}`;
    expect((await (await guest(emulator, { scope }))("PUT", path)).status).toBe(200);
    expect((await (await guest(emulator, { scope: "user-top-read" }))("PUT", path)).status).toBe(403);
  });

  it("follows artists, who are then in the list of those that are followed", async () => {
    const { call, emulator } = await stage();
    emulator.world.libraryOf("marlow.finch").clear();
    const ids = [1, 2, 3].map((index) => emulator.world.catalogue.idOf("artist", index));
    await call("PUT", `/me/library?uris=${ids.map((id) => `spotify:artist:${id}`).join(",")}`);
    const first = await call("GET", "/me/following?type=artist&limit=2");
    expect(first.json).toMatchObject({
      artists: { items: [{ id: ids[0] }, { id: ids[1] }], total: 3, cursors: { after: ids[1] }, limit: 2 },
    });
    const next = String(first.at("artists", "next"));
    expect(next).toContain("type=artist");
    const second = await call("GET", next.replace(emulator.urls.api, ""));
    expect(second.json).toMatchObject({
      artists: { items: [{ id: ids[2] }], next: null, cursors: { after: null } },
    });
  });
});

describe("search", () => {
  it("finds by words of the name, whatever their case, and pages within one type", async () => {
    const { call, emulator } = await stage();
    const { name } = emulator.world.catalogue.track(17);
    const found = await call(
      "GET",
      `/search?type=track,artist&limit=1&q=${encodeURIComponent(name.toUpperCase())}`,
    );
    expect(String(found.at("tracks", "items", 0, "name")).toLowerCase()).toContain(name.toLowerCase());
    expect(found.at("artists")).toMatchObject({ limit: 1, offset: 0 });
    expect(found.at("tracks", "href")).toMatch(/type=track&/);
  });

  it("obeys filters", async () => {
    const { call, emulator } = await stage();
    const { catalogue } = emulator.world;
    const album = catalogue.album(5);
    const artist = catalogue.artist(album.artist).name;
    const q = `album:"${album.name}" artist:"${artist}" year:${album.releaseDate.slice(0, 4)}`;
    const found = await call("GET", `/search?type=track,album&q=${encodeURIComponent(q)}`);
    expect(found.at("albums", "items", 0, "id")).toBe(album.id);
    expect(found.at("tracks", "items", 0, "album", "id")).toBe(album.id);
    const none = await call(
      "GET",
      `/search?type=album&q=${encodeURIComponent(`album:"${album.name}" year:1900-1901`)}`,
    );
    expect(none.at("albums")).toMatchObject({ items: [], total: 0, next: null });
  });

  it("finds shows, episodes and audiobooks too, and no playlists of Spotify's", async () => {
    const { call } = await stage();
    const found = await call("GET", "/search?q=a&type=show,episode,audiobook,playlist");
    expect(found.at("shows", "items", 0, "type")).toBe("show");
    expect(found.at("episodes", "items", 0, "type")).toBe("episode");
    expect(found.at("audiobooks", "items", 0, "type")).toBe("audiobook");
    expect(JSON.stringify(found.at("playlists"))).not.toContain("Today's Loudest");
  });
});

describe("the profile", () => {
  it("shows development apps no country, product, email and followers", async () => {
    const { call } = await stage();
    const { json } = await call("GET", "/me");
    expect(json).toMatchObject({ id: "marlow.finch", account_id: "kT4wZ9sQ2x", type: "user" });
    for (const member of ["country", "product", "email", "followers", "explicit_content"]) {
      expect(json).not.toHaveProperty(member);
    }
  });

  it("shows others what their scopes allow", async () => {
    const emulator = stillEmulator({ tier: "legacy" });
    const all = await (await guest(emulator))("GET", "/me");
    expect(all.json).toMatchObject({ country: "GB", product: "premium", email: "marlow@example.com" });
    const few = await (await guest(emulator, { scope: "user-read-private" }))("GET", "/me");
    expect(few.json).toMatchObject({ country: "GB" });
    expect(few.json).not.toHaveProperty("email");
  });
});

describe("favourites", () => {
  it("differ by time range and have no double", async () => {
    const { call } = await stage();
    const lists = [];
    for (const range of ["short_term", "medium_term", "long_term"]) {
      const { json, at } = await call("GET", `/me/top/tracks?limit=50&time_range=${range}`);
      const items = at("items");
      const ids = Array.isArray(items) ? items.map(({ id }) => id) : [];
      expect(new Set(ids).size, JSON.stringify(Object(json).href)).toBe(50);
      lists.push(ids.join());
    }
    expect(new Set(lists).size).toBe(3);
  });

  it("links from page to page on the API's own origin and keep the time range", async () => {
    const { call, emulator } = await stage();
    const middle = await call("GET", "/me/top/artists?limit=10&offset=10&time_range=short_term");
    const next = new URL(String(middle.at("next")));
    expect(next.href.startsWith(`${emulator.urls.api}/me/top/artists?`)).toBe(true);
    expect(Object.fromEntries(next.searchParams)).toEqual({
      limit: "10",
      offset: "20",
      time_range: "short_term",
    });
    expect(new URL(String(middle.at("previous"))).searchParams.get("offset")).toBe("0");
    expect((await call("GET", "/me/top/artists?limit=50")).at("next")).toBeNull();
  });
});

describe("tracks", () => {
  it("come several at a time for legacy apps, null where there is none", async () => {
    const emulator = stillEmulator({ tier: "legacy" });
    const id = emulator.world.catalogue.idOf("track", 8);
    const answer = await (await guest(emulator))("GET", `/tracks?ids=${id},${"0".repeat(22)}`);
    expect(answer.json).toMatchObject({ tracks: [{ id }, null] });
  });

  it("are judged by the person's own market, whatever the request says", async () => {
    const emulator = stillEmulator();
    const { catalogue } = emulator.world;
    const closed = Array.from({ length: catalogue.tracks }, (_, index) => catalogue.track(index)).find(
      ({ closedMarket }) => closedMarket === "GB",
    );
    const answer = await (await guest(emulator))("GET", `/tracks/${closed?.id}?market=US`);
    expect(answer.json).toMatchObject({ is_playable: false, restrictions: { reason: "market" } });
  });
});
