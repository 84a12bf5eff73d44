import { execFileSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { FileStore } from "../../src/stores/file.js";
import { fileStore } from "../../src/stores/file.js";
import { fileStem, temporaryMark, tokenFileName } from "../../src/stores/file-name.js";
import { KEY, sampleText, sampleToken } from "./sample.js";
import { temporaryDirectory } from "./temporary-directory.js";

const NAME = tokenFileName(KEY);
const STRANGER = 54_321;
const isRoot = process.getuid?.() === 0;

function modeOf(path: string): string {
  return (statSync(path).mode & 0o7777).toString(8);
}

/** A store that holds KEY. */
async function filledStore(): Promise<{ store: FileStore; path: string; generation: number }> {
  const store = fileStore({ directory: temporaryDirectory() });
  const generation = (await store.compareAndSwap(KEY, 0, sampleToken())) ?? 0;
  return { store, path: join(store.directory, NAME), generation };
}

/** A store with an empty directory. */
function emptyStore(): { store: FileStore; path: string } {
  const store = fileStore({ directory: temporaryDirectory() });
  mkdirSync(store.directory, { recursive: true, mode: 0o700 });
  return { store, path: join(store.directory, NAME) };
}

async function listenAt(path: string): Promise<void> {
  const server = createServer().listen(path);
  onTestFinished(() => void server.close());
  await once(server, "listening");
}

describe.skipIf(process.platform === "win32")("modes", () => {
  test("FS-02 a file that others may read is closed to them, and that is told", async () => {
    const { store, path } = await filledStore();
    chmodSync(path, 0o644);
    expect(await store.read(KEY)).not.toBeNull();
    expect(modeOf(path)).toBe("600");
    expect(store.problems).toEqual([expect.stringContaining(path)]);
  });

  test("FS-02 a directory that others may enter is closed to them, and that is told", async () => {
    const { store } = await filledStore();
    chmodSync(store.directory, 0o775);
    await store.read(KEY);
    expect(modeOf(store.directory)).toBe("700");
    expect(store.problems).toEqual([expect.stringContaining(store.directory)]);
  });

  test("FS-14 FS-02 a locks directory and a lock file that others may open are closed to them", async () => {
    const { store } = await filledStore();
    const locks = join(store.directory, "locks");
    const files = readdirSync(locks).map((name) => join(locks, name));
    chmodSync(locks, 0o777);
    for (const file of files) chmodSync(file, 0o666);
    await store.compareAndSwap(KEY, 0, sampleToken());
    expect([locks, ...files].map(modeOf)).toEqual(["700", "600"]);
  });

  test("FS-02 FS-14 a directory that all users share is refused and stays as it is", async () => {
    const { store } = emptyStore();
    chmodSync(store.directory, 0o1777);
    await expect(store.read(KEY)).rejects.toMatchObject({ code: "store-unreadable" });
    await expect(store.compareAndSwap(KEY, 0, sampleToken())).rejects.toMatchObject({
      code: "store-unwritable",
    });
    expect(modeOf(store.directory)).toBe("1777");
  });
});

describe.skipIf(!isRoot)("what belongs to another user", () => {
  test("FS-02 is refused when it is the directory", async () => {
    const { store } = await filledStore();
    chownSync(store.directory, STRANGER, STRANGER);
    await expect(store.read(KEY)).rejects.toMatchObject({
      code: "store-unreadable",
      message: expect.stringContaining("another user"),
    });
    await expect(store.compareAndSwap(KEY, 0, sampleToken())).rejects.toMatchObject({
      code: "store-unwritable",
    });
    await expect(store.withLock(KEY, async () => undefined)).rejects.toMatchObject({
      code: "store-lock-unavailable",
    });
  });

  test("FS-02 is refused when it is the file, and left out of the list", async () => {
    const { store, path } = await filledStore();
    chownSync(path, STRANGER, STRANGER);
    await expect(store.read(KEY)).rejects.toMatchObject({ code: "store-unreadable" });
    expect(await store.list()).toEqual([]);
  });

  test("FS-14 is refused when it is the lock file", async () => {
    const { store, generation } = await filledStore();
    for (const name of readdirSync(join(store.directory, "locks"))) {
      chownSync(join(store.directory, "locks", name), STRANGER, STRANGER);
    }
    await expect(store.compareAndSwap(KEY, generation, sampleToken())).rejects.toMatchObject({
      code: "store-lock-unavailable",
    });
  });
});

describe.skipIf(process.platform === "win32")("what is no plain file", () => {
  test.each<[string, (path: string) => void | Promise<void>]>([
    ["a symbolic link", (path) => symlinkSync("/etc/hostname", path)],
    ["a symbolic link to nothing", (path) => symlinkSync("/nonexistent", path)],
    ["a FIFO", (path) => execFileSync("mkfifo", [path])],
    ["a directory", (path) => mkdirSync(path)],
    ["a socket", listenAt],
    [
      "a file of a megabyte",
      (path) => {
        writeFileSync(path, "", { mode: 0o600 });
        truncateSync(path, 1_048_576);
      },
    ],
    [
      "a hard link",
      (path) => {
        writeFileSync(`${path}.other`, "{}", { mode: 0o600 });
        linkSync(`${path}.other`, path);
      },
    ],
  ])("FS-05 is refused without waiting, and left in place: %s", async (_, make) => {
    const { store, path } = emptyStore();
    await make(path);
    await expect(store.read(KEY)).rejects.toMatchObject({
      code: "store-unreadable",
      message: expect.stringContaining(path),
    });
    await expect(store.compareAndSwap(KEY, 0, sampleToken())).rejects.toMatchObject({
      code: "store-unreadable",
    });
    expect(await store.list()).toEqual([]);
    expect(readdirSync(store.directory)).toContain(NAME);
  });

  test("FS-14 is refused as a lock file", async () => {
    const { store } = emptyStore();
    const target = join(dirname(store.directory), "target");
    mkdirSync(join(store.directory, "locks"), { mode: 0o700 });
    symlinkSync(target, join(store.directory, "locks", NAME.replace(/json$/, "lock")));
    await expect(store.withLock(KEY, async () => undefined)).rejects.toMatchObject({
      code: "store-lock-unavailable",
    });
    expect(existsSync(target)).toBe(false);
  });

  test.runIf(process.platform === "linux")("ends where a directory can never be made", async () => {
    const nowhere = fileStore({ directory: "/proc/stagedoor/tokens" });
    await expect(nowhere.compareAndSwap(KEY, 0, sampleToken())).rejects.toMatchObject({
      code: "store-unwritable",
    });
  });

  test("is refused where the directory should be", async () => {
    const { store } = emptyStore();
    const file = join(store.directory, "file");
    writeFileSync(file, "");
    const inside = fileStore({ directory: file });
    await expect(inside.read(KEY)).rejects.toMatchObject({ code: "store-unreadable" });
    await expect(inside.compareAndSwap(KEY, 0, sampleToken())).rejects.toMatchObject({
      code: "store-unwritable",
      message: expect.stringContaining("is not a directory"),
    });
    const below = fileStore({ directory: join(file, "below") });
    await expect(below.compareAndSwap(KEY, 0, sampleToken())).rejects.toMatchObject({
      code: "store-unwritable",
      message: expect.stringContaining("ENOTDIR"),
    });
  });
});

describe("left-over temporary files", () => {
  test("LK-13 of the same key go at its next write", async () => {
    const { store, path, generation } = await filledStore();
    const left = join(store.directory, `${temporaryMark(fileStem(KEY))}AAAAAAAAAAAAAAAAAAAAAA.tmp`);
    writeFileSync(left, "CANARY");
    await store.compareAndSwap(KEY, generation, sampleToken("2"));
    expect(readdirSync(store.directory).sort()).toEqual(["locks", NAME].sort());
    expect(existsSync(path)).toBe(true);
  });

  test("of other keys go when they are old, and stay when a writer may still be at work", async () => {
    const { store, generation } = await filledStore();
    const old = join(store.directory, ".0123456789abcdef-old.tmp");
    const young = join(store.directory, ".0123456789abcdef-young.tmp");
    writeFileSync(old, "");
    writeFileSync(young, "");
    const anHourAgo = Date.now() / 1000 - 3600;
    utimesSync(old, anHourAgo, anHourAgo);
    await store.compareAndSwap(KEY, generation, sampleToken("2"));
    expect([old, young].map((path) => existsSync(path))).toEqual([false, true]);
  });

  test("of nobody we know are left alone", async () => {
    const { store, generation } = await filledStore();
    const foreign = join(store.directory, "notes.tmp");
    writeFileSync(foreign, "");
    utimesSync(foreign, 1, 1);
    await store.compareAndSwap(KEY, generation, sampleToken("2"));
    expect(existsSync(foreign)).toBe(true);
  });
});

test("FS-10 a removal leaves nothing of the token behind", async () => {
  const { store, generation } = await filledStore();
  await store.compareAndSwap(KEY, generation, null);
  expect(readdirSync(store.directory)).toEqual(["locks"]);
  const locks = join(store.directory, "locks");
  const left = readdirSync(locks).map((name) => readFileSync(join(locks, name), "utf8"));
  expect(left.join("\n")).not.toContain("CANARY");
});

test("a lock file that was deleted is made anew, and still guards", async () => {
  const { store, generation } = await filledStore();
  for (const name of readdirSync(join(store.directory, "locks"))) {
    execFileSync("rm", [join(store.directory, "locks", name)]);
  }
  expect(await store.compareAndSwap(KEY, generation, sampleToken("2"))).not.toBeNull();
  const stored = await store.read(KEY);
  expect(stored && sampleText(stored.token)).toBe("2");
});
