import { describe, expect, it } from "vitest";
import { askToken, callerWith, guest, stillEmulator, TIERS } from "./guest.js";

async function stage(options: Parameters<typeof stillEmulator>[0] = {}, scope?: string) {
  const emulator = stillEmulator(options);
  const call = await guest(emulator, scope === undefined ? {} : { scope });
  const idOf = (name: string) =>
    [...emulator.world.playlists.values()].find((list) => list.name === name)?.id ?? "";
  return { emulator, call, idOf };
}

describe("what is not simply a track", () => {
  it("has the shape that Spotify gives it", async () => {
    const { call, idOf } = await stage();
    const path = `/playlists/${idOf("Odds and Ends")}/items?additional_types=track,episode`;
    const { at } = await call("GET", path);
    expect(at("items", 1, "item")).toMatchObject({ type: "episode", show: { type: "show" } });
    expect(at("items", 3), "gone").toMatchObject({ item: null, track: null, is_local: false });
    expect(at("items", 4), "a file").toMatchObject({
      is_local: true,
      item: {
        id: null,
        href: null,
        name: "Untitled #2",
        artists: [{ id: null, name: "The Neighbours" }],
        album: { id: null, album_type: null, name: "Garage Tapes" },
        duration_ms: 187_000,
        uri: "spotify:local:The+Neighbours:Garage+Tapes:Untitled+%232:187",
      },
    });
  });

  it("is like a track where an app asks for tracks only: an episode, its show in place of the album", async () => {
    const { call, idOf } = await stage();
    const id = idOf("Odds and Ends");
    const episode = (await call("GET", `/playlists/${id}?additional_types=episode`)).at(
      "items",
      "items",
      1,
      "item",
    );
    const { at } = await call("GET", `/playlists/${id}`);
    expect(at("items", "items", 1, "item")).toMatchObject({
      type: "episode",
      id: Object(episode).id,
      album: { id: Object(episode).show.id, type: "show" },
      artists: [{ name: Object(episode).show.name }],
    });
    expect(at("items", "items", 1, "item")).not.toHaveProperty("show");
  });

  it("can be moved but not added, unless it is an episode", async () => {
    const { emulator, call, idOf } = await stage();
    const path = `/playlists/${idOf("Odds and Ends")}/items`;
    const local = "spotify:local:The+Neighbours:Garage+Tapes:Untitled+%232:187";
    expect((await call("POST", path, { uris: [local] })).status).toBe(400);
    expect((await call("DELETE", path, { items: [{ uri: local }] })).status).toBe(400);
    expect((await call("PUT", path, { range_start: 4, insert_before: 0 })).status).toBe(200);
    expect((await call("GET", path)).at("items", 0, "is_local")).toBe(true);
    const episode = `spotify:episode:${emulator.world.catalogue.idOf("episode", 7)}`;
    expect((await call("POST", path, { uris: [episode], position: 0 })).status).toBe(201);
    expect((await call("GET", path)).at("items", 0, "item", "uri")).toBe(episode);
    await call("DELETE", path, { items: [{ uri: episode }] });
    expect((await call("GET", path)).at("items", 0, "is_local")).toBe(true);
  });
});

describe("the older names", () => {
  it("go out beside the new ones until the transition is over for development apps", async () => {
    for (const tier of TIERS) {
      const { emulator, call, idOf } = await stage({ tier });
      const path = `/playlists/${idOf("Kitchen Radio")}`;
      for (const transition of ["both", "new"] as const) {
        emulator.world.transition = transition;
        const hasOld = transition === "both" || tier !== "development";
        const whole = await call("GET", path);
        expect(whole.at("items", "total")).toBe(42);
        expect(Object.hasOwn(Object(whole.json), "tracks")).toBe(hasOld);
        expect(Object.hasOwn(Object(whole.at("items", "items", 0)), "track")).toBe(hasOld);
        const listed = (await call("GET", "/me/playlists")).at("items", 1);
        expect(Object.hasOwn(Object(listed), "tracks")).toBe(hasOld);
      }
    }
  });

  it.each(["legacy", "extended"] as const)("lead %s apps through pages of a hundred", async (tier) => {
    const { emulator, call, idOf } = await stage({ tier });
    let path = `/playlists/${idOf("Everything, Always")}/tracks?limit=100&fields=next,items(track(uri))`;
    let count = 0;
    for (let pages = 0; path !== "" && pages < 20; pages++) {
      const answer = await call("GET", path);
      const items = answer.at("items");
      count += Array.isArray(items) ? items.length : 0;
      const next = answer.at("next");
      path = typeof next === "string" ? next.replace(emulator.urls.api, "") : "";
      if (path !== "") expect(path).toMatch(/\/tracks\?limit=100&fields=/);
    }
    expect(count).toBe(1200);
  });

  it("do not take development apps beyond fifty, nor anywhere else", async () => {
    const { call, idOf } = await stage();
    const id = idOf("Kitchen Radio");
    expect((await call("GET", `/playlists/${id}/items?limit=51`)).at("error", "message")).toBe(
      "Invalid limit",
    );
    expect((await call("GET", `/playlists/${id}/tracks`)).at("error", "message")).toBe("Forbidden");
  });
});

describe("fields", () => {
  it.each([
    ["!items,!tracks", ["name", "followers"], ["items", "tracks"]],
    ["name,owner(!display_name)", ["name", "owner"], ["id"]],
  ])("of %s leave out what they say", async (fields, kept, gone) => {
    const { call, idOf } = await stage();
    const path = `/playlists/${idOf("Kitchen Radio")}?fields=${encodeURIComponent(fields)}`;
    const { json, at } = await call("GET", path);
    for (const name of kept) expect(json).toHaveProperty(name);
    for (const name of gone) expect(json).not.toHaveProperty(name);
    if (kept.includes("owner")) {
      expect(at("owner")).toHaveProperty("id");
      expect(at("owner")).not.toHaveProperty("display_name");
    }
  });

  it("name and leave out in one breath, however deep", async () => {
    const { call, idOf } = await stage();
    const fields = "items.items(item(name,href,album(!name,href,id)))";
    const path = `/playlists/${idOf("Kitchen Radio")}?fields=${encodeURIComponent(fields)}`;
    const item = (await call("GET", path)).at("items", "items", 0, "item");
    expect(Object.keys(Object(item))).toEqual(["name", "href", "album"]);
    expect(Object.keys(Object(item).album)).toEqual(["href", "id"]);
  });

  it.each(["!", "!!name", "name!", "!items(total)"])("are refused as %s", async (fields) => {
    const { call, idOf } = await stage();
    const path = `/playlists/${idOf("Kitchen Radio")}?fields=${encodeURIComponent(fields)}`;
    expect((await call("GET", path)).status).toBe(400);
  });
});

describe("who may read", () => {
  it.each([
    ["Not For Anyone", "playlist-read-private", 200],
    ["Not For Anyone", "playlist-read-collaborative", 403],
    ["Road to Porto", "playlist-read-collaborative", 200],
    ["Road to Porto", "playlist-read-private", 403],
    ["Kitchen Radio", "user-top-read", 200],
  ])("%s with %s: %i", async (name, scope, status) => {
    const { call, idOf } = await stage({}, scope);
    for (const rest of ["", "/items", "/images"])
      expect((await call("GET", `/playlists/${idOf(name)}${rest}`)).status, rest).toBe(status);
  });

  it("is anybody for a public one, an app without a person too", async () => {
    const { emulator, idOf } = await stage({ tier: "legacy" });
    const { body } = await askToken(emulator, { grant_type: "client_credentials" });
    const call = callerWith(emulator, `Bearer ${body.access_token}`);
    expect((await call("GET", `/playlists/${idOf("Kitchen Radio")}`)).at("items", "total")).toBe(42);
    expect((await call("GET", `/playlists/${idOf("Not For Anyone")}`)).status).toBe(404);
    expect((await call("GET", `/playlists/${idOf("Kitchen Radio")}/followers/contains`)).status).toBe(403);
    expect((await call("GET", "/users/marlow.finch")).status).toBe(200);
  });

  it("goes on for followers of one that is no longer public", async () => {
    const { emulator, call, idOf } = await stage({ tier: "legacy" });
    const path = `/playlists/${idOf("Sábado")}`;
    const owner = await guest(emulator, { person: "ines.cardoso" });
    await owner("PUT", path, { public: false });
    expect((await call("GET", path)).status).toBe(200);
    expect((await (await guest(emulator, { person: "yuki.tanabe" }))("GET", path)).status).toBe(404);
  });

  it.each(TIERS)("finds Spotify's own playlists lost, but for extended apps: %s", async (tier) => {
    const { call, idOf } = await stage({ tier });
    for (const rest of ["", "/items", "/images"]) {
      const answer = await call("GET", `/playlists/${idOf("Rainy Day Piano")}${rest}`);
      expect(answer.status).toBe(tier === "extended" ? 200 : 404);
    }
  });
});

describe("links", () => {
  it("to more items of a whole playlist keep what was asked about items", async () => {
    const { emulator, call, idOf } = await stage();
    const path = `/playlists/${idOf("Long Way Home")}?additional_types=episode&fields=items.next`;
    const next = new URL(String((await call("GET", path)).at("items", "next")));
    expect(next.href.startsWith(`${emulator.urls.api}/playlists/${idOf("Long Way Home")}/items?`)).toBe(true);
    expect(Object.fromEntries(next.searchParams)).toEqual({
      additional_types: "episode",
      offset: "100",
      limit: "50",
    });
  });

  it.each(TIERS)("lead %s apps from a whole playlist to its end", async (tier) => {
    const { emulator, call, idOf } = await stage({ tier });
    const whole = await call("GET", `/playlists/${idOf("Long Way Home")}`);
    expect((await call("GET", String(whole.at("items", "href")).replace(emulator.urls.api, ""))).status).toBe(
      200,
    );
    const sizes = [];
    for (let next = whole.at("items", "next"); typeof next === "string" && sizes.length < 9; ) {
      const page = await call("GET", next.replace(emulator.urls.api, ""));
      sizes.push(Object(page.at("items")).length);
      next = page.at("next");
    }
    expect(sizes).toEqual([50, 50, 37]);
  });
});
