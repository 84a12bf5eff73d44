import { readdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { StagedoorError } from "../../src/base/errors.js";
import { encrypted } from "../../src/stores/encrypted.js";
import { fileStore } from "../../src/stores/file.js";
import { memoryStore } from "../../src/stores/memory.js";
import { serializeToken } from "../../src/token/serialization.js";
import { ABSENT, type TokenStore } from "../../src/token/store.js";
import { Token } from "../../src/token/token.js";
import { anyKey } from "./names.js";
import { KEY, sampleToken } from "./sample.js";
import { put } from "./store-under-test.js";
import { temporaryDirectory } from "./temporary-directory.js";

const SEALING_KEY = Uint8Array.from({ length: 32 }, (_, index) => index);
const OTHER = { ...KEY, profile: "other" };

const filesIn = (directory: string) => readdirSync(directory).filter((name) => name !== "locks");

/** A sealed record in a file of its own, which can be changed and put back. */
async function sealedFile(token: Token = sampleToken()) {
  const directory = temporaryDirectory();
  const store = encrypted(fileStore({ directory }), { key: SEALING_KEY });
  await store.compareAndSwap(KEY, ABSENT, token);
  const [name = ""] = filesIn(directory);
  const path = join(directory, name);
  const original = readFileSync(path);
  /** What a reader gets of these bytes: an error's code, or the token as text. */
  const readOf = async (bytes: Uint8Array): Promise<string> => {
    writeFileSync(path, bytes);
    try {
      const stored = await store.read(KEY);
      return stored === null ? "nothing" : serializeToken(stored.token);
    } catch (error) {
      return error instanceof StagedoorError ? error.code : `untyped: ${String(error)}`;
    } finally {
      for (const other of filesIn(directory)) if (other !== name) unlinkSync(join(directory, other));
    }
  };
  return { directory, store, path, original, readOf, token: serializeToken(token) };
}

const TYPED = ["store-undecryptable", "store-corrupt", "store-unreadable"];

describe("a file whose bytes were changed", () => {
  test.each([
    ["the lowest bit", 0x01, 0.4],
    ["the bit before it", 0x02, 0.4],
    ["the bit of upper case", 0x20, 0.25],
    // No longer UTF-8, and so noticed before the seal is.
    ["the highest bit", 0x80, 0],
  ])("FS-11 never gives another token: %s of each byte in turn", async (_name, mask, share) => {
    const token = sampleToken().with({ status: { state: "uncertain", at: 1_799_999_999_000 } });
    const file = await sealedFile(token);
    const outcomes = new Map<string, number>();
    for (const [index, byte] of file.original.entries()) {
      const changed = Buffer.from(file.original);
      changed[index] = byte ^ mask;
      const outcome = await file.readOf(changed);
      if (outcome !== file.token) expect(TYPED, `byte ${index}`).toContain(outcome);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    // Most of the file is sealed text or bound to it; what means nothing to the reader may change, but there is little of that.
    expect(outcomes.get("store-undecryptable") ?? 0).toBeGreaterThanOrEqual(file.original.length * share);
    expect(outcomes.get(file.token) ?? 0).toBeLessThan(10);
    expect(await file.readOf(file.original)).toBe(file.token);
  });

  test("FS-11 never gives another token, whatever is cut, put in or overwritten", async () => {
    const file = await sealedFile();
    const change = fc.record({
      at: fc.nat(file.original.length),
      remove: fc.nat(40),
      insert: fc.oneof(
        fc.uint8Array({ maxLength: 40 }),
        fc.string({ maxLength: 40 }).map((text) => Buffer.from(text)),
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        let bytes = Buffer.from(file.original);
        for (const { at, remove, insert } of changes) {
          bytes = Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + remove)]);
        }
        const outcome = await file.readOf(bytes);
        if (outcome !== file.token) expect(TYPED).toContain(outcome);
      }),
      { numRuns: 300 },
    );
  });

  test("FS-11 is refused after a swap with another profile's, also where the name in it was changed too", async () => {
    const { directory, store, path } = await sealedFile();
    await put(store, OTHER, "2");
    const [otherPath = ""] = filesIn(directory)
      .map((name) => join(directory, name))
      .filter((one) => one !== path);
    renameSync(path, `${path}.away`);
    renameSync(otherPath, path);
    renameSync(`${path}.away`, otherPath);
    const renamed = (at: string, from: string, to: string) =>
      writeFileSync(at, readFileSync(at, "utf8").replace(`"profile":"${from}"`, `"profile":"${to}"`));
    renamed(path, "other", "default");
    renamed(otherPath, "default", "other");
    await expect(store.read(KEY)).rejects.toMatchObject({ code: "store-undecryptable" });
    await expect(store.read(OTHER)).rejects.toMatchObject({ code: "store-undecryptable" });
  });

  test("FS-11 is refused as an old ciphertext under the new generation; a whole old file is the old token and no other", async () => {
    const { store, path, original, readOf, token } = await sealedFile();
    const generation = await put(store, KEY, "2");
    const old = JSON.parse(original.toString());
    expect(await readOf(Buffer.from(JSON.stringify({ ...old, generation })))).toBe("store-undecryptable");
    const present = JSON.parse(readFileSync(path, "utf8"));
    expect(await readOf(Buffer.from(JSON.stringify({ ...present, token: old.token })))).toBe(
      "store-undecryptable",
    );
    expect(await readOf(original)).toBe(token);
  });
});

describe("any token under any name", () => {
  const text = fc.string({
    unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
    minLength: 1,
  });
  const time = fc.integer({ min: 0, max: 4_000_000_000_000 });
  const anyToken = fc
    .record({
      accessToken: text,
      refreshToken: fc.option(text, { nil: undefined }),
      expiresAt: fc.oneof(time, fc.double({ noNaN: true, noDefaultInfinity: true })),
      scopes: fc.array(fc.string({ unit: "binary" })),
      issuer: fc.string({ unit: "binary", minLength: 1 }).filter((issuer) => !issuer.startsWith("sealed+")),
      clientId: fc.string({ unit: "binary", minLength: 1 }),
      grant: fc.constantFrom(
        "authorization_code" as const,
        "client_credentials" as const,
        "implicit" as const,
      ),
      authorizedAt: time,
      obtainedAt: time,
      status: fc.oneof(
        fc.constant({ state: "active" as const }),
        time.map((at) => ({ state: "uncertain" as const, at })),
        fc
          .record({ reason: fc.string({ unit: "binary", minLength: 1 }), at: time })
          .map((mark) => ({ state: "reauthorization-required" as const, ...mark })),
      ),
    })
    .map((fields) => new Token(fields));

  test("FS-11 comes back as it was, and nowhere else", async () => {
    const places: readonly TokenStore[] = [memoryStore(), fileStore({ directory: temporaryDirectory() })];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...places),
        anyKey,
        anyKey,
        anyToken,
        async (within, key, other, token) => {
          const store = encrypted(within, { key: SEALING_KEY });
          await store.compareAndSwap(key, (await within.read(key))?.generation ?? ABSENT, token);
          const stored = await store.read(key);
          expect(stored && serializeToken(stored.token)).toBe(serializeToken(token));
          const record = await within.read(key);
          const moved = encrypted({ ...memoryStore(), read: async () => record }, { key: SEALING_KEY });
          fc.pre(JSON.stringify(key) !== JSON.stringify(other));
          await expect(moved.read(other)).rejects.toMatchObject({ code: "store-undecryptable" });
        },
      ),
      { numRuns: 150 },
    );
  });
});
