import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCacheControl } from "../../src/transport/cache-control.js";
import { judge } from "../../src/transport/cache-freshness.js";
import { manualClock } from "../support/clock.js";

const { now } = manualClock();
const NOW = now();
const judged = (headers: Record<string, string>) => judge((name) => headers[name] ?? null, NOW);

describe("Cache-Control", () => {
  it.each([
    ["private, max-age=120", { noStore: false, noCache: false, maxAge: 120 }],
    ["MAX-AGE=5", { noStore: false, noCache: false, maxAge: 5 }],
    ['max-age="60"', { noStore: false, noCache: false, maxAge: 60 }],
    ["max-age = 60 , must-revalidate", { noStore: false, noCache: false, maxAge: 60 }],
    ["max-age=60, max-age=10", { noStore: false, noCache: false, maxAge: 10 }],
    ["max-age=10, max-age=60", { noStore: false, noCache: false, maxAge: 10 }],
    ["max-age=60; no-store", { noStore: true, noCache: false, maxAge: 60 }],
    ["max-age=60, no-store", { noStore: true, noCache: false, maxAge: 60 }],
    ["no-store max-age=60", { noStore: true, noCache: false, maxAge: undefined }],
    ['no-cache="set-cookie", max-age=9', { noStore: false, noCache: true, maxAge: 9 }],
    ["no-cache=", { noStore: false, noCache: true, maxAge: undefined }],
    ['x="no-store, max-age=0", max-age=7', { noStore: false, noCache: false, maxAge: 7 }],
    ['x="a\\", no-store", max-age=7', { noStore: false, noCache: false, maxAge: 7 }],
    ['max-age=7, x="open', { noStore: true, noCache: true, maxAge: undefined }],
    ["max-age=-1", { noStore: false, noCache: false, maxAge: 0 }],
    ["max-age=1.5", { noStore: false, noCache: false, maxAge: 0 }],
    ["max-age=1e9", { noStore: false, noCache: false, maxAge: 0 }],
    ["max-age=60 60", { noStore: false, noCache: false, maxAge: 0 }],
    ["max-age", { noStore: false, noCache: false, maxAge: 0 }],
    ["s-maxage=60, stale-while-revalidate=60, x=y", { noStore: false, noCache: false, maxAge: undefined }],
    ["no-stored, xno-store", { noStore: false, noCache: false, maxAge: undefined }],
    ["", { noStore: false, noCache: false, maxAge: undefined }],
  ])("of %s is read", (value, read) => {
    expect(readCacheControl(value)).toEqual(read);
  });

  it("is read whatever it is", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string({ unit: fc.constantFrom(...'max-age=1,; "\\no-store\t') }),
          fc.string({ unit: fc.constantFrom('"', "\\", ",", "="), minLength: 2000, maxLength: 6000 }),
        ),
        (value) => {
          const { maxAge } = readCacheControl(value);
          expect(maxAge === undefined || maxAge >= 0).toBe(true);
        },
      ),
    );
  });

  it("means the strictest of what it says, in any order, however it is written", () => {
    const name = fc.constantFrom("no-store", "no-cache", "private", "public", "must-revalidate", "x-other");
    const plain = fc
      .tuple(name, fc.boolean())
      .map(([text, isLoud]) => ({ text: isLoud ? text.toUpperCase() : text, name: text, age: undefined }));
    const aged = fc.tuple(fc.nat(), fc.constantFrom("", '"')).map(([age, quote]) => ({
      text: `max-age=${quote}${age}${quote}`,
      name: "max-age",
      age,
    }));
    const quoted = fc.constantFrom('x="no-store"', 'y="\\", max-age=0"').map((text) => ({
      text,
      name: "quoted",
      age: undefined,
    }));
    const separator = fc.constantFrom(",", ", ", " ,\t", ",,", ";");
    fc.assert(
      fc.property(fc.array(fc.oneof(plain, aged, quoted), { maxLength: 12 }), separator, (said, between) => {
        const read = readCacheControl(said.map(({ text }) => text).join(between));
        const ages = said.flatMap(({ age }) => age ?? []);
        expect(read).toEqual({
          noStore: said.some((one) => one.name === "no-store"),
          noCache: said.some((one) => one.name === "no-cache"),
          maxAge: ages.length === 0 ? undefined : Math.min(...ages),
        });
      }),
    );
  });
});

describe("how long an answer may be used", () => {
  it.each([
    ["as long as it says", { "cache-control": "max-age=60" }, 60_000],
    ["a day at most", { "cache-control": "max-age=99999999999999999999999" }, 86_400_000],
    ["less what it spent in other caches", { "cache-control": "max-age=60", age: "20" }, 40_000],
    ["less the largest age of several", { "cache-control": "max-age=60", age: "5, 50, x" }, 10_000],
    [
      "less its age by its date",
      { "cache-control": "max-age=60", date: new Date(NOW - 15_000).toUTCString() },
      45_000,
    ],
    [
      "until it expires, by the date of the same machine",
      {
        expires: "Sat, 21 Nov 2026 10:00:30 GMT",
        date: "Sat, 21 Nov 2026 10:00:00 GMT",
      },
      30_000 - 7_200_000,
    ],
    ["until it expires", { expires: new Date(NOW + 5000).toUTCString() }, 5000],
    ["no more when it expires at no date", { expires: "0" }, 0],
    [
      "as max-age says, and not until it expires",
      {
        "cache-control": "max-age=0",
        expires: new Date(NOW + 5000).toUTCString(),
      },
      0,
    ],
    ["not at all after no-cache", { "cache-control": "no-cache, max-age=60" }, 0],
    ["not at all when nothing is said", {}, 0],
  ])("is %s", (_, headers, lifetimeMs) => {
    expect(judged(headers)).toMatchObject({ mayKeep: true, lifetimeMs });
  });

  it.each([
    ["Accept-Encoding, AUTHORIZATION,, accept", true],
    ["*", false],
    ["accept, accept-language", false],
    ["origin", false],
  ])("with Vary: %s: kept is %s", (vary, mayKeep) => {
    expect(judged({ "cache-control": "max-age=60", vary }).mayKeep).toBe(mayKeep);
  });
});
