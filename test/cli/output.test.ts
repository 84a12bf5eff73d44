import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { duration } from "../../src/base/clock.js";
import { name, toJsonText } from "../../src/cli/output.js";

const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.constantFrom(
    "\u001b[2J",
    "\u001b]52;c;x\u0007",
    "\u009b31m",
    "a\rb",
    "\u202eevil",
    "\u2028",
    "a\u200bb",
    "\u007f",
    "\ud800",
  ),
);

describe("what goes to a terminal", () => {
  it("IN-01 IN-02 cannot be driven by a name: one line, bounded, nothing invisible", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(name(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
        expect(name(text).length).toBeLessThanOrEqual(81);
      }),
    );
  });

  it("IN-01 cannot be driven by JSON, which still says what came", () => {
    fc.assert(
      fc.property(fc.dictionary(hostile, hostile), (value) => {
        const text = toJsonText(value);
        expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it.each([
    [0, "0 s"],
    [59_000, "59 s"],
    [3_540_000, "59 min"],
    [3_600_000, "1 h 0 min"],
    [49 * 3_600_000, "2 days"],
  ])("says %d ms as %s", (ms, words) => {
    expect(duration(ms)).toBe(words);
  });
});
