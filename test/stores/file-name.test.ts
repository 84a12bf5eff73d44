import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fileStem, tokenFileName } from "../../src/stores/file-name.js";
import { anyName, HOSTILE_NAMES } from "./names.js";
import { KEY } from "./sample.js";

/** Any UTF-16 at all, halves of surrogate pairs too. */
const anyUnits = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1, maxLength: 40 })
  .map((units) => String.fromCharCode(...units));

const anyKey = fc.record({
  provider: fc.oneof(anyName, anyUnits),
  clientId: fc.oneof(anyName, anyUnits),
  profile: fc.oneof(anyName, anyUnits),
});

describe("the name of a token file", () => {
  test("is readable for an ordinary key", () => {
    expect(tokenFileName(KEY)).toBe("spotify+c0ffee+default.json");
    expect(tokenFileName({ ...KEY, provider: "127.0.0.1:8899" })).toBe(
      "127.0.0.1_003a8899+c0ffee+default.json",
    );
  });

  test("stays in the directory, plain and short, whatever the key", () => {
    fc.assert(
      fc.property(anyKey, (key) => {
        expect(tokenFileName(key)).toMatch(/^[a-z0-9_-][a-z0-9.+_-]{0,119}\.json$/);
      }),
    );
  });

  test("is never that of a Windows device", () => {
    for (const provider of ["con", "aux.x", "com1.example", "nul", "lpt9.a.b"]) {
      expect(fileStem({ ...KEY, provider }).split(".")[0]).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)$/);
    }
  });

  test("is another one for another key, even where case makes no difference", () => {
    fc.assert(
      fc.property(anyKey, anyKey, (one, other) => {
        fc.pre(JSON.stringify(one) !== JSON.stringify(other));
        expect(tokenFileName(one).toLowerCase()).not.toBe(tokenFileName(other).toLowerCase());
      }),
    );
    const names = HOSTILE_NAMES.map((profile) => tokenFileName({ ...KEY, profile }).toLowerCase());
    expect(new Set(names).size).toBe(HOSTILE_NAMES.length);
  });

  test("tells halves of surrogate pairs apart", () => {
    expect(fileStem({ ...KEY, profile: "\ud800" })).not.toBe(fileStem({ ...KEY, profile: "\ud801" }));
  });
});
