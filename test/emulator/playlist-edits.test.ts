import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Emulator } from "../../src/emulator/index.js";
import { type Call, guest, stillEmulator } from "./guest.js";

// An edit, and what it does to a list of numbers, which stand for tracks.
interface Edit {
  readonly text: string;
  readonly method: "POST" | "PUT" | "DELETE";
  readonly body: (uri: (index: number) => string, removed: string) => object;
  /** `undefined` when it must be refused. */
  readonly onModel: (model: readonly number[]) => readonly number[] | undefined;
}

const tracks = fc.array(fc.nat(6), { minLength: 1, maxLength: 5 });
const add = fc.record({ added: tracks, position: fc.option(fc.nat(12), { nil: undefined }) }).map(
  ({ added, position }): Edit => ({
    text: `add ${added} at ${position}`,
    method: "POST",
    body: (uri) => ({ uris: added.map(uri), ...(position !== undefined && { position }) }),
    onModel: (model) =>
      (position ?? 0) > model.length ? undefined : model.toSpliced(position ?? model.length, 0, ...added),
  }),
);
const replace = fc.array(fc.nat(6), { maxLength: 8 }).map(
  (list): Edit => ({
    text: `replace by ${list}`,
    method: "PUT",
    body: (uri) => ({ uris: list.map(uri) }),
    onModel: () => list,
  }),
);
const remove = tracks.map(
  (gone): Edit => ({
    text: `remove ${gone}`,
    method: "DELETE",
    body: (uri, member) => ({ [member]: gone.map((index) => ({ uri: uri(index) })) }),
    onModel: (model) => model.filter((track) => !gone.includes(track)),
  }),
);
const reorder = fc
  .record({ start: fc.nat(10), before: fc.nat(12), length: fc.integer({ min: 1, max: 4 }) })
  .map(
    ({ start, before, length }): Edit => ({
      text: `move ${length} from ${start} before ${before}`,
      method: "PUT",
      body: () => ({ range_start: start, insert_before: before, range_length: length }),
      onModel: (model) => {
        if (start + length > model.length || before > model.length) return undefined;
        // Marked, put in, and the marked ones taken out: another way than the emulator's.
        const range = model.slice(start, start + length);
        const marked = model.map((track, place) =>
          place >= start && place < start + length ? undefined : track,
        );
        return marked.toSpliced(before, 0, ...range).filter((track) => track !== undefined);
      },
    }),
  );

async function stateOf(call: Call, id: string) {
  const answer = await call("GET", `/playlists/${id}?fields=snapshot_id,items(total,items(item(uri)))`);
  const items = answer.at("items", "items");
  return {
    snapshot: answer.at("snapshot_id"),
    uris: Array.isArray(items) ? items.map(({ item }) => item.uri) : [],
    total: answer.at("items", "total"),
  };
}

async function madeBy(call: Call): Promise<string> {
  return String((await call("POST", "/me/playlists", { name: "Edited" })).at("id"));
}

describe.each(["items", "tracks"])("edits at /%s", (member) => {
  it("do what they do to a list, refuse what cannot be, and change the snapshot with the list only", async () => {
    const emulator = stillEmulator({ tier: "legacy" });
    const call = await guest(emulator);
    const uri = (index: number) => trackUri(emulator, index);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(add, replace, remove, reorder), { maxLength: 12 }),
        async (edits) => {
          const id = await madeBy(call);
          let model: readonly number[] = [];
          const snapshots = new Set([(await stateOf(call, id)).snapshot]);
          for (const { text, method, body, onModel } of edits) {
            const before = await stateOf(call, id);
            const answer = await call(method, `/playlists/${id}/${member}`, body(uri, member));
            const next = onModel(model);
            if (next === undefined) expect(answer.status, text).toBe(400);
            else expect(answer.status, text).toBe(method === "POST" ? 201 : 200);
            const after = await stateOf(call, id);
            expect(after.uris, text).toEqual((next ?? model).map(uri));
            expect(after.total).toBe(after.uris.length);
            if (next !== undefined) expect(answer.at("snapshot_id")).toBe(after.snapshot);
            if (after.snapshot === before.snapshot) {
              expect(after.uris).toEqual(before.uris);
            } else {
              expect(snapshots, "a snapshot never comes back").not.toContain(after.snapshot);
              snapshots.add(after.snapshot);
            }
            if (after.uris.join() !== before.uris.join()) expect(after.snapshot).not.toBe(before.snapshot);
            model = next ?? model;
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

function trackUri(emulator: Emulator, index: number): string {
  return `spotify:track:${emulator.world.catalogue.idOf("track", index)}`;
}

describe("a snapshot", () => {
  it("stays as it is when nothing changes", async () => {
    const emulator = stillEmulator();
    const call = await guest(emulator);
    const id = await madeBy(call);
    const path = `/playlists/${id}/items`;
    const uris = [0, 1, 2].map((index) => trackUri(emulator, index));
    const first = (await call("POST", path, { uris })).at("snapshot_id");
    const same = [
      await call("PUT", path, { range_start: 1, insert_before: 1 }),
      await call("PUT", path, { range_start: 0, insert_before: 2, range_length: 3 }),
      await call("DELETE", path, { items: [{ uri: trackUri(emulator, 9) }] }),
    ];
    expect(same.map(({ at }) => at("snapshot_id"))).toEqual([first, first, first]);
    await call("PUT", `/playlists/${id}`, { name: "Edited", public: true });
    expect((await call("GET", `/playlists/${id}`)).at("snapshot_id")).toBe(first);
    await call("PUT", `/playlists/${id}`, { name: "Renamed" });
    expect((await call("GET", `/playlists/${id}`)).at("snapshot_id")).not.toBe(first);
  });

  it("of another playlist is refused, an older one of this playlist is not", async () => {
    const emulator = stillEmulator();
    const call = await guest(emulator);
    const [one, other] = [await madeBy(call), await madeBy(call)];
    const uris = [0, 1].map((index) => trackUri(emulator, index));
    const move = { range_start: 0, insert_before: 2 };
    const old = (await call("POST", `/playlists/${one}/items`, { uris })).at("snapshot_id");
    const foreign = (await call("POST", `/playlists/${other}/items`, { uris })).at("snapshot_id");
    await call("PUT", `/playlists/${one}/items`, { ...move, snapshot_id: old });
    expect((await call("PUT", `/playlists/${one}/items`, { ...move, snapshot_id: old })).status).toBe(200);
    const refused = await call("PUT", `/playlists/${one}/items`, { ...move, snapshot_id: foreign });
    expect(refused.at("error", "message")).toBe("Invalid snapshot_id");
  });
});

describe("a move that names an older snapshot", () => {
  async function filled() {
    const emulator = stillEmulator();
    const call = await guest(emulator);
    const id = await madeBy(call);
    const uri = (index: number) => trackUri(emulator, index);
    const path = `/playlists/${id}/items`;
    const added = await call("POST", path, { uris: [0, 1, 2, 3].map(uri) });
    const order = async () => (await stateOf(call, id)).uris;
    return { call, uri, path, snapshot_id: added.at("snapshot_id"), order };
  }

  it("counts in it, and leaves what came since", async () => {
    const { call, uri, path, snapshot_id, order } = await filled();
    await call("POST", path, { uris: [8, 9].map(uri), position: 0 });
    const move = { range_start: 0, range_length: 2, insert_before: 3, snapshot_id };
    expect((await call("PUT", path, move)).status).toBe(200);
    expect(await order()).toEqual([8, 9, 2, 0, 1, 3].map(uri));
  });

  it("does not bring back what has gone since, be it moved or moved before", async () => {
    const { call, uri, path, snapshot_id, order } = await filled();
    await call("DELETE", path, { items: [{ uri: uri(0) }, { uri: uri(3) }] });
    const move = { range_start: 0, range_length: 2, insert_before: 3, snapshot_id };
    expect((await call("PUT", path, move)).status).toBe(200);
    expect(await order()).toEqual([2, 1].map(uri));
    const beyond = await call("PUT", path, { range_start: 3, insert_before: 0 });
    expect(beyond.status, "now there are but two").toBe(400);
    expect((await call("PUT", path, { range_start: 3, insert_before: 0, snapshot_id })).status).toBe(200);
  });

  it("counts in what is there now when that state is long past", async () => {
    const { call, uri, path, snapshot_id, order } = await filled();
    for (let time = 0; time < 9; time++) await call("PUT", path, { range_start: 3, insert_before: 0 });
    const before = await order();
    await call("PUT", path, { range_start: 0, insert_before: 4, snapshot_id });
    expect(await order()).toEqual([...before.slice(1), before[0]]);
    expect(before).not.toEqual([0, 1, 2, 3].map(uri));
  });
});

describe("limits", () => {
  it("are ten thousand items in a playlist", async () => {
    const emulator = stillEmulator();
    const call = await guest(emulator);
    const id = await madeBy(call);
    const playlist = emulator.world.playlists.get(id);
    const entry = { uri: trackUri(emulator, 0), addedAt: "2026-01-01T00:00:00Z", addedBy: "marlow.finch" };
    if (playlist !== undefined) playlist.entries = Array(9_999).fill(entry);
    const path = `/playlists/${id}/items`;
    const uris = [0, 1].map((index) => trackUri(emulator, index));
    expect((await call("POST", path, { uris })).at("error", "message")).toBe("Playlist size limit reached");
    expect((await call("POST", path, { uris: uris.slice(1) })).status).toBe(201);
    const last = await call("GET", `${path}?offset=9999&limit=50`);
    expect(last.json).toMatchObject({ total: 10_000, next: null, items: [{ item: { uri: uris[1] } }] });
  });

  it("are eleven thousand playlists of one person", async () => {
    const emulator = stillEmulator();
    const { world } = emulator;
    const made = { owner: "tobias.k", name: "x", description: null, public: true, collaborative: false };
    while (world.addPlaylist(made) !== undefined);
    const call = await guest(emulator, { person: "tobias.k" });
    const refused = await call("POST", "/me/playlists", { name: "One more" });
    expect(refused.at("error", "message")).toBe("Playlist limit reached");
    expect((await call("GET", "/me/playlists?limit=50&offset=100001")).status).toBe(400);
    expect((await call("GET", "/me/playlists?limit=1")).at("total")).toBeGreaterThanOrEqual(11_000);
    expect((await (await guest(emulator))("POST", "/me/playlists", { name: "Mine" })).status).toBe(201);
  });

  it("are a hundred items in one write, from the query or the body", async () => {
    const emulator = stillEmulator();
    const call = await guest(emulator);
    const id = await madeBy(call);
    const uris = Array.from({ length: 100 }, (_, index) => trackUri(emulator, index));
    const path = `/playlists/${id}/items`;
    expect((await call("POST", `${path}?uris=${uris.join()}`)).status).toBe(201);
    expect((await call("POST", `${path}?uris=${trackUri(emulator, 500)}&position=1`)).status).toBe(201);
    expect((await stateOf(call, id)).uris.slice(0, 3)).toEqual([uris[0], trackUri(emulator, 500), uris[1]]);
    expect((await call("PUT", path, { uris })).status).toBe(200);
    expect((await call("PUT", path, { uris: [...uris, uris[0]] })).status).toBe(400);
  });
});
