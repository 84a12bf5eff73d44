import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pythonFloat, writePythonJson } from "../../../src/token/formats/python-json.js";
import { JsonNumber, parseStrictJson } from "../../../src/token/formats/strict-json.js";

/** What `JSON.parse` would have made of it. */
function plain(value: unknown): unknown {
  if (value instanceof JsonNumber) return value.value;
  if (value instanceof Map) {
    // By entries, because an object literal would take "__proto__" for something else.
    return Object.fromEntries([...value].map(([name, member]) => [name, plain(member)]));
  }
  return Array.isArray(value) ? value.map(plain) : value;
}

const succeeds = (text: string, parse: (text: string) => unknown) => {
  try {
    parse(text);
    return true;
  } catch {
    return false;
  }
};

describe("strict JSON", () => {
  it("reads what JSON.parse reads, whatever the spaces", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), fc.nat(4), (text, indent) => {
        const spaced = JSON.stringify(JSON.parse(text), undefined, indent);
        expect(plain(parseStrictJson(spaced))).toEqual(JSON.parse(spaced));
      }),
    );
  });

  it("accepts nothing that JSON.parse refuses", () => {
    const pieces = fc.constantFrom(
      ...[
        '"a"',
        '"b":',
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        " ",
        "1",
        "-",
        ".5",
        "e3",
        "0",
        "true",
        "nul",
        "l",
        "\\",
        '"',
        "\u00a0",
      ],
    );
    const texts = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(texts, (text) => {
        const names = [...text.matchAll(/"(\w)":/g)].map(([, name]) => name);
        const isDouble = new Set(names).size < names.length;
        expect(succeeds(text, parseStrictJson) && !succeeds(text, JSON.parse)).toBe(false);
        // And refuses nothing else than a name that may be there twice.
        if (!isDouble) expect(succeeds(text, parseStrictJson)).toBe(succeeds(text, JSON.parse));
      }),
      { numRuns: 2000 },
    );
  });

  it("writes what it read, number for number", () => {
    for (const text of ["1770000000.0", "1e3", "-0", "12345678901234567890", "0.10"]) {
      expect(writePythonJson(parseStrictJson(text))).toBe(text);
    }
  });

  it("writes whole seconds with a point where Python holds a float", () => {
    expect(writePythonJson([pythonFloat(1_795_265_400), pythonFloat(1_795_265_400.001)])).toBe(
      "[1795265400.0, 1795265400.001]",
    );
  });
});
