import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createCatalogue } from "../../src/emulator/world/catalogue.js";
import { fromId, KIND, type Kind, MAX_INDEX, toId } from "../../src/emulator/world/identifier.js";
import { keyOf } from "../../src/emulator/world/key.js";
import { moved } from "../../src/emulator/world/playlist.js";
import { guest, stillEmulator } from "./guest.js";

const kinds = fc.constantFrom(...(Object.keys(KIND) as Kind[]));
const seeds = fc.oneof(fc.integer(), fc.string());
const indices = fc.integer({ min: 0, max: MAX_INDEX });

describe("ids", () => {
  it("are 22 characters of base62 and lead back to what they stand for", () => {
    fc.assert(
      fc.property(seeds, kinds, indices, (seed, kind, index) => {
        const id = toId(keyOf(seed), kind, index);
        expect(id).toMatch(/^[0-9A-Za-z]{22}$/);
        expect(fromId(keyOf(seed), kind, id)).toBe(index);
      }),
    );
  });

  it("stand for one kind in one world only", () => {
    fc.assert(
      fc.property(seeds, seeds, kinds, kinds, indices, (seed, other, kind, wrong, index) => {
        const id = toId(keyOf(seed), kind, index);
        if (kind !== wrong) expect(fromId(keyOf(seed), wrong, id)).toBeNull();
        if (String(seed) !== String(other)) expect(fromId(keyOf(other), kind, id)).toBeNull();
      }),
    );
  });

  it("cannot be made up, and other texts are none", () => {
    const base62 = fc.string({ unit: fc.constantFrom(..."0aZ9qLx4"), minLength: 22, maxLength: 22 });
    fc.assert(
      fc.property(seeds, kinds, fc.oneof(base62, fc.string()), (seed, kind, text) => {
        expect(fromId(keyOf(seed), kind, text)).toBeNull();
      }),
    );
  });
});

describe("the catalogue", () => {
  it("holds together: every track is on its album, every album with its artist", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.nat(), (size, some) => {
        const catalogue = createCatalogue(keyOf(7), size);
        const track = catalogue.track(some % size);
        const album = catalogue.album(track.album);
        expect(track.album).toBeLessThan(catalogue.albums);
        expect(album.firstTrack + track.number - 1).toBe(track.index);
        expect(track.number).toBeLessThanOrEqual(album.totalTracks);
        expect(album.firstTrack + album.totalTracks).toBeLessThanOrEqual(size);
        expect(track.artists[0]).toBe(album.artist);
        expect(catalogue.albumsOf(album.artist)).toContain(album.index);
        expect(catalogue.find("track", track.id)).toBe(track.index);
      }),
    );
  });

  it("has about the promised size by default", () => {
    const { catalogue } = stillEmulator().world;
    expect([catalogue.tracks, catalogue.albums, catalogue.artists]).toEqual([1200, 120, 40]);
  });

  it("does not know what would come after its last track", () => {
    const { world } = stillEmulator({ size: { tracks: 50 } });
    expect(world.catalogue.find("track", world.catalogue.idOf("track", 50))).toBeNull();
  });
});

describe("a seed", () => {
  const sample = async (seed: number | string) => {
    const emulator = stillEmulator({ seed });
    const call = await guest(emulator);
    const answers = [];
    for (const path of ["/me/playlists", "/me/top/artists", "/me/following?type=artist"]) {
      answers.push((await call("GET", path)).text);
    }
    return answers.join("\n");
  };

  it("gives the same world every time, and another seed another", async () => {
    expect(await sample(3)).toBe(await sample(3));
    expect(await sample("three")).not.toBe(await sample(3));
  });

  it("comes back by a reset, whatever was done", async () => {
    const emulator = stillEmulator();
    const call = await guest(emulator);
    const before = (await call("GET", "/me/playlists")).text;
    await call("POST", "/me/playlists", { name: "More" });
    emulator.limits.useUp("quota", 9);
    emulator.faults.add({ kind: "html" });
    emulator.advance(1000);
    emulator.reset();
    expect(emulator.ledger.entries()).toEqual([]);
    expect(emulator.faults.list()).toEqual([]);
    expect((await call("GET", "/me")).status, "the token is gone too").toBe(401);
    expect((await (await guest(emulator))("GET", "/me/playlists")).text).toBe(before);
  });
});

describe("the state of a world", () => {
  it("is plain data: put back from a copy it answers as before", async () => {
    const emulator = stillEmulator();
    const call = await guest(emulator);
    const { world } = emulator;
    const maps = () => Object.entries(world).filter(([, value]) => value instanceof Map);
    const copy = structuredClone(new Map(maps()));
    const made = () => call("POST", "/me/playlists", { name: "Next" });
    const [before, first] = [(await call("GET", "/me/playlists")).text, (await made()).text];
    for (const [name, map] of maps()) {
      map.clear();
      for (const [key, value] of copy.get(name)) map.set(key, value);
    }
    expect((await call("GET", "/me/playlists")).text).toBe(before);
    expect((await made()).text, "the ids go on as they did").toBe(first);
  });
});

describe("moving a range", () => {
  it("keeps every entry, and the moved ones together and in order", () => {
    const lists = fc
      .array(fc.nat(), { maxLength: 30 })
      .map((numbers) =>
        numbers.map((number, place) => ({ uri: `${place}-${number}`, addedAt: "", addedBy: "" })),
      );
    fc.assert(
      fc.property(lists, fc.nat(30), fc.nat(30), fc.nat(40), (entries, start, length, before) => {
        const result = moved(entries, { start, length, before });
        expect(result.map(({ uri }) => uri).sort()).toEqual(entries.map(({ uri }) => uri).sort());
        const range = entries.slice(start, start + length);
        const at = result.findIndex(({ uri }) => uri === range[0]?.uri);
        if (range.length > 0) expect(result.slice(at, at + range.length)).toEqual(range);
      }),
    );
  });
});
