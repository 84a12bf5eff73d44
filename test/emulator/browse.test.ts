import { describe, expect, it } from "vitest";
import { DAY } from "../../src/base/clock.js";
import { createEmulator } from "../../src/emulator/index.js";
import { MARKETS } from "../../src/emulator/world/markets.js";
import { newReleases } from "../../src/emulator/world/new-releases.js";
import { catalogueStage, NOBODY } from "./catalogue-stage.js";
import { START } from "./guest.js";

describe("get-new-releases", () => {
  it("gives the newest first, a hundred at most", async () => {
    const { call } = await catalogueStage({ tier: "legacy", size: { tracks: 20_000 } });
    const answer = await call("GET", "/browse/new-releases?limit=50&offset=50");
    expect(answer.at("albums", "total")).toBe(100);
    expect(answer.at("albums", "next")).toBeNull();
    const dates = Array.from({ length: 50 }, (_, place) =>
      String(answer.at("albums", "items", place, "release_date")),
    );
    const days = dates.map((date) => `${date}-01-01`.slice(0, 10));
    expect(days).toEqual([...days].sort().reverse());
    expect(answer.at("albums", "items", 0, "type")).toBe("album");
  });

  it("knows nothing of the future of the clock", async () => {
    const { world } = createEmulator({ clock: { now: () => START } });
    const { catalogue, key } = world;
    const all = Array.from({ length: catalogue.albums }, (_, album) => catalogue.album(album).releaseDate);
    for (const today of ["1971-12-31", "1980-06-15", "2003-01-01", "2025-12-31", "2090-01-01"]) {
      const albums = newReleases(key, catalogue, today);
      const past = all.filter((date) => `${date}-01-01`.slice(0, 10) <= today);
      expect(albums).toHaveLength(Math.min(100, past.length));
      for (const album of albums) expect(past).toContain(catalogue.album(album).releaseDate);
    }
  });

  it("is lost to development apps", async () => {
    const { call } = await catalogueStage();
    expect((await call("GET", "/browse/new-releases")).status).toBe(403);
  });
});

describe("get-categories", () => {
  it("names the shelves in the language that was asked for, else in English", async () => {
    const { call, api, emulator } = await catalogueStage({ tier: "legacy" });
    const names = async (query: string) =>
      (await call("GET", `/browse/categories?limit=50${query}`)).at("categories", "items", 5);
    expect(await names("&locale=de_AT")).toMatchObject({ id: "focus", name: "Konzentration" });
    expect(await names("&locale=ja_JP")).toMatchObject({ name: "集中" });
    expect(await names("&locale=xx_XX")).toMatchObject({ name: "Focus" });
    expect(await names("")).toEqual({
      href: `${api}/browse/categories/focus`,
      icons: [640, 300, 64].map((size) => ({
        url: `${emulator.urls.console}/image/focus-${size}.jpg`,
        height: size,
        width: size,
      })),
      id: "focus",
      name: "Focus",
    });
    const icon = await emulator.fetch(`${emulator.urls.console}/image/focus-300.jpg`);
    expect(icon.headers.get("content-type")).toBe("image/jpeg");
    expect((await call("GET", "/browse/categories?locale=German")).status).toBe(400);
  });

  it("has shelves with a word and shelves with an id", async () => {
    const { call } = await catalogueStage({ tier: "extended" });
    const page = await call("GET", "/browse/categories?limit=50");
    const ids = Array.from({ length: Number(page.at("categories", "total")) }, (_, place) =>
      String(page.at("categories", "items", place, "id")),
    );
    expect(ids).toContain("pop");
    expect(ids.filter((id) => /^[0-9A-Za-z]{22}$/.test(id)).length).toBeGreaterThan(2);
    for (const id of ids) expect((await call("GET", `/browse/categories/${id}`)).at("id")).toBe(id);
  });
});

describe("get-a-category", () => {
  it("knows none where there is none", async () => {
    const { call } = await catalogueStage({ tier: "legacy" });
    expect((await call("GET", "/browse/categories/pop?locale=es_MX")).at("name")).toBe("Pop");
    expect((await call("GET", `/browse/categories/${NOBODY}`)).status).toBe(404);
  });
});

describe("get-featured-playlists", () => {
  it("gives Spotify's own playlists under a headline, to extended apps only", async () => {
    const { call } = await catalogueStage({ tier: "extended" });
    const answer = await call("GET", "/browse/featured-playlists?locale=fr_FR&limit=2");
    expect(answer.json).toMatchObject({
      message: "Le choix de la rédaction",
      playlists: { items: [{ owner: { id: "spotify" } }, { owner: { id: "spotify" } }], total: 10 },
    });
    const first = String(answer.at("playlists", "items", 0, "id"));
    expect((await call("GET", `/playlists/${first}`)).status).toBe(200);
    const { call: legacy } = await catalogueStage({ tier: "legacy" });
    expect((await legacy("GET", "/browse/featured-playlists")).status).toBe(403);
    expect((await legacy("GET", `/playlists/${first}`)).status).toBe(404);
  });
});

describe("get-a-categories-playlists", () => {
  it("gives the playlists on a shelf, not the same on each", async () => {
    const { call } = await catalogueStage({ tier: "extended" });
    const on = async (id: string) =>
      (await call("GET", `/browse/categories/${id}/playlists`)).at("playlists");
    expect(await on("pop")).toHaveProperty("items.2.owner.id", "spotify");
    expect(Reflect.get(Object(await on("pop")), "items")).not.toEqual(
      Reflect.get(Object(await on("jazz")), "items"),
    );
    expect((await call("GET", "/browse/categories/nothing/playlists")).status).toBe(404);
  });
});

describe("get-available-markets", () => {
  it("lists countries, each once", async () => {
    const { call } = await catalogueStage({ tier: "legacy" });
    const answer = await call("GET", "/markets");
    expect(answer.json).toEqual({ markets: [...MARKETS] });
    expect(new Set(MARKETS).size).toBe(MARKETS.length);
    expect(MARKETS).toEqual([...MARKETS].sort());
    for (const market of MARKETS) expect(market).toMatch(/^[A-Z]{2}$/);
  });

  it("is lost to development apps", async () => {
    const { call } = await catalogueStage();
    expect((await call("GET", "/markets")).status).toBe(403);
  });
});

describe("dates", () => {
  it("stay as they are while the clock goes on", async () => {
    const { emulator, call } = await catalogueStage({ tier: "legacy" });
    const before = (await call("GET", "/browse/new-releases")).text;
    emulator.advance(DAY / 48);
    expect((await call("GET", "/browse/new-releases")).text).toBe(before);
  });
});
