import { describe, expect, it } from "vitest";
import { ALL_SCOPES, type Call, guest, START, stillEmulator, TIERS } from "./guest.js";

const SCOPE = `${ALL_SCOPES} user-read-playback-position`;
const KINDS = ["track", "album", "episode", "show", "audiobook"] as const;
type Kind = (typeof KINDS)[number];

async function stage(options: { tier?: "development" | "legacy" | "extended"; scope?: string } = {}) {
  const emulator = stillEmulator({ tier: options.tier ?? "legacy" });
  const { world } = emulator;
  world.libraryOf(world.defaultPerson).clear();
  const call = await guest(emulator, { scope: options.scope ?? SCOPE });
  const id = (kind: Kind | "artist", index: number) => world.catalogue.idOf(kind, index);
  return { emulator, world, call, id };
}

async function listed(call: Call, kind: Kind): Promise<unknown> {
  const items = (await call("GET", `/me/${kind}s?limit=50`)).at("items");
  return Array.isArray(items) ? items.map((item) => item[kind].id) : items;
}

describe.each(KINDS)("saved: %s", (kind) => {
  const path = `/me/${kind}s`;

  it("is written by the old operation and read back by the old, the new and the list, and removed", async () => {
    const { call, id } = await stage();
    const [a, b, c] = [id(kind, 0), id(kind, 1), id(kind, 2)];
    const saved = await call("PUT", `${path}?ids=${a},${b}`);
    expect([saved.status, saved.text]).toEqual([200, ""]);
    expect((await call("GET", `${path}/contains?ids=${c},${a}`)).json).toEqual([false, true]);
    const uris = `spotify:${kind}:${b},spotify:${kind}:${c}`;
    expect((await call("GET", `/me/library/contains?uris=${uris}`)).json).toEqual([true, false]);
    expect(await listed(call, kind)).toEqual([b, a]);
    expect((await call("DELETE", `${path}?ids=${a},${c}`)).status).toBe(200);
    expect(await listed(call, kind)).toEqual([b]);
  });

  it("is written by the new operation and read back by the old one", async () => {
    const { call, id } = await stage();
    const uri = `spotify:${kind}:${id(kind, 1)}`;
    const saved = await call("PUT", `/me/library?uris=${uri}`);
    expect([saved.status, saved.text]).toEqual([200, ""]);
    expect((await call("GET", `${path}/contains?ids=${id(kind, 1)}`)).json).toEqual([true]);
    await call("DELETE", `/me/library?uris=${uri}`);
    expect((await call("GET", `${path}/contains?ids=${id(kind, 1)}`)).json).toEqual([false]);
  });

  it("comes in pages, the latest first, each with its time", async () => {
    const { call, id, emulator } = await stage();
    for (const index of [0, 1, 2]) {
      await call("PUT", `${path}?ids=${id(kind, index)}`);
      emulator.advance(60_000);
    }
    await call("PUT", `${path}?ids=${id(kind, 0)}`);
    const first = await call("GET", `${path}?limit=2`);
    expect(first.json).toMatchObject({ total: 3, offset: 0, limit: 2, previous: null });
    expect(first.at("items", 0)).toMatchObject({
      added_at: "2026-08-31T12:02:00Z",
      [kind]: { id: id(kind, 2), type: kind },
    });
    const second = await call("GET", String(first.at("next")).replace(emulator.urls.api, ""));
    expect(second.json).toMatchObject({ next: null, items: [{ [kind]: { id: id(kind, 0) } }] });
  });

  it("needs its scopes, and things that exist", async () => {
    const { call, id } = await stage({ scope: "user-top-read" });
    for (const [method, to] of [
      ["GET", path],
      ["PUT", `${path}?ids=${id(kind, 0)}`],
      ["DELETE", `${path}?ids=${id(kind, 0)}`],
      ["GET", `${path}/contains?ids=${id(kind, 0)}`],
      ["PUT", `/me/library?uris=spotify:${kind}:${id(kind, 0)}`],
      ["GET", `/me/library/contains?uris=spotify:${kind}:${id(kind, 0)}`],
    ] as const) {
      const refused = await call(method, to);
      expect(refused.at("error", "message"), to).toBe("Insufficient client scope");
    }
    const other = await stage();
    const saved = await other.call("PUT", `${path}?ids=${other.id(kind, 0)},${"1".repeat(22)}`);
    expect(saved.at("error", "message")).toBe("invalid id");
    expect(await listed(other.call, kind)).toEqual([]);
  });

  it("loses its old operations, and keeps its list, for development apps", async () => {
    const { call, id } = await stage({ tier: "development" });
    const ids = `ids=${id(kind, 0)}`;
    expect((await call("PUT", `${path}?${ids}`)).status).toBe(403);
    expect((await call("DELETE", `${path}?${ids}`)).status).toBe(403);
    expect((await call("GET", `${path}/contains?${ids}`)).status).toBe(403);
    await call("PUT", `/me/library?uris=spotify:${kind}:${id(kind, 0)}`);
    expect(await listed(call, kind)).toEqual([id(kind, 0)]);
  });
});

describe("what is saved", () => {
  it.each(KINDS)("takes the ids of a %s in a body too, bare or as a member", async (kind) => {
    const { call, id } = await stage();
    await call("PUT", `/me/${kind}s`, [id(kind, 0)]);
    await call("PUT", `/me/${kind}s`, { ids: [id(kind, 1)] });
    expect(await listed(call, kind)).toEqual([id(kind, 1), id(kind, 0)]);
    await call("DELETE", `/me/${kind}s`, [id(kind, 1), id(kind, 0)]);
    expect(await listed(call, kind)).toEqual([]);
  });

  it("puts tracks with a time of their own where that time belongs, and looks at no other ids then", async () => {
    const { call, id } = await stage();
    await call("PUT", "/me/tracks", { ids: [id("track", 0)] });
    const timed = [
      { id: id("track", 1), added_at: "2020-01-15T14:30:00Z" },
      { id: id("track", 2), added_at: "2021-01-15T14:30:00.500Z" },
    ];
    expect((await call("PUT", "/me/tracks", { ids: [id("track", 9)], timestamped_ids: timed })).status).toBe(
      200,
    );
    expect(await listed(call, "track")).toEqual([0, 2, 1].map((index) => id("track", index)));
    expect((await call("GET", "/me/tracks")).at("items", 2, "added_at")).toBe("2020-01-15T14:30:00Z");
    const wrong = { timestamped_ids: [{ id: id("track", 3), added_at: "yesterday" }] };
    expect((await call("PUT", "/me/tracks", wrong)).at("error", "message")).toBe("Invalid added_at");
    expect((await call("PUT", "/me/tracks", {})).at("error", "message")).toBe("Missing required field: ids");
  });

  it("shows how far an episode was heard to who may know it", async () => {
    const { call, id } = await stage();
    await call("PUT", `/me/episodes?ids=${id("episode", 3)}`);
    const point = (await call("GET", "/me/episodes")).at("items", 0, "episode", "resume_point");
    expect(point).toEqual({ fully_played: false, resume_position_ms: 0 });
    const { call: other } = await stage({ scope: "user-library-read" });
    expect((await other("GET", "/me/episodes")).status).toBe(403);
  });

  it("takes things of all kinds in one call, forty at most", async () => {
    const { call, id, world } = await stage();
    const playlist = [...world.playlists.values()].find(({ owner }) => owner === "yuki.tanabe")?.id;
    const uris = [
      ...KINDS.map((kind) => `spotify:${kind}:${id(kind, 0)}`),
      `spotify:artist:${id("artist", 0)}`,
      "spotify:user:ines.cardoso",
      `spotify:playlist:${playlist}`,
    ];
    const query = encodeURIComponent(uris.join());
    expect((await call("PUT", `/me/library?uris=${query}`)).status).toBe(200);
    expect((await call("GET", `/me/library/contains?uris=${query}`)).json).toEqual(uris.map(() => true));
    expect((await call("DELETE", `/me/library?uris=${query}`)).status).toBe(200);
    expect((await call("GET", `/me/library/contains?uris=${query}`)).json).toEqual(uris.map(() => false));
    const many = Array(41).fill(uris[0]).join();
    expect((await call("PUT", `/me/library?uris=${many}`)).status).toBe(400);
  });

  it("has no artists where the world follows the schema to the letter", async () => {
    const { call, id, world } = await stage();
    world.libraryTakesArtists = false;
    const uri = `spotify:artist:${id("artist", 0)}`;
    expect((await call("PUT", `/me/library?uris=${uri}`)).at("error", "message")).toBe("Invalid uri");
    expect((await call("DELETE", `/me/library?uris=${uri}`)).status).toBe(400);
    expect((await call("GET", `/me/library/contains?uris=${uri}`)).json).toEqual([false]);
  });

  it("is bounded", async () => {
    const { call, id, world } = await stage();
    const library = world.libraryOf(world.defaultPerson);
    for (let index = 0; index < 20_000; index++) library.set(`spotify:track:${index}`, START);
    const full = await call("PUT", `/me/tracks?ids=${id("track", 0)}`);
    expect(full.at("error", "message")).toBe("Library limit reached");
  });

  it.each(TIERS)("is there of every kind in a new world, for %s apps", async (tier) => {
    const call = await guest(stillEmulator({ tier }), { scope: SCOPE });
    for (const kind of KINDS) {
      const page = await call("GET", `/me/${kind}s`);
      expect(page.status).toBe(200);
      expect(page.at("total"), kind).toBeGreaterThan(2);
      expect(page.at("items", 0, kind, "name")).toEqual(expect.any(String));
    }
  });

  it("is judged by the person's market", async () => {
    const { call, world, id } = await stage();
    const closed = Array.from({ length: world.catalogue.tracks }, (_, index) => index).find((index) => {
      const { closedMarket, standIn } = world.catalogue.track(index);
      return closedMarket === "GB" && standIn === undefined;
    });
    await call("PUT", `/me/tracks?ids=${id("track", closed ?? 0)}`);
    expect((await call("GET", "/me/tracks?market=US")).at("items", 0, "track")).toMatchObject({
      is_playable: false,
      restrictions: { reason: "market" },
    });
  });
});
