import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { FileStore } from "../../src/stores/file.js";
import { fileStore } from "../../src/stores/file.js";
import { fileStem, tokenFileName } from "../../src/stores/file-name.js";
import { KEY, sampleToken } from "./sample.js";
import { put, textOf } from "./store-under-test.js";
import { temporaryDirectory } from "./temporary-directory.js";

const NAME = tokenFileName(KEY);

/** A store whose third generation was written, and a backup of its first. */
async function storeWithBackup(): Promise<{
  store: FileStore;
  backup: string;
  first: number;
  last: number;
  setClock(to: number): void;
}> {
  const directory = temporaryDirectory();
  let now = 1_800_000_000_000;
  const store = fileStore({ directory, clock: { now: () => now } });
  const first = await put(store, KEY, "1");
  const backup = `${directory}-backup`;
  cpSync(directory, backup, { recursive: true, preserveTimestamps: true });
  now += 5_000;
  await put(store, KEY, "2");
  const last = await put(store, KEY, "3");
  return {
    store,
    backup,
    first,
    last,
    setClock: (to) => {
      now = to;
    },
  };
}

describe("an old token file that a backup program puts back", () => {
  const ways: Record<string, (directory: string, backup: string) => void> = {
    "the file, by a rename": (directory, backup) => renameSync(join(backup, NAME), join(directory, NAME)),
    "the file, written over in place": (directory, backup) =>
      writeFileSync(join(directory, NAME), readFileSync(join(backup, NAME))),
    "the whole directory, locks too": (directory, backup) => {
      rmSync(directory, { recursive: true });
      renameSync(backup, directory);
    },
    "the whole directory, written over in place": (directory, backup) =>
      cpSync(backup, directory, { recursive: true, force: true }),
  };

  test.each(Object.keys(ways))(
    "ST-16 is what is read, and the next write counts on from the highest: %s",
    async (way) => {
      const { store, backup, first, last, setClock } = await storeWithBackup();
      // Nor does a clock that was set back with it make a number come again.
      setClock(1_700_000_000_000);
      ways[way]?.(store.directory, backup);
      expect(await store.read(KEY)).toMatchObject({ generation: first });
      expect(await textOf(store, KEY)).toBe("1");
      expect(await store.compareAndSwap(KEY, last, sampleToken("4"))).toBeNull();
      expect(await store.compareAndSwap(KEY, first, sampleToken("4"))).toBeGreaterThan(last);
    },
  );

  test("does not let a process that knows nothing of the newer one give its number again", async () => {
    const { store, backup, first, last } = await storeWithBackup();
    renameSync(join(backup, NAME), join(store.directory, NAME));
    // Its clock stands where the first was written: only the lock file knows better.
    const other = fileStore({ directory: store.directory, clock: { now: () => first } });
    expect(await other.compareAndSwap(KEY, first, sampleToken("4"))).toBeGreaterThan(last);
  });

  test("is told by the lock that is held when the whole directory is replaced", async () => {
    const { store, backup } = await storeWithBackup();
    const isHeld = await store.withLock(KEY, async (lock) => {
      const before = lock.isHeld();
      ways["the whole directory, locks too"]?.(store.directory, backup);
      return [before, lock.isHeld()];
    });
    expect(isHeld).toEqual([true, false]);
  });
});

describe("a number that leads nowhere", () => {
  test("is not taken from a lock file that somebody else wrote", async () => {
    for (const content of ["9007199254740991", "99999999999999999999", "-1", "1e999", "not a number", ""]) {
      const { store, last } = await storeWithBackup();
      writeFileSync(join(store.directory, "locks", `${fileStem(KEY)}.write`), content);
      const next = await store.compareAndSwap(KEY, last, sampleToken("4"));
      expect(next).toBe(last + 1);
      expect(await textOf(store, KEY)).toBe("4");
    }
  });

  test("in a token file keeps it from being replaced by one that nobody could read", async () => {
    const { store, last } = await storeWithBackup();
    const path = join(store.directory, NAME);
    const highest = Number.MAX_SAFE_INTEGER;
    writeFileSync(path, readFileSync(path, "utf8").replace(String(last), String(highest)));
    await expect(store.compareAndSwap(KEY, highest, sampleToken("4"))).rejects.toMatchObject({
      code: "store-unwritable",
      hint: expect.stringContaining("login"),
    });
    expect(await textOf(store, KEY)).toBe("3");
  });
});
