import { describe, expect, it } from "vitest";
import { catalogueStage, firstIndex, NOBODY } from "./catalogue-stage.js";

describe("get-an-album", () => {
  it("gives an album with all members and its first page of tracks to old apps", async () => {
    const { catalogue, appCall, api } = await catalogueStage({ tier: "legacy" });
    const entry = catalogue.album(1);
    const track = catalogue.track(entry.firstTrack);
    const { json } = await appCall("GET", `/albums/${entry.id}`);
    expect(json).toMatchObject({
      type: "album",
      id: entry.id,
      uri: `spotify:album:${entry.id}`,
      href: `${api}/albums/${entry.id}`,
      name: entry.name,
      label: entry.label,
      popularity: entry.popularity,
      total_tracks: 12,
      external_ids: { upc: entry.upc },
      genres: [],
      copyrights: [{ type: "C" }, { type: "P" }],
      tracks: {
        href: `${api}/albums/${entry.id}/tracks?offset=0&limit=50`,
        total: 12,
        next: null,
        previous: null,
      },
    });
    expect(json).toHaveProperty("available_markets");
    expect(json).toHaveProperty("tracks.items.0.id", track.id);
    expect(json).toHaveProperty("tracks.items.0.track_number", 1);
    expect(json).not.toHaveProperty("tracks.items.0.popularity");
    expect(json).not.toHaveProperty("tracks.items.0.album");
  });

  it("gives development apps neither label, popularity nor markets", async () => {
    const { catalogue, call } = await catalogueStage();
    const { json } = await call("GET", `/albums/${catalogue.idOf("album", 1)}`);
    for (const member of ["label", "popularity", "available_markets"])
      expect(json).not.toHaveProperty(member);
    expect(json).toHaveProperty("external_ids.upc");
  });

  it("says in a market what can be played there instead of where it can be", async () => {
    const { catalogue, appCall } = await catalogueStage({ tier: "extended" });
    const path = `/albums/${catalogue.idOf("album", 1)}?market=AT`;
    const { json } = await appCall("GET", path);
    expect(json).not.toHaveProperty("available_markets");
    expect(json).not.toHaveProperty("tracks.items.0.available_markets");
    expect(json).toHaveProperty("tracks.items.0.is_playable", true);
    const nowhere = await appCall("GET", path.replace("AT", "AQ"));
    expect(nowhere.at("tracks", "items", 0)).toMatchObject({
      is_playable: false,
      restrictions: { reason: "market" },
    });
  });

  it("knows no album where there is none", async () => {
    const { catalogue, call } = await catalogueStage();
    for (const id of [NOBODY, catalogue.idOf("album", catalogue.albums), catalogue.idOf("track", 0)]) {
      const { json } = await call("GET", `/albums/${id}`);
      expect(json).toEqual({ error: { status: 404, message: "Resource not found" } });
    }
  });
});

describe("get-multiple-albums", () => {
  it("keeps the order and what is asked for twice, and gives null for what is not there", async () => {
    const { catalogue, call } = await catalogueStage({ tier: "legacy" });
    const [first, second] = [catalogue.idOf("album", 4), catalogue.idOf("album", 2)];
    const answer = await call("GET", `/albums?ids=${first},${NOBODY},${second},${first}`);
    expect(answer.json).toMatchObject({ albums: [{ id: first }, null, { id: second }, { id: first }] });
  });

  it("takes twenty and not one more", async () => {
    const { catalogue, call } = await catalogueStage({ tier: "extended" });
    const ids = Array.from({ length: 21 }, (_, index) => catalogue.idOf("album", index));
    expect((await call("GET", `/albums?ids=${ids.slice(1)}`)).status).toBe(200);
    expect((await call("GET", `/albums?ids=${ids}`)).status).toBe(400);
  });

  it("is lost to development apps", async () => {
    const { catalogue, call } = await catalogueStage();
    expect((await call("GET", `/albums?ids=${catalogue.idOf("album", 0)}`)).status).toBe(403);
  });
});

describe("get-an-albums-tracks", () => {
  it("walks through the tracks of an album, page by page", async () => {
    const { catalogue, call, api } = await catalogueStage();
    const album = catalogue.album(3);
    const ids: unknown[] = [];
    let path: string | undefined = `/albums/${album.id}/tracks?limit=5&market=GB`;
    while (path !== undefined) {
      const page = await call("GET", path);
      ids.push(...[0, 1, 2, 3, 4].map((place) => page.at("items", place, "id")));
      const next: unknown = page.at("next");
      path = typeof next === "string" ? next.slice(api.length) : undefined;
    }
    const tracks = Array.from({ length: album.totalTracks }, (_, place) =>
      catalogue.idOf("track", album.firstTrack + place),
    );
    expect(ids.filter((id) => id !== undefined)).toEqual(tracks);
  });

  it("puts another edition in the place of what is closed, and says so, except for development apps", async () => {
    const world = await catalogueStage({ tier: "legacy" });
    const index = firstIndex(world.catalogue.tracks, (track) => {
      const { closedMarket, standIn } = world.catalogue.track(track);
      return closedMarket === "GB" && standIn !== undefined;
    });
    const track = world.catalogue.track(index);
    const path = `/albums/${world.catalogue.idOf("album", track.album)}/tracks?offset=${track.number - 1}&limit=1`;
    const answer = await world.call("GET", path);
    const item = answer.at("items", 0);
    expect(item).toMatchObject({ is_playable: true, name: track.name, linked_from: { id: track.id } });
    expect(item).not.toHaveProperty("id", track.id);
    const { call } = await catalogueStage();
    expect((await call("GET", path)).at("items", 0)).toMatchObject({ id: track.id, is_playable: false });
  });
});
