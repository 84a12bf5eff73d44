import { describe, expect, it } from "vitest";
import { base64 } from "../../src/base/encoding.js";
import { ALL_SCOPES, guest, stillEmulator } from "./guest.js";

const SCOPE = `${ALL_SCOPES} ugc-image-upload`;

async function stage(options: { scope?: string; person?: string } = {}) {
  const emulator = stillEmulator({ tier: "legacy" });
  const call = await guest(emulator, { scope: SCOPE, ...options });
  const idOf = (name: string) =>
    [...emulator.world.playlists.values()].find((list) => list.name === name)?.id ?? "";
  return { emulator, call, idOf };
}

describe("the details of a playlist", () => {
  it("change one by one, 200 and nothing in it", async () => {
    const { call, idOf } = await stage();
    const path = `/playlists/${idOf("Kitchen Radio")}`;
    const changed = await call("PUT", path, { name: "Kitchen", description: "Louder" });
    expect([changed.status, changed.text]).toEqual([200, ""]);
    expect((await call("GET", path)).json).toMatchObject({
      name: "Kitchen",
      description: "Louder",
      public: true,
      collaborative: false,
    });
    await call("PUT", path, { description: "" });
    expect((await call("GET", path)).json).toMatchObject({ name: "Kitchen", description: "" });
  });

  it("are collaborative only while they are not public", async () => {
    const { call, idOf } = await stage();
    const path = `/playlists/${idOf("Kitchen Radio")}`;
    expect((await call("PUT", path, { collaborative: true })).status).toBe(400);
    expect((await call("PUT", path, { collaborative: true, public: true })).status).toBe(400);
    expect((await call("PUT", path, { collaborative: true, public: false })).status).toBe(200);
    expect((await call("PUT", path, { public: true })).status).toBe(400);
    expect((await call("PUT", path, { public: true, collaborative: false })).status).toBe(200);
  });

  it.each([
    ["Kitchen Radio", { name: "x" }, "playlist-modify-public", 200],
    ["Kitchen Radio", { name: "x" }, "playlist-modify-private", 403],
    ["Not For Anyone", { name: "x" }, "playlist-modify-private", 200],
    ["Not For Anyone", { name: "x" }, "playlist-modify-public", 403],
    ["Kitchen Radio", { public: false }, "playlist-modify-public", 403],
    ["Not For Anyone", { public: true }, "playlist-modify-private", 403],
    ["Kitchen Radio", { public: false }, "playlist-modify-public playlist-modify-private", 200],
  ])("of %s, changed by %j with %s, answer %i", async (name, body, scope, status) => {
    const { call, idOf } = await stage({ scope });
    const answer = await call("PUT", `/playlists/${idOf(name)}`, body);
    expect(answer.status).toBe(status);
    if (status === 403) expect(answer.at("error", "message")).toBe("Insufficient client scope");
  });

  it("are the owner's alone, and no empty name is taken", async () => {
    const { call, idOf } = await stage();
    expect((await call("PUT", `/playlists/${idOf("Road to Porto")}`, { name: "x" })).status).toBe(403);
    expect((await call("PUT", `/playlists/${idOf("Werkstatt")}`, { name: "x" })).status).toBe(403);
    expect((await call("PUT", `/playlists/${"0".repeat(22)}`, { name: "x" })).status).toBe(404);
    expect((await call("PUT", `/playlists/${idOf("Kitchen Radio")}`, { name: "" })).status).toBe(400);
  });

  it("end the others' right to change it when it is no longer collaborative", async () => {
    const { emulator, call, idOf } = await stage({ person: "ines.cardoso" });
    const id = idOf("Road to Porto");
    const body = { uris: [`spotify:track:${emulator.world.catalogue.idOf("track", 0)}`] };
    const guestOfIt = await guest(emulator);
    expect((await guestOfIt("POST", `/playlists/${id}/items`, body)).status).toBe(201);
    await call("PUT", `/playlists/${id}`, { collaborative: false, public: true });
    expect((await guestOfIt("POST", `/playlists/${id}/items`, body)).status).toBe(403);
  });
});

describe("a playlist made under a person's own name", () => {
  it("is theirs; under another's it is refused", async () => {
    const { call } = await stage();
    const made = await call("POST", "/users/marlow.finch/playlists", { name: "Old way" });
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({ name: "Old way", owner: { id: "marlow.finch" }, public: true });
    expect((await call("GET", "/me/playlists?limit=1")).at("items", 0, "name")).toBe("Old way");
    const refused = await call("POST", "/users/ines.cardoso/playlists", { name: "x" });
    expect(refused.at("error")).toEqual({
      status: 403,
      message: "You cannot create a playlist for another user.",
    });
    expect((await call("POST", "/me/playlists", { name: "" })).status).toBe(400);
  });
});

describe("people's pages", () => {
  it("show a name, pictures and followers", async () => {
    const { call } = await stage();
    expect((await call("GET", `/users/${encodeURIComponent("zoë&the_moths")}`)).json).toMatchObject({
      id: "zoë&the_moths",
      display_name: "Zoë & the Moths",
      followers: { href: null, total: 40_211 },
      type: "user",
      uri: `spotify:user:${encodeURIComponent("zoë&the_moths")}`,
    });
    expect((await call("GET", "/users/spotify")).at("display_name")).toBe("Spotify");
    expect((await call("GET", "/users/nobody")).status).toBe(404);
    expect((await call("GET", "/users/nobody/playlists")).status).toBe(404);
  });

  it("list public playlists to others, hidden and shared ones to oneself with their scopes", async () => {
    const { emulator } = await stage();
    const names = async (scope: string, person: string) => {
      const call = await guest(emulator, { scope, person });
      const items = (await call("GET", "/users/marlow.finch/playlists?limit=50")).at("items");
      return Array.isArray(items) ? items.map((item) => item?.name) : [];
    };
    const own = await names("playlist-read-private playlist-read-collaborative", "marlow.finch");
    expect(own.slice(0, 4)).toEqual(["Long Way Home", "Kitchen Radio", "Not For Anyone", "Empty Room"]);
    expect(own).toContain("Road to Porto");
    expect(await names("playlist-read-private", "marlow.finch")).not.toContain("Road to Porto");
    expect(await names("user-top-read", "marlow.finch")).not.toContain("Not For Anyone");
    const shown = await names("playlist-read-private playlist-read-collaborative", "ines.cardoso");
    expect(shown).toContain("Kitchen Radio");
    expect(shown).not.toContain("Not For Anyone");
    expect(shown).not.toContain("Road to Porto");
  });

  it("have null where a playlist of Spotify's is lost", async () => {
    const { call } = await stage();
    expect((await call("GET", "/me/playlists?limit=50")).at("items")).toContain(null);
    const extended = await guest(stillEmulator({ tier: "extended" }));
    const all = await extended("GET", "/me/playlists?limit=50");
    expect(JSON.stringify(all.json)).toContain("Today's Loudest");
    const items = (await extended("GET", "/users/spotify/playlists?limit=50")).at("items");
    const owners = Array.isArray(items) ? items.map((item) => item?.owner.id) : [];
    expect(new Set(owners)).toEqual(new Set(["spotify"]));
  });
});

/** As much as the emulator looks at: the first two bytes. */
function jpegOf(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set([0xff, 0xd8]);
  return bytes;
}

describe("covers", () => {
  const JPEG = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 0xff, 0xd9);

  it("are taken as base64, named at a new address each time, and come back byte for byte", async () => {
    const { emulator, call, idOf } = await stage();
    const path = `/playlists/${idOf("Empty Room")}`;
    expect((await call("GET", `${path}/images`)).json).toEqual([]);
    expect((await call("GET", path)).at("images")).toBeNull();
    const snapshot = (await call("GET", path)).at("snapshot_id");
    const uploaded = await call("PUT", `${path}/images`, base64(JPEG));
    expect([uploaded.status, uploaded.text]).toEqual([202, ""]);
    const first = await call("GET", `${path}/images`);
    expect(first.json).toEqual([{ url: expect.any(String), height: null, width: null }]);
    expect((await call("GET", path)).at("images")).toEqual(first.json);
    expect((await call("GET", path)).at("snapshot_id")).not.toBe(snapshot);
    const address = String(first.at(0, "url"));
    const bytes = new Uint8Array(await (await emulator.fetch(address)).arrayBuffer());
    expect(bytes).toEqual(JPEG);
    await call("PUT", `${path}/images`, base64(Uint8Array.of(...JPEG, 0)));
    const second = String((await call("GET", `${path}/images`)).at(0, "url"));
    expect(second).not.toBe(address);
    expect((await emulator.fetch(address)).status, "the address was a temporary one").toBe(404);
    expect((await emulator.fetch(second)).status).toBe(200);
  });

  it("are drawn where none was uploaded", async () => {
    const { emulator, call, idOf } = await stage();
    const { json, at } = await call("GET", `/playlists/${idOf("Kitchen Radio")}/images`);
    expect(json).toHaveLength(3);
    expect((await emulator.fetch(String(at(0, "url")))).headers.get("content-type")).toBe("image/jpeg");
  });

  it.each([
    ["a line break at the end", `${base64(JPEG)}\n`, 400],
    ["a data URL", `data:image/jpeg;base64,${base64(JPEG)}`, 400],
    ["a PNG", base64(Uint8Array.of(0x89, 0x50, 0x4e, 0x47)), 400],
    ["nothing", "", 400],
    ["as much as may be", base64(jpegOf(196_608)), 202],
    ["more than that", base64(jpegOf(196_611)), 413],
  ])("with %s are answered as that deserves", async (_, body, status) => {
    const { call, idOf } = await stage();
    expect((await call("PUT", `/playlists/${idOf("Kitchen Radio")}/images`, body)).status).toBe(status);
  });

  it("need their scopes and one's own playlist", async () => {
    const { emulator, call, idOf } = await stage();
    const path = (name: string) => `/playlists/${idOf(name)}/images`;
    expect((await call("PUT", path("Werkstatt"), base64(JPEG))).status).toBe(403);
    expect((await call("PUT", path("Road to Porto"), base64(JPEG))).status).toBe(403);
    const few = await guest(emulator, { scope: "playlist-modify-public" });
    expect((await few("PUT", path("Kitchen Radio"), base64(JPEG))).status).toBe(403);
    const half = await guest(emulator, { scope: "ugc-image-upload playlist-modify-private" });
    expect((await half("PUT", path("Kitchen Radio"), base64(JPEG))).status).toBe(403);
  });

  it("are kept in bounds, the oldest gone first", async () => {
    const { emulator, call, idOf } = await stage();
    const { covers } = emulator.world;
    const first = `/playlists/${idOf("Empty Room")}/images`;
    await call("PUT", first, base64(JPEG));
    for (let index = 1; index < 256; index++) covers.set(String(index), JPEG);
    await call("PUT", `/playlists/${idOf("Kitchen Radio")}/images`, base64(JPEG));
    expect(covers.size).toBe(256);
    expect(covers.has(idOf("Kitchen Radio"))).toBe(true);
    expect((await call("GET", first)).json, "no address leads to what is gone").toEqual([]);
  });
});
