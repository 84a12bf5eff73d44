import fc from "fast-check";
import { expect, test } from "vitest";
import { entryKey, entryName, redisNames } from "../../src/stores/redis-names.js";
import { anyKey, HOSTILE_NAMES } from "./names.js";
import { KEY } from "./sample.js";

/** What Redis Cluster counts of a key: what stands in its first braces, where there is something. */
function hashTag(key: string): string {
  const tag = /\{([^}]*)\}/s.exec(key)?.[1];
  return tag ? tag : key;
}

test("an ordinary key can be read", () => {
  const names = redisNames("stagedoor:");
  expect(names.token(KEY)).toBe("stagedoor:{spotify:c0ffee:default}");
  expect(names.lock(KEY)).toBe("stagedoor:{spotify:c0ffee:default}:lock");
});

test("FS-07 the key can be had back from its name, whatever it holds", () => {
  const halves = { ...KEY, profile: "\ud800" };
  expect(entryKey(entryName(halves))).toEqual(halves);
  fc.assert(
    fc.property(anyKey, (key) => {
      expect(entryKey(entryName(key))).toEqual(key);
    }),
  );
});

test("FS-07 a token and its lock are in one slot of a cluster, whatever the key and prefix hold", () => {
  const anyPrefix = fc
    .oneof(fc.constantFrom(...HOSTILE_NAMES, "{", "}", "a{b", "}{", "{a}{b}", ""), fc.string())
    .filter((prefix) => !prefix.includes("{}") && !/\p{Cs}/u.test(prefix));
  fc.assert(
    fc.property(anyPrefix, anyKey, (prefix, key) => {
      const names = redisNames(prefix);
      expect(hashTag(names.lock(key))).toBe(hashTag(names.token(key)));
      expect(new Set([names.lock(key), names.token(key), names.index]).size).toBe(3);
    }),
  );
});

test.each(["", "a", "a:b", "a:b:c:d", "a::c", "%:b:c", "%22:b:c"])("FS-07 %j is no name of ours", (name) => {
  expect(entryKey(name)).toBeUndefined();
});
