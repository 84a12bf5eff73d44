import { createCipheriv, pbkdf2Sync } from "node:crypto";
import { afterEach, describe, expect, test, vi } from "vitest";
import { encrypted } from "../../src/stores/encrypted.js";
import { deriveKey } from "../../src/stores/encrypted-key.js";
import { memoryStore } from "../../src/stores/memory.js";
import type { TokenStore } from "../../src/token/store.js";
import { KEY, sampleToken } from "./sample.js";
import { put, textOf } from "./store-under-test.js";

const PASSPHRASE = "correct horse battery staple";
const open = (within: TokenStore, passphrase = PASSPHRASE) => encrypted(within, { key: { passphrase } });

const FORMER = {
  issuer: "sealed+https://accounts.spotify.com",
  accessToken: "stagedoor-sealed.1.pngI45vN.WiRICvzotvzDzCyfPnKgH4K2AylgWUVXk5hBJGe7HZf18qbpQnWA",
  refreshToken: "stagedoor-sealed.1.pngI45vN.7d2ntxyQp7tS5QuiIMxXh_-fbO85juEI3Y_5gQ0Y2gWE9M0-Crwb",
};

afterEach(() => {
  vi.restoreAllMocks();
});

/** Counts derivations from here on. */
function derivations() {
  const spy = vi.spyOn(crypto.subtle, "deriveKey");
  return () => spy.mock.calls.length;
}

const otherProfile = (profile: string) => ({ ...KEY, profile });

describe("the key of a passphrase", () => {
  test("FS-11 is what RFC 7914, section 11, says of PBKDF2 with HMAC-SHA-256", async () => {
    const salt = Buffer.from("NaCl").toString("base64url");
    const key = await deriveKey("Password", { iterations: 80_000, salt });
    const known = Buffer.from("4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56", "hex");
    const iv = new Uint8Array(12);
    const cipher = createCipheriv("aes-256-gcm", known, iv);
    const theirs = Buffer.concat([cipher.update("known answer"), cipher.final(), cipher.getAuthTag()]);
    const ours = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, Buffer.from("known answer"));
    expect(Buffer.from(ours)).toEqual(theirs);
  });

  test("FS-11 is made with 600,000 iterations and the salt in the record", async () => {
    const within = memoryStore();
    await put(open(within), KEY, "1");
    const text = (await within.read(KEY))?.token.accessToken ?? "";
    const [, , id, iterations, salt = ""] = text.split(".");
    expect(iterations).toBe("600000");
    const bytes = pbkdf2Sync(PASSPHRASE, Buffer.from(salt, "base64url"), 600_000, 32, "sha256");
    const cipher = createCipheriv("aes-256-gcm", bytes, new Uint8Array(12)).setAAD(
      Buffer.from("stagedoor key id"),
    );
    cipher.final();
    expect(id).toBe(cipher.getAuthTag().subarray(0, 6).toString("base64url"));
    // The bytes alone are no passphrase: what a passphrase sealed names its salt, and only a passphrase opens it.
    await expect(encrypted(within, { key: bytes }).read(KEY)).rejects.toMatchObject({
      code: "store-undecryptable",
    });
  });

  test("is the same for the same letters, however a system composes them", async () => {
    const within = memoryStore();
    await put(open(within, "caf\u00e9 caf\u00e9"), KEY, "1");
    expect(await textOf(open(within, "cafe\u0301 cafe\u0301"), KEY)).toBe("1");
  });

  test("I9 is derived once, however much is read and written at the same time", async () => {
    const count = derivations();
    const store = open(memoryStore());
    await Promise.all(["a", "b", "c"].map((profile) => put(store, otherProfile(profile), "1")));
    await Promise.all(["a", "b", "c"].map((profile) => store.read(otherProfile(profile))));
    expect(count()).toBe(1);
  });

  test("I9 is derived once in each process that shares the place: the salt is taken over", async () => {
    const within = memoryStore();
    await put(open(within), KEY, "1");
    const count = derivations();
    const second = open(within);
    expect(await textOf(second, KEY)).toBe("1");
    await put(second, KEY, "2");
    await put(second, otherProfile("other"), "2");
    expect(count()).toBe(1);
  });

  test("I9 is kept for sixteen salts and no more", async () => {
    // Without the cost of each: what counts is how often it would be paid.
    const real = await crypto.subtle.importKey("raw", Buffer.from(PASSPHRASE), "PBKDF2", false, [
      "deriveKey",
    ]);
    const derive = crypto.subtle.deriveKey.bind(crypto.subtle);
    const spy = vi
      .spyOn(crypto.subtle, "deriveKey")
      .mockImplementation(((parameters: Pbkdf2Params) =>
        derive({ ...parameters, iterations: 1 }, real, { name: "AES-GCM", length: 256 }, false, [
          "encrypt",
          "decrypt",
        ])) as typeof crypto.subtle.deriveKey);
    const within = memoryStore();
    const profiles = Array.from({ length: 17 }, (_, index) => otherProfile(String(index)));
    for (const key of profiles) await put(open(within), key, "1");
    const store = open(within);
    const before = spy.mock.calls.length;
    for (const key of profiles) await store.read(key);
    expect(spy.mock.calls.length - before).toBe(17);
    await store.read(profiles[16] ?? KEY);
    expect(spy.mock.calls.length - before).toBe(17);
    await store.read(profiles[0] ?? KEY);
    expect(spy.mock.calls.length - before).toBe(18);
  });

  test("FS-11 is not derived for a count or a salt that no stagedoor writes", async () => {
    const within = memoryStore();
    await put(open(within), KEY, "1");
    const record = await within.read(KEY);
    if (record === null) throw new Error("Nothing was stored.");
    const count = derivations();
    const [mark, version, id, iterations = "", salt = "", box] = record.token.accessToken.split(".");
    for (const [wrongCount, wrongSalt] of [
      ["1", salt],
      ["599999", salt],
      ["10000001", salt],
      ["9".repeat(30), salt],
      ["0600000", salt],
      ["6e5", salt],
      ["", salt],
      [iterations, salt.slice(1)],
      [iterations, ""],
      [iterations, `${salt}.${salt}`],
    ]) {
      const accessToken = [mark, version, id, wrongCount, wrongSalt, box].join(".");
      const changed = {
        ...within,
        read: async () => ({ ...record, token: record.token.with({ accessToken }) }),
      };
      await expect(open(changed).read(KEY)).rejects.toMatchObject({ code: "store-undecryptable" });
    }
    expect(count()).toBe(0);
  });

  test("FS-11 of another passphrase opens nothing, and several may be given", async () => {
    const within = memoryStore();
    await put(open(within), KEY, "1");
    await expect(open(within, "another passphrase").read(KEY)).rejects.toMatchObject({
      code: "store-undecryptable",
      message: expect.stringContaining("another passphrase (key id "),
    });
    const both = encrypted(within, { key: [Buffer.alloc(32, "k1"), { passphrase: PASSPHRASE }] });
    expect(await textOf(both, KEY)).toBe("1");
    await put(both, KEY, "2");
    await expect(open(within).read(KEY)).rejects.toMatchObject({ code: "store-undecryptable" });
  });
});

describe("what an earlier version sealed", () => {
  test("still opens", async () => {
    const key = Uint8Array.from({ length: 32 }, (_, index) => index);
    const token = sampleToken().with(FORMER);
    const within = { ...memoryStore(), read: async () => ({ generation: 1_800_000_000_000, token }) };
    expect(await textOf(encrypted(within, { key }), KEY)).toBe("1");
  });
});
