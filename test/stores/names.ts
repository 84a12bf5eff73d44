import fc from "fast-check";
import type { TokenKey } from "../../src/token/store.js";

/** Names that break out of a path, a query, a glob, a pattern or a device table where they are not escaped. */
export const HOSTILE_NAMES: readonly string[] = [
  "../x",
  "..",
  ".",
  "/etc/passwd",
  "a/b",
  "a\\b",
  "C:\\x",
  "CON",
  "con",
  "con.json",
  "nul",
  "com1",
  "mia",
  "Mia",
  "MIA",
  "🎭",
  "é",
  "e\u0301",
  "ß",
  "ss",
  " ",
  "a ",
  "a.",
  ".hidden",
  "*",
  "?",
  "%2e%2e",
  "{tag}",
  "a:b",
  "a+b",
  "a_b",
  "a_005fb",
  "';--",
  '"',
  "$(id)",
  "--help",
  "\0",
  "a\0b",
  "\r\nDEL x",
  "x".repeat(300),
  `${"x".repeat(299)}y`,
  "X".repeat(300),
  "🎭".repeat(300),
  "__proto__",
  "constructor",
];

/** Any name a person could give, the hostile ones often. */
export const anyName = fc.oneof(
  fc.constantFrom(...HOSTILE_NAMES),
  fc.string({ unit: "binary", minLength: 1, maxLength: 60 }),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }),
);

/** A key of any three names. */
export const anyKey: fc.Arbitrary<TokenKey> = fc.record({
  provider: anyName,
  clientId: anyName,
  profile: anyName,
});
