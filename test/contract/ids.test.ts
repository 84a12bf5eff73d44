import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseId, parseResource, RESOURCE_TYPES, toUri, toUrl } from "../../src/contract/index.js";

const ID = "1i6N76fftMZhijOzFQ5ZtL";
const base62 = fc.stringMatching(/^[0-9A-Za-z]{22}$/);

describe("ids, URIs and URLs", () => {
  it.each(RESOURCE_TYPES)("D19 reads spotify:%s:ID and writes it back", (type) => {
    expect(parseResource(`spotify:${type}:${ID}`)).toEqual({ type, id: ID });
    expect(toUri({ type, id: ID })).toBe(`spotify:${type}:${ID}`);
  });

  it.each([
    `spotify:user:spotify:playlist:${ID}`,
    `https://open.spotify.com/user/spotify/playlist/${ID}`,
    `https://open.spotify.com/playlist/${ID}?si=0123456789abcdef`,
    `https://open.spotify.com/intl-de/playlist/${ID}`,
    `https://open.spotify.com/intl-pt-br/playlist/${ID}/`,
    `https://open.spotify.com/embed/playlist/${ID}?theme=0`,
    `https://play.spotify.com/playlist/${ID}`,
  ])("D20 E49 reads the playlist of %s", (text) => {
    expect(parseResource(text)).toEqual({ type: "playlist", id: ID });
  });

  it.each([
    "spotify:something:ID",
    "spotify:track:ciao?123456789012345678",
    "spotify:user:spotify:track:x",
    "spotify:user:",
    "spotify:a:b:c:d",
    "https://evil.example/track/1i6N76fftMZhijOzFQ5ZtL",
    "https://open.spotify.com.evil.example/track/1i6N76fftMZhijOzFQ5ZtL",
    "https://open.spotify.com@evil.example/track/1i6N76fftMZhijOzFQ5ZtL",
    "https://open.spotify.com:8443/track/1i6N76fftMZhijOzFQ5ZtL",
    "https://open.spotify.com/track/../me",
    "file:///track/1i6N76fftMZhijOzFQ5ZtL",
    "",
  ])("D22 refuses %j", (text) => {
    expect(parseResource(text)).toBeNull();
  });

  it("D23 says which type was named where another is expected", () => {
    expect(parseId("track", `spotify:playlist:${ID}`)).toEqual({ found: "playlist" });
  });

  it.each(["../me", "%2e%2e/", "..\\", ";x", "?x", "#x", "..", ".", "", "x".repeat(10_000), "١٢٣", "a/b"])(
    "OR-13 takes %j for no id",
    (text) => {
      expect(parseId("track", text)).toBeNull();
      expect(parseResource(`spotify:track:${text}`)).toBeNull();
    },
  );

  it("brings every id of every type back from its URI and its URL", () => {
    const users = fc.string({ minLength: 1, maxLength: 30 }).filter((text) => parseId("user", text) === text);
    fc.assert(
      fc.property(fc.constantFrom(...RESOURCE_TYPES), base62, users, (type, id, user) => {
        const resource = { type, id: type === "user" ? user : id };
        expect(parseResource(toUri(resource))).toEqual(resource);
        expect(parseResource(toUrl(resource))).toEqual(resource);
      }),
    );
  });

  it("never gives an id that could leave its path segment", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...RESOURCE_TYPES),
        fc.string({ unit: "binary", maxLength: 60 }),
        (type, text) => {
          const id = parseId(type, text);
          if (typeof id !== "string") return;
          expect(encodeURIComponent(id)).not.toMatch(/[/\\?#]|^\.{1,2}$/);
        },
      ),
      { numRuns: 20_000 },
    );
  });

  it("IN-13 reads a megabyte of nonsense without effort", () => {
    expect(parseResource(`spotify:track:${"a".repeat(1_000_000)}`)).toBeNull();
    expect(parseResource(`https://open.spotify.com/${"track/".repeat(200_000)}`)).toBeNull();
  });
});
