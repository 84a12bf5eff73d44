import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseLocalFile, parseResource } from "../../src/contract/index.js";

const form = (part: string) => encodeURIComponent(part).replaceAll("%20", "+");

describe("the URI of a local file", () => {
  it("is read part by part", () => {
    expect(parseLocalFile("spotify:local:The+Neighbours:Garage+Tapes:Untitled+%232:187")).toEqual({
      artist: "The Neighbours",
      album: "Garage Tapes",
      title: "Untitled #2",
      seconds: 187,
    });
    expect(parseLocalFile("spotify:local::::0")).toEqual({ artist: "", album: "", title: "", seconds: 0 });
  });

  it("gives back whatever was written into it", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 40 });
    fc.assert(
      fc.property(text, text, text, fc.nat(99_999), (artist, album, title, seconds) => {
        const uri = `spotify:local:${[artist, album, title].map(form).join(":")}:${seconds}`;
        expect(parseLocalFile(uri)).toEqual({ artist, album, title, seconds });
      }),
    );
  });

  it.each([
    "spotify:local:a:b:c",
    "spotify:local:a:b:c:d:1",
    "spotify:local:a:b:c:x",
    "spotify:local:%E0%A4%A:b:c:1",
    "spotify:local:a b:b:c:1",
    "spotify:local:a\nb:b:c:1",
    "spotify:track:a:b:c:1",
    `spotify:local:${"a".repeat(5000)}:b:c:1`,
    "",
  ])("is not %j", (text) => {
    expect(parseLocalFile(text)).toBeNull();
  });

  it("names nothing that the Web API could look up", () => {
    expect(parseResource("spotify:local:a:b:c:1")).toBeNull();
  });
});
