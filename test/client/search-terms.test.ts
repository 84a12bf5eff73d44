import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { searchQuery } from "../../src/client/index.js";
import { clientBench } from "./bench.js";

describe("searchQuery", () => {
  it.each([
    [{ text: "night" }, "night"],
    [{ text: "  night train " }, "night train"],
    [{ artist: "Muse" }, "artist:Muse"],
    [{ artist: "Velvet Harbour", album: "Glass" }, 'album:Glass artist:"Velvet Harbour"'],
    [{ track: 'Say "Hello" now' }, 'track:"Say Hello now"'],
    [{ track: "AC/DC: live" }, 'track:"AC/DC: live"'],
    [{ artist: "Björk" }, "artist:Björk"],
    [{ genre: "bossa nova" }, 'genre:"bossa nova"'],
    [{ year: 1994 }, "year:1994"],
    [{ year: [1990, 1999] as const }, "year:1990-1999"],
    [{ year: [1994, 1994] as const }, "year:1994"],
    [{ isrc: "QZEMU0000001", upc: "00602445790098" }, "isrc:QZEMU0000001 upc:00602445790098"],
    [{ tags: ["new", "hipster"] as const }, "tag:new tag:hipster"],
    [{ text: "night", year: 1994, artist: "" }, "night year:1994"],
  ])("writes %j as %s", (terms, query) => {
    expect(searchQuery(terms)).toBe(query);
  });

  it.each([
    [{}, /nothing to search for/],
    [{ text: " ", artist: '"' }, /nothing to search for/],
    [{ year: 94 }, /four digits/],
    [{ year: [1999, 1990] as const }, /first of two comes first/],
    [{ year: 1994.5 }, /four digits/],
  ])("refuses %j", (terms, why) => {
    expect(() => searchQuery(terms)).toThrow(why);
  });

  it("refuses a term that there is not, and says which is near", () => {
    // @ts-expect-error there is no such term
    expect(() => searchQuery({ text: "a", yaer: 1990 })).toThrow(
      expect.objectContaining({ hint: "Did you mean year?" }),
    );
  });

  it("never lets a value out of its quotation marks", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (artist) => {
        const query = searchQuery({ text: "x", artist });
        expect((query.match(/"/g) ?? []).length % 2).toBe(0);
        expect(query.replace(/ artist:(?:"[^"]*"|[\p{L}\p{N}_-]+)$/u, "")).toBe("x");
      }),
    );
  });

  it("is what search.find makes of terms", async () => {
    const { client, seen } = clientBench(() => ({ body: {} }));
    await client.search.find({
      q: { artist: "Velvet Harbour", year: [1990, 1999] },
      type: ["album", "track"],
    });
    expect(Object.fromEntries(seen()[0]?.query ?? [])).toEqual({
      q: 'artist:"Velvet Harbour" year:1990-1999',
      type: "album,track",
    });
  });
});
