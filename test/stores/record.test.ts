import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test, vi } from "vitest";
import type { FileStore } from "../../src/stores/file.js";
import { fileStore } from "../../src/stores/file.js";
import { tokenFileName } from "../../src/stores/file-name.js";
import type { TokenKey } from "../../src/token/store.js";
import { KEY, sampleText, sampleToken } from "./sample.js";
import { put, textOf } from "./store-under-test.js";
import { temporaryDirectory } from "./temporary-directory.js";

const NOW = 1_800_000_000_000;

function makeStore(): FileStore {
  return fileStore({ directory: temporaryDirectory(), clock: { now: () => NOW } });
}

function pathOf(store: FileStore, key: TokenKey = KEY): string {
  return join(store.directory, tokenFileName(key));
}

async function storeHolding(content: string | Uint8Array): Promise<FileStore> {
  const store = makeStore();
  mkdirSync(store.directory, { recursive: true, mode: 0o700 });
  writeFileSync(pathOf(store), content, { mode: 0o600 });
  return store;
}

describe("where the files are", () => {
  test("is the stagedoor folder of the configuration directory", () => {
    const directory = temporaryDirectory();
    vi.stubEnv("XDG_CONFIG_HOME", directory);
    vi.stubEnv("APPDATA", directory);
    if (process.platform !== "darwin") {
      expect(fileStore().directory).toBe(join(directory, "stagedoor", "tokens"));
    }
    vi.unstubAllEnvs();
  });

  test("is never the working directory for want of a home", () => {
    for (const name of ["HOME", "USERPROFILE", "XDG_CONFIG_HOME", "APPDATA"]) vi.stubEnv(name, "");
    if (process.platform === "linux") expect(() => fileStore()).toThrow("home directory is not known");
    vi.unstubAllEnvs();
  });

  test("does not move with the working directory", () => {
    expect(fileStore({ directory: "tokens" }).directory).toBe(resolve("tokens"));
  });

  test("is not touched by making a store, reading or listing", async () => {
    const store = makeStore();
    expect(await store.read(KEY)).toBeNull();
    expect(await store.list()).toEqual([]);
    expect(() => statSync(store.directory)).toThrow("ENOENT");
  });
});

test("ten thousand profiles are listed", { timeout: 60_000 }, async () => {
  const store = makeStore();
  const other = { ...KEY, profile: "other" };
  await store.compareAndSwap(other, 0, sampleToken());
  const text = readFileSync(pathOf(store, other), "utf8");
  for (let index = 1; index < 10_000; index++) {
    const key = { ...KEY, profile: `p${index}` };
    const content = JSON.stringify({ ...JSON.parse(text), key });
    writeFileSync(pathOf(store, key), content, { mode: 0o600 });
  }
  expect(await store.list()).toHaveLength(10_000);
});

describe("a generation", () => {
  test("is the time of the write, or one more than the last", async () => {
    const store = makeStore();
    expect(await store.compareAndSwap(KEY, 0, sampleToken())).toBe(NOW);
    expect(await store.compareAndSwap(KEY, NOW, sampleToken())).toBe(NOW + 1);
  });

  test("does not come back after a removal, not even when the clock was set back", async () => {
    const { directory } = makeStore();
    const before = fileStore({ directory, clock: { now: () => NOW } });
    await before.compareAndSwap(KEY, 0, sampleToken());
    await before.compareAndSwap(KEY, NOW, null);
    const after = fileStore({ directory, clock: { now: () => NOW - 7_200_000 } });
    expect(await after.compareAndSwap(KEY, 0, sampleToken())).toBe(NOW + 1);
  });
});

describe("a damaged file", () => {
  const good = () => ({ version: 1, generation: 5, key: KEY, token: {} });

  test.each<[string, string | Uint8Array]>([
    ["is empty", ""],
    ["is cut short", '{"version":1,"gener'],
    ["is no UTF-8", new Uint8Array([0x7b, 0xff, 0x7d])],
    ["is a list", "[]"],
    ["has no version", JSON.stringify({ ...good(), version: undefined })],
    ["has no generation", JSON.stringify({ ...good(), generation: undefined })],
    ["has a generation that is no number", JSON.stringify({ ...good(), generation: "5" })],
    ["has no key", JSON.stringify({ ...good(), key: {} })],
    ["has no token", JSON.stringify({ ...good(), token: undefined })],
    ["has half a token", JSON.stringify({ ...good(), token: { version: 1, accessToken: "CANARY-AT-1" } })],
  ])("that %s is set aside, and the error says where it is and what to do", async (_, content) => {
    const store = await storeHolding(content);
    const place = `${pathOf(store)}.corrupt-${NOW}`;
    await expect(store.read(KEY)).rejects.toMatchObject({
      code: "store-corrupt",
      message: expect.stringContaining(place),
      hint: expect.stringContaining("stagedoor login"),
    });
    expect(Buffer.from(readFileSync(place))).toEqual(Buffer.from(content));
    expect(statSync(place).mode & 0o777).toBe(0o600);
    expect(await store.read(KEY)).toBeNull();
  });

  test("shows none of its content in the error", async () => {
    const store = await storeHolding('{"accessToken":"CANARY-AT-1",');
    const error: unknown = await store.read(KEY).catch((caught: unknown) => caught);
    expect(JSON.stringify(error) + String(error)).not.toContain("CANARY");
  });

  test("is set aside by a writer too, who can then log in anew", async () => {
    const store = await storeHolding("{");
    await expect(store.compareAndSwap(KEY, 0, sampleToken())).rejects.toMatchObject({
      code: "store-corrupt",
    });
    expect(await store.compareAndSwap(KEY, 0, sampleToken())).toBe(NOW);
  });

  test("FS-10 goes with its token at a logout, and nothing else does, however another profile is called", async () => {
    const store = await storeHolding("{");
    await expect(store.read(KEY)).rejects.toMatchObject({ code: "store-corrupt" });
    const neighbour = { ...KEY, profile: `${KEY.profile}.json.corrupt-1` };
    await put(store, neighbour, "theirs");
    const generation = await put(store, KEY, "mine");
    await store.compareAndSwap(KEY, generation, null);
    expect(readdirSync(store.directory).filter((name) => /corrupt-\d+$/.test(name))).toEqual([]);
    expect(await textOf(store, neighbour)).toBe("theirs");
  });

  test("does not take the place of one that was set aside before", async () => {
    const store = await storeHolding("{1");
    await expect(store.read(KEY)).rejects.toMatchObject({ code: "store-corrupt" });
    writeFileSync(pathOf(store), "{2");
    await expect(store.read(KEY)).rejects.toMatchObject({ code: "store-corrupt" });
    const aside = readdirSync(store.directory).filter((name) => name.includes(".corrupt-"));
    expect(aside.map((name) => readFileSync(join(store.directory, name), "utf8")).sort()).toEqual([
      "{1",
      "{2",
    ]);
  });

  test("is told to all who read it at the same moment or has become nothing for them", async () => {
    const store = await storeHolding("{");
    const answers = await Promise.allSettled([store.read(KEY), store.read(KEY), store.read(KEY)]);
    expect(answers.filter(({ status }) => status === "rejected")).toHaveLength(1);
    expect(readdirSync(store.directory).filter((name) => name.includes(".corrupt-"))).toHaveLength(1);
  });

  test("leaves other profiles as they are", async () => {
    const store = await storeHolding("{");
    const other = { ...KEY, profile: "other" };
    await store.compareAndSwap(other, 0, sampleToken("other"));
    await expect(store.read(KEY)).rejects.toMatchObject({ code: "store-corrupt" });
    const stored = await store.read(other);
    expect(stored && sampleText(stored.token)).toBe("other");
  });

  test("is passed over in the list, named among the problems, and left in place", async () => {
    const store = await storeHolding("{");
    const other = { ...KEY, profile: "other" };
    await store.compareAndSwap(other, 0, sampleToken());
    expect(await store.list()).toEqual([other]);
    expect(store.problems).toEqual([expect.stringContaining(pathOf(store))]);
    expect(readFileSync(pathOf(store), "utf8")).toBe("{");
  });

  test("is gone for good once the entry is removed", async () => {
    const store = await storeHolding("{");
    await expect(store.read(KEY)).rejects.toMatchObject({ code: "store-corrupt" });
    await store.compareAndSwap(KEY, 0, null);
    expect(readdirSync(store.directory)).toEqual(["locks"]);
  });
});

describe("a file that is not the key's own", () => {
  test("is set aside when it was copied from another profile", async () => {
    const store = makeStore();
    const other = { ...KEY, profile: "other" };
    await store.compareAndSwap(other, 0, sampleToken());
    copyFileSync(pathOf(store, other), pathOf(store));
    expect(await store.list()).toEqual([other]);
    await expect(store.read(KEY)).rejects.toMatchObject({
      code: "store-corrupt",
      message: expect.stringContaining("another profile"),
    });
    expect(await store.read(other)).not.toBeNull();
  });

  test.each([
    ["the file", { version: 2 }],
    ["the token in it", { version: 1, generation: 1, key: KEY, token: { version: 2 } }],
  ])("is left in place when a newer stagedoor wrote %s", async (_, content) => {
    const text = JSON.stringify(content);
    const store = await storeHolding(text);
    await expect(store.read(KEY)).rejects.toMatchObject({
      code: "store-unreadable",
      hint: expect.stringContaining("Update"),
    });
    await expect(store.compareAndSwap(KEY, 0, sampleToken())).rejects.toMatchObject({
      code: "store-unreadable",
    });
    expect(await store.list()).toEqual([]);
    expect(readFileSync(pathOf(store), "utf8")).toBe(text);
  });
});
