import { describe, expect, it } from "vitest";
import { guest, stillEmulator } from "./guest.js";

async function stage(options: { scope?: string; person?: string } = {}) {
  const emulator = stillEmulator({ tier: "legacy" });
  const { world } = emulator;
  for (const library of world.libraries.values()) library.clear();
  const call = await guest(emulator, options);
  const playlist = (name: string) =>
    [...world.playlists.values()].find((list) => list.name === name)?.id ?? "";
  const artists = [0, 1, 2].map((index) => world.catalogue.idOf("artist", index));
  return { emulator, world, call, playlist, artists };
}

describe("following artists and people", () => {
  it("answers 204, and is read back by all three ways", async () => {
    const { call, artists } = await stage();
    const followed = await call("PUT", `/me/following?type=artist&ids=${artists[0]},${artists[1]}`);
    expect([followed.status, followed.text]).toEqual([204, ""]);
    await call("PUT", "/me/following?type=user", { ids: ["ines.cardoso"] });
    const contains = await call("GET", `/me/following/contains?type=artist&ids=${artists.join()}`);
    expect(contains.json).toEqual([true, true, false]);
    const people = await call("GET", "/me/following/contains?type=user&ids=ines.cardoso,tobias.k");
    expect(people.json).toEqual([true, false]);
    const uris = `spotify:artist:${artists[2]},spotify:user:ines.cardoso`;
    expect((await call("GET", `/me/library/contains?uris=${uris}`)).json).toEqual([false, true]);
    const list = await call("GET", "/me/following?type=artist");
    expect(list.json).toMatchObject({
      artists: { items: [{ id: artists[0] }, { id: artists[1] }], total: 2 },
    });
  });

  it("ends by the old and by the new operation", async () => {
    const { call, artists } = await stage();
    await call("PUT", `/me/following?type=artist&ids=${artists.join()}`);
    expect((await call("DELETE", `/me/following?type=artist&ids=${artists[0]}`)).status).toBe(204);
    await call("DELETE", `/me/library?uris=spotify:artist:${artists[1]}`);
    const contains = await call("GET", `/me/following/contains?type=artist&ids=${artists.join()}`);
    expect(contains.json).toEqual([false, false, true]);
  });

  it("takes people whose ids hold odd characters, in either way", async () => {
    const { call, world } = await stage();
    const id = "zoë&the_moths";
    await call("PUT", `/me/following?type=user&ids=${encodeURIComponent(id)}`);
    const uri = encodeURIComponent(`spotify:user:${encodeURIComponent(id)}`);
    expect((await call("GET", `/me/library/contains?uris=${uri}`)).json).toEqual([true]);
    expect(world.followersOf(`spotify:user:${encodeURIComponent(id)}`)).toBe(1);
  });

  it("counts in the followers of a person", async () => {
    const { call } = await stage();
    const count = async () => Number((await call("GET", "/users/ines.cardoso")).at("followers", "total"));
    const before = await count();
    await call("PUT", "/me/following?type=user&ids=ines.cardoso");
    expect(await count()).toBe(before + 1);
    await call("DELETE", "/me/following?type=user&ids=ines.cardoso");
    expect(await count()).toBe(before);
  });

  it("counts in the followers of an artist, wherever the whole artist is shown", async () => {
    const { call, artists, world } = await stage();
    const [id = ""] = artists;
    const base = world.catalogue.artist(0).followers;
    const count = async () => {
      const alone = await call("GET", `/artists/${id}`);
      const several = await call("GET", `/artists?ids=${id}`);
      expect(several.at("artists", 0, "followers")).toEqual(alone.at("followers"));
      return alone.at("followers", "total");
    };
    // More than once: what is asked for again is kept.
    for (let round = 0; round < 3; round++) {
      expect(await count()).toBe(base);
      await call("PUT", `/me/following?type=artist&ids=${id}`);
      expect(await count()).toBe(base + 1);
      await call("DELETE", `/me/library?uris=spotify:artist:${id}`);
    }
  });

  it("goes on with a walk where it stood, though the last ones seen were unfollowed meanwhile", async () => {
    const { call, world } = await stage();
    const ids = [0, 1, 2, 3, 4, 5].map((index) => world.catalogue.idOf("artist", index));
    await call("PUT", `/me/following?type=artist&ids=${ids.join()}`);
    const idsBehind = async (after: string | undefined) => {
      const page = await call("GET", `/me/following?type=artist&limit=2&after=${after}`);
      return (page.at("artists", "items") as { id: string }[]).map(({ id }) => id);
    };
    expect(await idsBehind(ids[1])).toEqual([ids[2], ids[3]]);
    await call("DELETE", `/me/following?type=artist&ids=${ids[3]}`);
    expect(await idsBehind(ids[3])).toEqual([ids[4], ids[5]]);
    await call("DELETE", `/me/library?uris=spotify:artist:${ids[1]},spotify:artist:${ids[2]}`);
    expect(await idsBehind(ids[3])).toEqual([ids[4], ids[5]]);
    expect(await idsBehind(ids[1])).toEqual([ids[4], ids[5]]);
    await call("DELETE", `/me/following?type=artist&ids=${ids[0]},${ids[5]}`);
    expect(await idsBehind(ids[3])).toEqual([ids[4]]);
    expect(await idsBehind(ids[5])).toEqual([]);
    expect(await idsBehind(world.catalogue.idOf("artist", 20))).toEqual([]);
    await call("PUT", `/me/following?type=artist&ids=${ids[3]}`);
    expect(await idsBehind(ids[4])).toEqual([ids[3]]);
    const circle = [ids[0] ?? "", ids[1] ?? ""] as const;
    world.formerFollows.set(world.defaultPerson, new Map([circle, [circle[1], circle[0]]]));
    expect(await idsBehind(circle[0])).toEqual([]);
  });

  it("refuses nobodies, ids of the wrong form, and apps without the scope", async () => {
    const { call } = await stage();
    expect((await call("PUT", "/me/following?type=user&ids=nobody")).status).toBe(400);
    const odd = await call("PUT", "/me/following?type=artist&ids=not-base-62");
    expect(odd.at("error", "message")).toBe("Invalid base62 id");
    const { call: reader } = await stage({ scope: "user-follow-read" });
    expect((await reader("PUT", "/me/following?type=user&ids=tobias.k")).status).toBe(403);
  });
});

describe("following playlists", () => {
  it("is read back by all ways, and counts", async () => {
    const { call, playlist } = await stage();
    const id = playlist("夜の散歩");
    const total = async () => Number((await call("GET", `/playlists/${id}`)).at("followers", "total"));
    const before = await total();
    const followed = await call("PUT", `/playlists/${id}/followers`);
    expect([followed.status, followed.text]).toEqual([200, ""]);
    expect((await call("GET", `/playlists/${id}/followers/contains`)).json).toEqual([true]);
    expect((await call("GET", `/me/library/contains?uris=spotify:playlist:${id}`)).json).toEqual([true]);
    expect((await call("GET", "/me/playlists")).at("items", 0, "id")).toBe(id);
    expect(await total()).toBe(before + 1);
    expect((await call("DELETE", `/playlists/${id}/followers`)).status).toBe(200);
    expect((await call("GET", `/playlists/${id}/followers/contains`)).json).toEqual([false]);
    expect(await total()).toBe(before);
  });

  it("of one's own does not count", async () => {
    const { call } = await stage();
    const made = await call("POST", "/me/playlists", { name: "Mine" });
    expect(made.at("followers")).toEqual({ href: null, total: 0 });
  });

  it("can be kept from others", async () => {
    const { emulator, call, playlist } = await stage();
    const path = `/playlists/${playlist("Werkstatt")}/followers`;
    const other = await guest(emulator, { person: "ines.cardoso" });
    const seen = async () => ({
      contains: (await other("GET", `${path}/contains?ids=marlow.finch`)).json,
      listed: (await other("GET", "/users/marlow.finch/playlists")).at("total"),
    });
    await call("PUT", path, { public: false });
    expect(await seen()).toEqual({ contains: [false], listed: 0 });
    expect((await call("GET", `${path}/contains?ids=marlow.finch`)).json).toEqual([true]);
    await call("PUT", path, { public: true });
    expect(await seen()).toEqual({ contains: [true], listed: 1 });
  });

  it("needs the scope of the way in which it is done", async () => {
    const { call, playlist } = await stage({ scope: "playlist-modify-private" });
    const path = `/playlists/${playlist("Werkstatt")}/followers`;
    expect((await call("PUT", path)).at("error", "message")).toBe("Insufficient client scope");
    expect((await call("PUT", path, { public: false })).status).toBe(200);
    expect((await call("PUT", `/playlists/${"0".repeat(22)}/followers`)).status).toBe(404);
  });

  it("keeps one's own after it is unfollowed: it is only out of the list, and comes back when followed", async () => {
    const { call } = await stage();
    const made = await call("POST", "/me/playlists", { name: "Mine" });
    const id = String(made.at("id"));
    const isListed = async () => JSON.stringify((await call("GET", "/me/playlists")).json).includes(id);
    expect(await isListed()).toBe(true);
    await call("DELETE", `/me/library?uris=spotify:playlist:${id}`);
    expect(await isListed()).toBe(false);
    expect((await call("GET", `/playlists/${id}`)).at("name")).toBe("Mine");
    await call("PUT", `/playlists/${id}/followers`);
    expect(await isListed()).toBe(true);
  });

  it("makes a follower of a collaborative playlist one who may change it", async () => {
    const { emulator, playlist, world } = await stage();
    const id = playlist("Road to Porto");
    const call = await guest(emulator, { person: "yuki.tanabe" });
    const uris = [`spotify:track:${world.catalogue.idOf("track", 0)}`];
    expect((await call("POST", `/playlists/${id}/items`, { uris })).status).toBe(403);
    await call("PUT", `/playlists/${id}/followers`);
    expect((await call("POST", `/playlists/${id}/items`, { uris })).status).toBe(201);
    expect((await call("PUT", `/playlists/${id}`, { name: "Taken over" })).status).toBe(403);
  });
});
