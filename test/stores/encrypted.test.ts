import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { encrypted } from "../../src/stores/encrypted.js";
import { fileStore } from "../../src/stores/file.js";
import { memoryStore } from "../../src/stores/memory.js";
import { serializeToken } from "../../src/token/serialization.js";
import { ABSENT, type TokenStore } from "../../src/token/store.js";
import type { Token } from "../../src/token/token.js";
import { secretsIn } from "../support/canary.js";
import { KEY, sampleToken } from "./sample.js";
import { put, textOf } from "./store-under-test.js";
import { storeSuite } from "./suite.js";
import { temporaryDirectory } from "./temporary-directory.js";

const bytes = (first: number) => Uint8Array.from({ length: 32 }, (_, index) => first + index);
const hex = (key: Uint8Array) => Buffer.from(key).toString("hex");
const KEY_1 = bytes(1);
const KEY_2 = bytes(2);

storeSuite("encrypted memory", () => {
  const within = memoryStore();
  return { store: encrypted(within, { key: KEY_1 }), sibling: encrypted(within, { key: hex(KEY_1) }) };
});

storeSuite("encrypted file", () => {
  const home = mkdtempSync(join(tmpdir(), "stagedoor-"));
  const open = () => encrypted(fileStore({ directory: join(home, "tokens") }), { key: KEY_1 });
  return { store: open(), sibling: open(), close: async () => rmSync(home, { recursive: true }) };
});

const refused = (why: RegExp) => ({ code: "store-undecryptable", message: expect.stringMatching(why) });

/** A store with a sealed sample in it, and the store within. */
async function sealed(text = "1") {
  const within = memoryStore();
  const store = encrypted(within, { key: KEY_1 });
  await put(store, KEY, text);
  const record = await within.read(KEY);
  if (record === null) throw new Error("Nothing was stored.");
  /** Puts a token in the place of the sealed one, at the same generation. */
  const replaced = (token: Token) =>
    encrypted({ ...within, read: async () => ({ generation: record.generation, token }) }, { key: KEY_1 });
  return { within, store, record, replaced };
}

describe("what lies in the place", () => {
  test("FS-11 I8 holds no secret in any form, and all the rest readable", async () => {
    const directory = temporaryDirectory();
    const store = encrypted(fileStore({ directory }), { key: KEY_1 });
    const token = sampleToken('\\%"long-enough-to-be-found');
    await store.compareAndSwap(KEY, ABSENT, token);
    const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((one) =>
      one.isFile(),
    );
    const text = files.map((one) => readFileSync(join(one.parentPath, one.name), "latin1")).join("\n");
    const secrets = [token.accessToken, token.refreshToken ?? ""];
    expect(secretsIn(serializeToken(token), secrets)).toEqual(secrets);
    expect(secretsIn(text, [...secrets, "CANARY-", ...secrets.map((one) => one.slice(10))])).toEqual([]);
    expect(secretsIn(text, [hex(KEY_1), Buffer.from(KEY_1).toString("latin1")])).toEqual([]);
    const bare = await fileStore({ directory }).read(KEY);
    const { scopes, expiresAt, authorizedAt, obtainedAt, status, clientId, grant } = token;
    expect(bare?.token).toMatchObject({
      scopes,
      expiresAt,
      authorizedAt,
      obtainedAt,
      status,
      clientId,
      grant,
    });
    expect(bare?.token.issuer).toBe("sealed+https://accounts.spotify.com");
    expect(await store.list()).toEqual([KEY]);
  });

  test("FS-11 is another text at every write, also of the same token", async () => {
    const { within, store } = await sealed();
    const texts = new Set<string>();
    for (let round = 0; round < 20; round++) {
      await put(store, KEY, "1");
      const token = (await within.read(KEY))?.token;
      texts.add(token?.accessToken ?? "").add(token?.refreshToken ?? "");
    }
    expect(texts.size).toBe(40);
  });

  test("is said to be encrypted, and is as good as the place within", async () => {
    const within: TokenStore = { ...memoryStore(), place: "a shoebox", problems: ["dusty"], readOnly: true };
    expect(encrypted(within, { key: KEY_1 })).toMatchObject({
      place: "a shoebox, encrypted",
      problems: ["dusty"],
      readOnly: true,
    });
    const { read, compareAndSwap, withLock, list } = memoryStore();
    const bare = encrypted({ read, compareAndSwap, withLock, list }, { key: KEY_1 });
    expect(bare).toMatchObject({ place: "a store, encrypted", problems: [], readOnly: false });
  });
});

describe("a record that is not what was sealed", () => {
  test("FS-11 is refused with any plain field changed", async () => {
    const { record, replaced } = await sealed();
    const { token } = record;
    const changes: readonly Partial<Token>[] = [
      { scopes: [] },
      { scopes: [...token.scopes, "user-read-email"] },
      { scopes: [token.scopes.join(",")] },
      { expiresAt: token.expiresAt + 1 },
      { authorizedAt: token.authorizedAt + 1 },
      { obtainedAt: token.obtainedAt + 1 },
      { issuer: "sealed+https://accounts.evil.example" },
      { issuer: "https://accounts.spotify.com" },
      { clientId: "other" },
      { grant: "implicit" },
      { status: { state: "uncertain", at: 5 } },
      { status: { state: "reauthorization-required", reason: "no", at: 5 } },
      { refreshToken: undefined },
      { refreshToken: token.accessToken },
      { accessToken: token.refreshToken ?? "" },
      { accessToken: "BQ-plain" },
      { refreshToken: "AQ-plain" },
      { accessToken: token.refreshToken ?? "", refreshToken: token.accessToken },
    ];
    for (const change of changes) {
      const tampered = replaced(token.with(change));
      await expect(tampered.read(KEY), JSON.stringify(Object.keys(change))).rejects.toMatchObject(
        refused(/changed/),
      );
    }
    // Nothing but the change was at fault.
    expect(await textOf(replaced(token), KEY)).toBe("1");
  });

  test("FS-11 is refused under another profile, app or provider", async () => {
    const { within, store, record } = await sealed();
    for (const other of [
      { ...KEY, profile: "other" },
      { ...KEY, clientId: "other" },
      { ...KEY, provider: "other" },
    ]) {
      const copying: TokenStore = { ...within, read: async () => record };
      await expect(encrypted(copying, { key: KEY_1 }).read(other)).rejects.toMatchObject(
        refused(/another profile/),
      );
    }
    expect(await textOf(store, KEY)).toBe("1");
  });

  test("FS-11 is refused when it comes from an older generation, in whole or in half", async () => {
    const { store, record: old, within } = await sealed("1");
    await put(store, KEY, "1");
    const present = await within.read(KEY);
    if (present === null) throw new Error("Nothing was stored.");
    const { accessToken, refreshToken } = old.token;
    for (const change of [{ accessToken, refreshToken }, { accessToken }, { refreshToken }]) {
      const replayed: TokenStore = {
        ...within,
        read: async () => ({ ...present, token: present.token.with(change) }),
      };
      await expect(encrypted(replayed, { key: KEY_1 }).read(KEY)).rejects.toMatchObject(
        refused(/older record/),
      );
    }
  });

  test("FS-11 is refused when its halves come from two writes that got the same generation", async () => {
    const one = await sealed("1");
    const two = await sealed("1");
    expect(one.record.generation).toBe(two.record.generation);
    const mixture = one.record.token.with({ refreshToken: two.record.token.refreshToken });
    await expect(one.replaced(mixture).read(KEY)).rejects.toMatchObject(refused(/changed/));
  });

  test("LK-02 is told of without key, token or record", async () => {
    const { within } = await sealed();
    const error = await encrypted(within, { key: KEY_2 })
      .read(KEY)
      .catch((thrown: unknown) => thrown);
    const record = await within.read(KEY);
    const secrets = ["CANARY-AT-1", hex(KEY_1), hex(KEY_2), record?.token.accessToken ?? "?"];
    expect(secretsIn(inspect(error, { showHidden: true, depth: null }), secrets)).toEqual([]);
    const store = encrypted(within, { key: hex(KEY_1) });
    expect(secretsIn(inspect(store, { showHidden: true, depth: null }), [hex(KEY_1)])).toEqual([]);
  });

  test("of a newer format asks for a newer stagedoor", async () => {
    const { record, replaced } = await sealed();
    const accessToken = record.token.accessToken.replace("-sealed.1.", "-sealed.2.");
    await expect(replaced(record.token.with({ accessToken })).read(KEY)).rejects.toMatchObject(
      refused(/newer/),
    );
  });
});

describe("what was stored before there was encryption", () => {
  test("is refused, says why, and stays as it is", async () => {
    const within = memoryStore();
    await put(within, KEY, "1");
    const store = encrypted(within, { key: KEY_1 });
    const error = await store.read(KEY).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      ...refused(/not encrypted/),
      hint: expect.stringContaining("adoptPlain: true"),
    });
    expect(await textOf(within, KEY)).toBe("1");
  });

  test("is adopted where that was asked for, and encrypted at the next write", async () => {
    const within = memoryStore();
    await put(within, KEY, "1");
    const adopting = encrypted(within, { key: KEY_1, adoptPlain: true });
    expect(await textOf(adopting, KEY)).toBe("1");
    expect(await textOf(within, KEY)).toBe("1");
    await put(adopting, KEY, "2");
    expect((await within.read(KEY))?.token.accessToken).toMatch(/^stagedoor-sealed\.1\./);
    expect(await textOf(encrypted(within, { key: KEY_1 }), KEY)).toBe("2");
  });

  test("FS-11 is not adopted where a part of it is sealed", async () => {
    const { within, record } = await sealed();
    const issuer = "https://accounts.spotify.com";
    const { token } = record;
    for (const mixture of [
      token.with({ issuer }),
      token.with({ issuer, refreshToken: undefined }),
      token.with({ issuer, accessToken: "BQ-plain" }),
      token.with({ accessToken: "BQ-plain", refreshToken: undefined }),
      token.with({ refreshToken: "AQ-plain" }),
    ]) {
      const mixed: TokenStore = { ...within, read: async () => ({ ...record, token: mixture }) };
      const store = encrypted(mixed, { key: KEY_1, adoptPlain: true });
      await expect(store.read(KEY)).rejects.toMatchObject(refused(/changed/));
    }
  });
});

describe("keys", () => {
  test("are taken as bytes, base64, base64url, hexadecimal and CryptoKey alike", async () => {
    const key = Uint8Array.from({ length: 32 }, (_, index) => 255 - index);
    const buffer = Buffer.from(key);
    const imported = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt", "decrypt"]);
    const forms = [
      key,
      buffer,
      buffer.toString("base64"),
      ` ${buffer.toString("base64url")}\n`,
      buffer.toString("hex"),
      buffer.toString("hex").toUpperCase(),
      imported,
    ];
    expect(buffer.toString("base64")).toMatch(/[+/]/);
    const within = memoryStore();
    for (const [index, form] of forms.entries())
      await put(encrypted(within, { key: form }), KEY, String(index));
    for (const form of forms) expect(await textOf(encrypted(within, { key: form }), KEY)).toBe("6");
  });

  test("are copied: what becomes of the array afterwards changes nothing", async () => {
    const within = memoryStore();
    const key = bytes(1);
    const store = encrypted(within, { key });
    key.fill(0);
    await put(store, KEY, "1");
    expect(await textOf(encrypted(within, { key: KEY_1 }), KEY)).toBe("1");
  });

  test("are changed without losing a record: all open, the first seals", async () => {
    const within = memoryStore();
    const other = { ...KEY, profile: "other" };
    const old = encrypted(within, { key: KEY_1 });
    await put(old, KEY, "1");
    await put(old, other, "1");
    const both = encrypted(within, { key: [KEY_2, KEY_1] });
    expect(await textOf(both, KEY)).toBe("1");
    await put(both, KEY, "2");
    const fresh = encrypted(within, { key: KEY_2 });
    expect(await textOf(fresh, KEY)).toBe("2");
    await expect(old.read(KEY)).rejects.toMatchObject(refused(/another key/));
    await expect(fresh.read(other)).rejects.toMatchObject(refused(/another key/));
    expect(await textOf(both, other)).toBe("1");
  });

  test("that do not fit are told from a changed record, with the next step", async () => {
    const { within } = await sealed();
    const error = await encrypted(within, { key: [KEY_2, bytes(3)] })
      .read(KEY)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      ...refused(
        /^The token of profile "default" \(the memory of this process\) .*another key \(key id [\w-]{8}\) than the 2 given/,
      ),
      hint: expect.stringContaining("[present, former]"),
    });
  });

  test("that are lost do not stand in the way of removing a record or of a new login", async () => {
    const { within, record } = await sealed();
    const store = encrypted(within, { key: KEY_2 });
    expect(await store.compareAndSwap(KEY, record.generation, sampleToken("2"))).not.toBeNull();
    expect(await textOf(store, KEY)).toBe("2");
  });

  const wrong: readonly (readonly [string, unknown])[] = [
    ["no key", undefined],
    ["an empty text", ""],
    ["a short text", "c2hvcnQ="],
    ["63 hexadecimal digits", "a".repeat(63)],
    ["a base64 text whose last bits mean nothing", `${"A".repeat(42)}B`],
    ["31 bytes", new Uint8Array(31).map((_, index) => index)],
    ["an array that was never filled", new Uint8Array(32)],
    ["no keys", []],
    ["too many keys", Array.from({ length: 17 }, (_, index) => bytes(index))],
    ["an empty passphrase", { passphrase: "" }],
    ["a short passphrase", { passphrase: "1234567" }],
    ["too few iterations", { passphrase: "long enough", iterations: 599_999 }],
    ["too many iterations", { passphrase: "long enough", iterations: 10_000_001 }],
    ["half an iteration", { passphrase: "long enough", iterations: 600_000.5 }],
  ];
  test.each(wrong)("refuse %s at once", (_name, key) => {
    const options = { key } as Parameters<typeof encrypted>[1];
    expect(() => encrypted(memoryStore(), options)).toThrow(
      expect.objectContaining({ code: "argument-invalid" }),
    );
  });

  test("refuse a CryptoKey that is of another kind or may not do both", async () => {
    const raw = KEY_1;
    for (const key of [
      await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["decrypt"]),
      await crypto.subtle.importKey("raw", raw.slice(16), "AES-GCM", false, ["encrypt", "decrypt"]),
      await crypto.subtle.importKey("raw", raw, "AES-CTR", false, ["encrypt", "decrypt"]),
      await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]),
    ]) {
      expect(() => encrypted(memoryStore(), { key })).toThrow(
        expect.objectContaining({ code: "argument-invalid" }),
      );
    }
  });

  test("LK-02 are in no message, whatever is wrong with them", () => {
    for (const key of ["CANARY-KEY-not-32-bytes", { passphrase: "CANARY", iterations: 1 }]) {
      const attempt = () => encrypted(memoryStore(), { key });
      expect(attempt).toThrow(expect.objectContaining({ message: expect.not.stringContaining("CANARY") }));
    }
  });
});

describe("a secret", () => {
  test("may be as long as its sealed text allows, and one more is refused with the old record kept", async () => {
    const directory = temporaryDirectory();
    const store = encrypted(fileStore({ directory }), { key: KEY_1 });
    const longest = sampleToken().with({ accessToken: "~".repeat(6000), refreshToken: "!".repeat(6000) });
    const generation = (await store.compareAndSwap(KEY, ABSENT, longest)) ?? ABSENT;
    const longer = longest.with({ accessToken: "~".repeat(6001) });
    await expect(store.compareAndSwap(KEY, generation, longer)).rejects.toMatchObject({
      code: "store-unwritable",
    });
    expect(await store.read(KEY)).toMatchObject({ generation, token: { accessToken: longest.accessToken } });
  });

  test("LK-04 that could not go into a header is refused", async () => {
    for (const accessToken of ["", "a\r\nb", "☃", "a b", "x".repeat(8193)]) {
      const token = sampleToken().with({ accessToken });
      const store = encrypted(memoryStore(), { key: KEY_1 });
      await expect(store.compareAndSwap(KEY, ABSENT, token)).rejects.toMatchObject({ code: "token-invalid" });
    }
  });
});
