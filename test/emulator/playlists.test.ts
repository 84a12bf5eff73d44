import { describe, expect, it } from "vitest";
import type { Emulator } from "../../src/emulator/index.js";
import { type Call, guest, stillEmulator, TIERS } from "./guest.js";

function idOf(emulator: Emulator, name: string): string {
  return [...emulator.world.playlists.values()].find((list) => list.name === name)?.id ?? "";
}

function trackUri(emulator: Emulator, index: number): string {
  return `spotify:track:${emulator.world.catalogue.idOf("track", index)}`;
}

async function stage(options = {}) {
  const emulator = stillEmulator(options);
  const call = await guest(emulator);
  return { emulator, call, uri: (index: number) => trackUri(emulator, index) };
}

async function urisOf(call: Call, id: string): Promise<unknown> {
  const answer = await call("GET", `/playlists/${id}/items?fields=items(item(uri))`);
  const items = answer.at("items");
  return Array.isArray(items) ? items.map(({ item }) => item.uri) : items;
}

describe("reading", () => {
  it("lists own and followed playlists, collaborative ones with their scope", async () => {
    const emulator = stillEmulator();
    const names = async (scope: string) => {
      const answer = await (await guest(emulator, { scope }))("GET", "/me/playlists?limit=50");
      const items = answer.at("items");
      return Array.isArray(items) ? items.map((item) => item?.name) : [];
    };
    const own = ["Long Way Home", "Kitchen Radio", "Not For Anyone", "Empty Room"];
    expect(await names("playlist-read-private")).toEqual(expect.arrayContaining(own));
    expect(await names("playlist-read-private")).not.toContain("Road to Porto");
    expect(await names("playlist-read-private playlist-read-collaborative")).toContain("Road to Porto");
  });

  it("walks all items of a long one by its own links, under both names", async () => {
    const { emulator, call } = await stage();
    const id = idOf(emulator, "Long Way Home");
    let path = `/playlists/${id}/items?limit=50`;
    const seen: unknown[] = [];
    for (let pages = 0; path !== "" && pages < 10; pages++) {
      const answer = await call("GET", path);
      const items = answer.at("items");
      if (Array.isArray(items)) seen.push(...items);
      expect(answer.at("items", 0, "item", "id")).toBe(answer.at("items", 0, "track", "id"));
      const next = answer.at("next");
      path = typeof next === "string" ? next.replace(emulator.urls.api, "") : "";
    }
    expect(seen).toHaveLength(237);
    const whole = await call("GET", `/playlists/${id}`);
    expect([whole.at("items", "total"), whole.at("items", "limit")]).toEqual([237, 100]);
    expect(whole.at("tracks")).toEqual(whole.at("items"));
    expect(whole.at("items", "previous")).toBeNull();
  });

  it.each(TIERS)("shows foreign items to %s apps as that tier may see them", async (tier) => {
    const { emulator, call } = await stage({ tier });
    const id = idOf(emulator, "夜の散歩");
    const isLost = tier === "development";
    expect((await call("GET", `/playlists/${id}`)).at("items") === undefined).toBe(isLost);
    expect((await call("GET", `/playlists/${id}/items`)).status).toBe(isLost ? 403 : 200);
    expect((await call("GET", `/playlists/${idOf(emulator, "Road to Porto")}/items`)).status).toBe(200);
    const spotifys = await call("GET", `/playlists/${idOf(emulator, "Today's Loudest")}`);
    expect(spotifys.status).toBe(tier === "extended" ? 200 : 404);
  });

  it("hides somebody's private playlist from others, and from an app without the scope", async () => {
    const emulator = stillEmulator();
    const path = `/playlists/${idOf(emulator, "Not For Anyone")}`;
    expect((await (await guest(emulator, { person: "ines.cardoso" }))("GET", path)).status).toBe(404);
    expect((await (await guest(emulator, { scope: "user-top-read" }))("GET", path)).status).toBe(403);
    expect((await (await guest(emulator))("GET", path)).status).toBe(200);
  });

  it.each([
    ["name", { name: "Kitchen Radio" }],
    ["name,owner(id)", { name: "Kitchen Radio", owner: { id: "marlow.finch" } }],
    ["owner.id,items.total", { owner: { id: "marlow.finch" }, items: { total: 42 } }],
    ["items(total,limit)", { items: { total: 42, limit: 100 } }],
    ["nothing_of_this_name", {}],
  ])("keeps only the fields %s", async (fields, kept) => {
    const { emulator, call } = await stage();
    const path = `/playlists/${idOf(emulator, "Kitchen Radio")}?fields=${encodeURIComponent(fields)}`;
    expect((await call("GET", path)).json).toEqual(kept);
  });

  it.each(["items(", "a)", ",", "a..b", "a b;", "(".repeat(500)])("refuses the fields %s", async (fields) => {
    const { emulator, call } = await stage();
    const path = `/playlists/${idOf(emulator, "Kitchen Radio")}?fields=${encodeURIComponent(fields)}`;
    expect((await call("GET", path)).status).toBe(400);
  });
});

describe("making one", () => {
  it("answers 201 with an empty playlist that is then in the list", async () => {
    const { call } = await stage();
    const made = await call("POST", "/me/playlists", { name: "New", public: false, description: "d" });
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({ name: "New", public: false, description: "d", items: { total: 0 } });
    const list = await call("GET", "/me/playlists?limit=50");
    expect(JSON.stringify(list.json)).toContain(String(made.at("id")));
  });

  it("needs the scope of its kind", async () => {
    const emulator = stillEmulator();
    const call = await guest(emulator, { scope: "playlist-modify-public" });
    expect((await call("POST", "/me/playlists", { name: "a" })).status).toBe(201);
    const hidden = await call("POST", "/me/playlists", { name: "a", public: false });
    expect(hidden.at("error", "message")).toBe("Insufficient client scope");
    const both = await guest(emulator);
    const shared = { name: "a", collaborative: true };
    expect((await both("POST", "/me/playlists", shared)).status).toBe(400);
    expect((await both("POST", "/me/playlists", { ...shared, public: false })).status).toBe(201);
  });
});

describe("changing one", () => {
  async function filled() {
    const { emulator, call, uri } = await stage();
    const id = idOf(emulator, "Empty Room");
    const path = `/playlists/${id}/items`;
    const added = await call("POST", path, { uris: [0, 1, 2, 3].map(uri) });
    return { emulator, call, uri, id, path, added };
  }

  it("adds at the end or at a position, each time with a new snapshot", async () => {
    const { call, uri, id, path, added } = await filled();
    expect(added.status).toBe(201);
    const again = await call("POST", path, { uris: [uri(9)], position: 1 });
    expect(again.at("snapshot_id")).not.toBe(added.at("snapshot_id"));
    expect(await urisOf(call, id)).toEqual([0, 9, 1, 2, 3].map(uri));
    expect((await call("GET", `/playlists/${id}`)).at("snapshot_id")).toBe(again.at("snapshot_id"));
    expect((await call("POST", path, { uris: [uri(0)], position: 99 })).status).toBe(400);
  });

  it("notes who added what, and when", async () => {
    const { call, path } = await filled();
    const item = (await call("GET", path)).at("items", 0);
    expect(item).toMatchObject({ added_at: "2026-08-31T12:00:00Z", added_by: { id: "marlow.finch" } });
  });

  it.each([
    [{ range_start: 0, insert_before: 4 }, [1, 2, 3, 0]],
    [{ range_start: 3, insert_before: 0 }, [3, 0, 1, 2]],
    [{ range_start: 0, range_length: 2, insert_before: 3 }, [2, 0, 1, 3]],
    [{ range_start: 1, range_length: 2, insert_before: 2 }, [0, 1, 2, 3]],
  ])("moves %j", async (move, order) => {
    const { call, uri, id, path } = await filled();
    expect((await call("PUT", path, move)).status).toBe(200);
    expect(await urisOf(call, id)).toEqual(order.map(uri));
  });

  it("replaces, also by nothing", async () => {
    const { call, uri, id, path } = await filled();
    await call("PUT", path, { uris: [uri(7)] });
    expect(await urisOf(call, id)).toEqual([uri(7)]);
    await call("PUT", path, { uris: [] });
    expect(await urisOf(call, id)).toEqual([]);
    expect((await call("PUT", path, {})).at("error", "message")).toBe("Missing required field: uris");
  });

  it("removes every occurrence; an old snapshot is taken, an unknown one is not", async () => {
    const { call, uri, id, path, added } = await filled();
    const snapshot_id = added.at("snapshot_id");
    await call("POST", path, { uris: [uri(0)] });
    expect((await call("DELETE", path, { items: [{ uri: uri(0) }], snapshot_id })).status).toBe(200);
    expect(await urisOf(call, id)).toEqual([1, 2, 3].map(uri));
    const made = { items: [{ uri: uri(1) }], snapshot_id: "A".repeat(22) };
    expect((await call("DELETE", path, made)).status).toBe(400);
    expect((await call("DELETE", path, { tracks: [{ uri: uri(1) }] })).at("error", "message")).toBe(
      "Missing required field: items",
    );
  });

  it("refuses what is too much or not there", async () => {
    const { call, uri, path } = await filled();
    expect((await call("POST", path, { uris: Array(101).fill(uri(0)) })).status).toBe(400);
    expect((await call("POST", path, { uris: [`spotify:track:${"1".repeat(22)}`] })).status).toBe(400);
    expect((await call("POST", path, { uris: ["spotify:album:x"] })).status).toBe(400);
  });

  it("lets collaborators change a shared one, with both scopes", async () => {
    const emulator = stillEmulator();
    const body = { uris: [trackUri(emulator, 0)] };
    const path = `/playlists/${idOf(emulator, "Road to Porto")}/items`;
    expect((await (await guest(emulator))("POST", path, body)).status).toBe(201);
    const half = await guest(emulator, { scope: "playlist-modify-public" });
    expect((await half("POST", path, body)).status).toBe(403);
    const stranger = await guest(emulator, { person: "yuki.tanabe" });
    expect((await stranger("POST", path, body)).at("error", "message")).toBe("Forbidden");
  });
});
