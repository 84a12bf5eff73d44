import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY } from "../../src/base/clock.js";
import { MAX_FOUND } from "../../src/emulator/search/search.js";
import { isEmpty, matchesSearch, parseSearch } from "../../src/emulator/search/search-query.js";
import { stillEmulator } from "./guest.js";

const NOW = Date.UTC(2026, 1, 20);
const { world } = stillEmulator({ size: { tracks: 3000 } });
const { catalogue } = world;

const trackText = (index: number) => {
  const track = catalogue.track(index);
  const album = catalogue.album(track.album);
  const artists = track.artists.map((artist) => catalogue.artist(artist));
  return { track, album, artists, by: artists.map(({ name }) => name).join(", ") };
};
type Thing = ReturnType<typeof trackText>;
const found = (q: string) => world.search("track", q);
/** What a search without any short cut gives: every track made and looked at. */
const looked = (matches: (thing: Thing) => boolean) =>
  Array.from({ length: catalogue.tracks }, (_, index) => index).filter((index) => matches(trackText(index)));

describe("a search for tracks", () => {
  const anyTrack = fc.nat(catalogue.tracks - 1);

  it("finds every track by its full name and artist, the last as well", () => {
    fc.assert(
      fc.property(anyTrack, (index) => {
        const { track, artists } = trackText(index);
        expect(found(`${track.name} ${artists[0]?.name}`)).toContain(index);
      }),
      { examples: [[0], [catalogue.tracks - 1]] },
    );
  });

  it("puts those first that have just the name", () => {
    fc.assert(
      fc.property(anyTrack, (index) => {
        const { name } = trackText(index).track;
        const first = trackText(found(name)[0] ?? -1).track.name;
        expect(first.toLowerCase()).toBe(name.toLowerCase());
      }),
      { numRuns: 30 },
    );
  });

  it("finds by the draws what a look at every name finds", () => {
    const some = (words: string) => fc.constantFrom(...words.split(" "));
    fc.assert(
      fc.property(
        some("moth radio velvet harbour the live pt 2 of a"),
        some("comet dance bergen ada s"),
        (a, b) => {
          const text = ({ track, by, album }: Thing) =>
            ` ${track.name} ${by} ${album.name}`.toLowerCase().replace(/[^a-z0-9]+/g, " ");
          const both = looked((thing) => text(thing).includes(a) && text(thing).includes(b));
          expect([...found(`${a} ${b}`)].sort((x, y) => x - y)).toEqual(both.slice(0, MAX_FOUND));
        },
      ),
    );
  });

  const asked: readonly (readonly [string, (thing: Thing) => boolean, string])[] = [
    ["artist:", ({ by }) => by.includes("Lindqvist"), 'artist:"Lindqvist"'],
    ["album:", ({ album }) => album.name.includes("Orchard"), "album:orchard"],
    ["track:", ({ track }) => track.name.includes("Orchard"), "track:ORCHARD"],
    ["genre:", ({ artists }) => artists.some(({ genres }) => genres.includes("dub")), "genre:dub"],
    ["year:", ({ album }) => /^199[0-4]/.test(album.releaseDate), "year:1990-1994"],
    ["isrc:", ({ track }) => track.isrc === "QZEMU0000123", "isrc:QZ-EMU-00-00123"],
    ["OR", ({ track }) => /Comet|Orbit/.test(track.name), "track:comet OR track:orbit"],
    [
      "NOT",
      ({ track }) => /Comet/.test(track.name) && !/Live/.test(track.name),
      "track:comet NOT track:live",
    ],
    ["a phrase", ({ track, album }) => /Harbour in/.test(`${track.name} ${album.name}`), '"harbour in"'],
  ];
  it.each(asked)("understands %s", (_name, matches, q) => {
    const all = looked(matches);
    expect(all.length).toBeGreaterThan(0);
    expect(found(q)).toEqual(all.slice(0, MAX_FOUND));
  });

  it.each(["&", "NOT", "year:soon", "tag:old", '""'])("finds nothing for %s, which asks for nothing", (q) => {
    expect(isEmpty(parseSearch(q, NOW))).toBe(true);
    expect(found(q)).toEqual([]);
  });

  it("counts no further than can be paged to, and has those with the name among them", () => {
    const large = stillEmulator({ size: { tracks: 60_000 } }).world;
    const all = large.search("track", "radio");
    expect(all).toHaveLength(MAX_FOUND);
    const named = all.filter((index) => large.catalogue.track(index).name === "Radio");
    expect(all.slice(0, named.length)).toEqual(named);
    expect(Math.max(...named)).toBeGreaterThan(Math.max(...all.slice(named.length)));
  });

  it("gives the same things again", () => {
    const again = stillEmulator({ size: { tracks: 3000 } }).world;
    expect(again.search("album", "moth")).toEqual(world.search("album", "moth"));
  });
});

describe("a tag", () => {
  const album = { name: "Moth", releaseDate: "2026-02-10", popularity: 9 };

  it("new takes what came out in the last two weeks by the clock", () => {
    const query = (now: number) => parseSearch("moth tag:new", now);
    expect(matchesSearch(query(NOW), album)).toBe(true);
    expect(matchesSearch(query(NOW + 7 * DAY), album)).toBe(false);
    expect(matchesSearch(query(NOW - 11 * DAY), album), "not out yet").toBe(false);
  });

  it("hipster takes the lowest tenth, of albums only", () => {
    const query = parseSearch("tag:hipster", NOW);
    expect(matchesSearch(query, album)).toBe(true);
    expect(matchesSearch(query, { ...album, popularity: 10 })).toBe(false);
    expect(matchesSearch(query, { name: "Moth" })).toBe(false);
  });
});

describe("words", () => {
  it("are compared without case, accents and what is between them", () => {
    const matches = (q: string, name: string) => matchesSearch(parseSearch(q, NOW), { name });
    expect(matches("SABADO", "Sábado")).toBe(true);
    expect(matches("散歩", "夜の散歩")).toBe(true);
    expect(matches("ada's", "Ada’s Radio")).toBe(true);
    expect(matches("half-lit", "Half-Lit Room")).toBe(true);
    expect(matches('"lit half"', "Half-Lit Room")).toBe(false);
  });
});

describe("a search by what only albums have", () => {
  it("finds an album by its UPC, and no track or artist", () => {
    const { upc, index } = catalogue.album(17);
    expect(world.search("album", `upc:${upc}`)).toEqual([index]);
    expect(world.search("album", "upc:999999999999")).toEqual([]);
    expect(world.search("track", `upc:${upc}`)).toEqual([]);
    expect(world.search("artist", `upc:${upc}`)).toEqual([]);
  });

  it("finds the albums that few know", () => {
    const few = world.search("album", "tag:hipster");
    const known = Array.from({ length: catalogue.albums }, (_, index) => index).filter(
      (index) => catalogue.album(index).popularity < 10,
    );
    expect(few).toEqual(known);
    expect(few.length).toBeGreaterThan(5);
  });
});
