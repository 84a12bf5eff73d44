import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createCatalogue } from "../../src/emulator/world/catalogue.js";
import { keyOf } from "../../src/emulator/world/key.js";
import { catalogueStage, firstIndex, NOBODY } from "./catalogue-stage.js";

describe("get-an-artist", () => {
  it("shows development apps neither followers nor popularity", async () => {
    const { catalogue, call } = await catalogueStage();
    const { id, name, genres } = catalogue.artist(3);
    const { json } = await call("GET", `/artists/${id}`);
    expect(json).toMatchObject({ type: "artist", id, name, genres, uri: `spotify:artist:${id}` });
    expect(json).not.toHaveProperty("followers");
    expect(json).not.toHaveProperty("popularity");
    const legacy = await catalogueStage({ tier: "legacy" });
    const { followers, popularity } = catalogue.artist(3);
    const total = followers + legacy.emulator.world.followersOf(`spotify:artist:${id}`);
    expect((await legacy.call("GET", `/artists/${id}`)).json).toMatchObject({
      followers: { href: null, total },
      popularity,
    });
  });

  it("knows none where there is none", async () => {
    const { call } = await catalogueStage();
    expect((await call("GET", `/artists/${NOBODY}`)).status).toBe(404);
  });
});

describe("how well known artists are", () => {
  it("is said alike by followers, popularity, and the popularity of tracks and albums", () => {
    fc.assert(
      fc.property(fc.integer({ min: 400, max: 3000 }), fc.nat(), (size, seed) => {
        const catalogue = createCatalogue(keyOf(seed), size);
        const artists = Array.from({ length: catalogue.artists }, (_, index) => catalogue.artist(index));
        const byFollowers = [...artists].sort((a, b) => a.followers - b.followers);
        const ranks = byFollowers.map(({ popularity }) => popularity);
        expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
        for (let index = 0; index < size; index++) {
          const track = catalogue.track(index);
          const album = catalogue.album(track.album);
          const { popularity } = catalogue.artist(album.artist);
          for (const work of [track, album]) {
            expect(work.popularity).toBeLessThanOrEqual(popularity);
            expect(work.popularity).toBeGreaterThanOrEqual(Math.floor(popularity * 0.4) - 1);
          }
        }
      }),
      { numRuns: 10 },
    );
  });

  it("goes from hardly at all to everywhere in the world of 1200 tracks", async () => {
    const { catalogue } = await catalogueStage();
    const ranks = Array.from({ length: 40 }, (_, index) => catalogue.artist(index).popularity);
    expect(Math.min(...ranks)).toBeLessThan(15);
    expect(Math.max(...ranks)).toBeGreaterThan(85);
  });
});

describe("get-multiple-artists", () => {
  it("gives each that is asked for, and null", async () => {
    const { catalogue, call } = await catalogueStage({ tier: "legacy" });
    const id = catalogue.idOf("artist", 1);
    const answer = await call("GET", `/artists?ids=${id},${NOBODY},${id}`);
    expect(answer.json).toMatchObject({ artists: [{ id }, null, { id }] });
    expect((await call("GET", `/artists?ids=${Array(51).fill(id)}`)).status).toBe(400);
  });
});

describe("get-an-artists-albums", () => {
  it("lists own albums by group and then those with the artist as a guest", async () => {
    const { catalogue, call } = await catalogueStage({ tier: "legacy" });
    const artist = firstIndex(catalogue.artists, (index) => catalogue.albumsWith(index).length > 2);
    const path = `/artists/${catalogue.idOf("artist", artist)}/albums?limit=50`;
    const answer = await call("GET", path);
    const groups = itemsOf(answer.json).map((item) => item.album_group);
    const order = ["album", "single", "compilation", "appears_on"];
    expect(groups).toEqual([...groups].sort((a, b) => order.indexOf(a ?? "") - order.indexOf(b ?? "")));
    expect(groups.filter((group) => group !== "appears_on")).toHaveLength(catalogue.albumsOf(artist).length);
    const guesting = await call("GET", `${path}&include_groups=appears_on`);
    expect(
      itemsOf(guesting.json)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(
      catalogue
        .albumsWith(artist)
        .map((album) => catalogue.idOf("album", album))
        .sort(),
    );
    const some = await call("GET", `${path}&include_groups=single,album`);
    expect(some.at("total")).toBe(groups.filter((group) => group === "single" || group === "album").length);
    expect((await call("GET", `${path}&include_groups=best_of`)).status).toBe(400);
  });

  it("gives development apps short pages without the group", async () => {
    const { catalogue, call } = await catalogueStage();
    const path = `/artists/${catalogue.idOf("artist", 0)}/albums`;
    const answer = await call("GET", path);
    expect(answer.at("limit")).toBe(5);
    expect(answer.at("items", 0)).not.toHaveProperty("album_group");
    expect((await call("GET", `${path}?limit=11`)).at("error", "message")).toBe("Invalid limit");
  });
});

describe("guests", () => {
  it("are found from both ends: an album names an artist as a guest just when the artist appears on it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.nat(), fc.nat(), (size, some, seed) => {
        const catalogue = createCatalogue(keyOf(seed), size);
        const artist = some % catalogue.artists;
        const named = new Set<number>();
        for (let index = 0; index < size; index++) {
          const { artists, album } = catalogue.track(index);
          if (artists.slice(1).includes(artist)) named.add(album);
        }
        expect([...catalogue.albumsWith(artist)].sort((a, b) => a - b)).toEqual([...named]);
      }),
      { numRuns: 40 },
    );
  });
});

describe("get-an-artists-top-tracks", () => {
  it("gives ten at most, the most popular first, and only what can be played", async () => {
    const { catalogue, appCall } = await catalogueStage({ tier: "legacy" });
    const artist = catalogue.idOf("artist", 2);
    const answer = await appCall("GET", `/artists/${artist}/top-tracks?market=US`);
    const tracks = listUnder(answer.json, "tracks");
    const ranks = tracks.map(({ popularity }) => Number(popularity));
    expect(ranks).toEqual([...ranks].sort((a, b) => b - a));
    expect(tracks).toHaveLength(10);
    for (const track of tracks) {
      expect(track).toMatchObject({ is_playable: true });
      expect(track).toHaveProperty("artists.0.id", artist);
    }
    expect((await appCall("GET", `/artists/${artist}/top-tracks?market=AQ`)).json).toEqual({ tracks: [] });
  });

  it("is lost to development apps", async () => {
    const { catalogue, call } = await catalogueStage();
    expect((await call("GET", `/artists/${catalogue.idOf("artist", 0)}/top-tracks`)).status).toBe(403);
  });
});

describe("get-an-artists-related-artists", () => {
  it("gives twenty at most, and it goes both ways", async () => {
    const { catalogue, call } = await catalogueStage({ tier: "extended" });
    const id = catalogue.idOf("artist", 5);
    const related = listUnder((await call("GET", `/artists/${id}/related-artists`)).json, "artists");
    expect(related.length).toBeGreaterThan(5);
    expect(related.length).toBeLessThanOrEqual(20);
    for (const other of related) {
      expect(other.id).not.toBe(id);
      const back = await call("GET", `/artists/${other.id}/related-artists`);
      expect(listUnder(back.json, "artists").map((one) => one.id)).toContain(id);
    }
  });
});

function listUnder(json: unknown, name: string): readonly Readonly<Record<string, string>>[] {
  const list: unknown = typeof json === "object" && json !== null ? Reflect.get(json, name) : undefined;
  if (!Array.isArray(list)) throw new Error(`no ${name}`);
  return list;
}
const itemsOf = (json: unknown) => listUnder(json, "items");
