import { renameSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { Worker } from "node:worker_threads";
import { describe, expect, test, vi } from "vitest";
import { fileStore } from "../../src/stores/file.js";
import { fileStem } from "../../src/stores/file-name.js";
import type { RunningWorker } from "../support/worker.js";
import { buildWorker, startWorker } from "../support/worker.js";
import { KEY, sampleText, sampleToken } from "./sample.js";
import { temporaryDirectory } from "./temporary-directory.js";

const worker = buildWorker(new URL("file-worker.ts", import.meta.url));

/** A process that holds the lock on KEY until it is killed. */
async function startHolder(directory: string): Promise<RunningWorker> {
  const holder = startWorker(worker, { args: ["hold", directory] });
  expect(await holder.nextLine()).toBe("held");
  return holder;
}

describe("the lock between processes", () => {
  test("LO-01 is free as soon as its holder was killed", async ({ annotate }) => {
    const directory = temporaryDirectory();
    const holder = await startHolder(directory);
    let acquired = 0;
    const waiting = fileStore({ directory }).withLock(KEY, async () => {
      acquired = performance.now();
    });
    const killed = performance.now();
    holder.child.kill("SIGKILL");
    await waiting;
    await annotate(`acquired ${(acquired - killed).toFixed(1)} ms after kill -9`);
    expect(await holder.result).toMatchObject({ signal: "SIGKILL" });
  });

  test("is not given away while its holder lives", async () => {
    const directory = temporaryDirectory();
    await startHolder(directory);
    const signal = AbortSignal.timeout(150);
    const waiting = fileStore({ directory }).withLock(KEY, async () => "taken", signal);
    await expect(waiting).rejects.toMatchObject({ code: "timeout" });
  });

  test("can be waited for by many without stopping the file system for the others", async () => {
    const directory = temporaryDirectory();
    const holder = await startHolder(directory);
    const store = fileStore({ directory });
    const order: number[] = [];
    const waiting = Array.from({ length: 200 }, (_, index) =>
      store.withLock(KEY, async () => order.push(index)),
    );
    await Promise.all(Array.from({ length: 20 }, () => readFile(worker)));
    expect(order).toEqual([]);
    holder.child.kill("SIGKILL");
    await Promise.all(waiting);
    expect(order).toEqual(waiting.map((_, index) => index));
  });

  test("lets a waiter give up at once while another process holds it", async () => {
    const directory = temporaryDirectory();
    const holder = await startHolder(directory);
    const store = fileStore({ directory });
    const abort = new AbortController();
    const waiting = store.withLock(KEY, async () => "taken", abort.signal);
    setImmediate(() => abort.abort());
    await expect(waiting).rejects.toMatchObject({ code: "aborted" });
    holder.child.kill("SIGKILL");
    expect(await store.withLock(KEY, async () => "next")).toBe("next");
  });

  test("I5 RF-04 does not depend on the path by which the directory is reached", async () => {
    const directory = temporaryDirectory();
    await startHolder(directory);
    const roundabout = join(relative(process.cwd(), directory), "..", "tokens");
    const waiting = fileStore({ directory: roundabout }).withLock(
      KEY,
      async () => "taken",
      AbortSignal.timeout(150),
    );
    await expect(waiting).rejects.toMatchObject({ code: "timeout" });
  });

  test("LO-04 is not got by way of a lock file that was replaced meanwhile", async () => {
    const directory = temporaryDirectory();
    const lockFile = join(directory, "locks", `${fileStem(KEY)}.lock`);
    const first = await startHolder(directory);
    const signal = AbortSignal.timeout(10_000);
    const waiting = fileStore({ directory }).withLock(KEY, async () => "taken", signal);
    // Time enough for the waiter to open the file that is about to go.
    for (let round = 0; round < 50; round++) await readFile(worker);
    const second = startWorker(worker, { args: ["hold-write", directory, `${lockFile}.next`] });
    expect(await second.nextLine()).toBe("held");
    renameSync(`${lockFile}.next`, lockFile);
    first.child.kill("SIGKILL");
    await first.result;
    for (let round = 0; round < 200; round++) await readFile(worker);
    let taken = false;
    const watched = waiting.then(() => {
      taken = true;
    });
    await readFile(worker);
    expect(taken).toBe(false);
    second.child.kill("SIGKILL");
    await watched;
  });

  test("LO-04 is asked for anew by who waits for a file that was deleted, though its holder lives on", async () => {
    const directory = temporaryDirectory();
    const lockFile = join(directory, "locks", `${fileStem(KEY)}.lock`);
    await startHolder(directory);
    const signal = AbortSignal.timeout(5_000);
    const waiting = fileStore({ directory }).withLock(KEY, async () => "taken", signal);
    // Time enough for the waiter to open the file that is about to go.
    for (let round = 0; round < 50; round++) await readFile(worker);
    rmSync(lockFile);
    expect(await waiting).toBe("taken");
  });

  test("RF-17 leaves the other profiles free", async () => {
    const directory = temporaryDirectory();
    await startHolder(directory);
    const other = { ...KEY, profile: "other" };
    expect(await fileStore({ directory }).withLock(other, async () => "free")).toBe("free");
  });
});

test("a write does not wait for ever for another process that hangs in one", async () => {
  const directory = temporaryDirectory();
  const store = fileStore({ directory });
  const generation = (await store.compareAndSwap(KEY, 0, sampleToken("1"))) ?? 0;
  const lockFile = join(directory, "locks", `${fileStem(KEY)}.write`);
  const holder = startWorker(worker, { args: ["hold-write", directory, lockFile] });
  expect(await holder.nextLine()).toBe("held");
  const deadline = AbortSignal.timeout(50);
  const timeout = vi.spyOn(AbortSignal, "timeout").mockReturnValue(deadline);
  await expect(store.compareAndSwap(KEY, generation, sampleToken("2"))).rejects.toMatchObject({
    code: "store-lock-unavailable",
    message: expect.stringContaining(lockFile),
  });
  timeout.mockRestore();
  holder.child.kill("SIGKILL");
  expect(await store.compareAndSwap(KEY, generation, sampleToken("2"))).not.toBeNull();
});

test("threads of one process take turns", async () => {
  const directory = temporaryDirectory();
  const threads = Array.from(
    { length: 3 },
    () => new Worker(worker, { argv: ["increment-locked", directory, "10"] }),
  );
  const answers = await Promise.all(
    threads.map(
      (thread) =>
        new Promise((resolve, reject) => {
          thread.on("error", reject);
          thread.on("message", (line) => {
            if (line === "ready") thread.postMessage("go");
            else resolve(JSON.parse(line));
          });
        }),
    ),
  );
  expect(answers).toEqual([{}, {}, {}]);
  const stored = await fileStore({ directory }).read(KEY);
  expect(stored && sampleText(stored.token)).toBe("30");
});

test("two copies of the module in one process queue together, in the order of asking", async () => {
  const directory = temporaryDirectory();
  vi.resetModules();
  const copy = await import("../../src/stores/file.js");
  expect(copy.fileStore).not.toBe(fileStore);
  const stores = [fileStore({ directory }), copy.fileStore({ directory })];
  const order: number[] = [];
  await Promise.all(
    [0, 1, 2, 3, 4, 5].map((index) =>
      stores[index % 2]?.withLock(KEY, async () => {
        order.push(index);
      }),
    ),
  );
  expect(order).toEqual([0, 1, 2, 3, 4, 5]);
});

test("without the native module there is an error that says what to do, and no action without a lock", async () => {
  const directory = temporaryDirectory();
  vi.resetModules();
  vi.doMock("fs-native-extensions", () => {
    throw Object.assign(new Error("no prebuild"), { code: "ADDON_NOT_FOUND" });
  });
  try {
    const { fileStore: storeWithout } = await import("../../src/stores/file.js");
    const store = storeWithout({ directory });
    let ran = false;
    const locking = store.withLock(KEY, async () => {
      ran = true;
    });
    await expect(locking).rejects.toMatchObject({
      code: "store-lock-unavailable",
      hint: expect.stringContaining("npm install"),
    });
    expect(ran).toBe(false);
    expect(await store.read(KEY)).toBeNull();
  } finally {
    vi.doUnmock("fs-native-extensions");
  }
});
