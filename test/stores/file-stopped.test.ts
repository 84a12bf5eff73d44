import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { fileStore } from "../../src/stores/file.js";
import { fileStem, tokenFileName } from "../../src/stores/file-name.js";
import { skipsStrace } from "../support/components.js";
import type { RunningWorker } from "../support/worker.js";
import { buildWorker, startWorker } from "../support/worker.js";
import { KEY, sampleToken } from "./sample.js";
import { put, textOf } from "./store-under-test.js";
import { temporaryDirectory } from "./temporary-directory.js";

const worker = buildWorker(new URL("file-worker.ts", import.meta.url));
const canUnshare =
  process.platform === "linux" && spawnSync("unshare", ["--pid", "--fork", "true"]).status === 0;

/** A process in the middle of a refresh: it has the lock and has read, and goes on when it is sent a line. */
async function startRefresh(directory: string): Promise<RunningWorker> {
  const refreshing = startWorker(worker, { args: ["refresh", directory] });
  expect(await refreshing.nextLine()).toBe("read");
  return refreshing;
}

/** Stops a process and waits until it stands still. */
async function stop(pid: number): Promise<void> {
  process.kill(pid, "SIGSTOP");
  await contains(`/proc/${pid}/stat`, ") T ");
}

async function contains(path: string, text: string): Promise<void> {
  await vi.waitFor(() => expect(readFileSync(path, "utf8")).toContain(text), {
    timeout: 20_000,
    interval: 5,
  });
}

function lockPath(directory: string, purpose: "lock" | "write"): string {
  return join(directory, "locks", `${fileStem(KEY)}.${purpose}`);
}

async function answerOf(running: RunningWorker): Promise<unknown> {
  return JSON.parse(await running.nextLine());
}

describe.skipIf(process.platform !== "linux")("a holder that was stopped in mid-refresh", () => {
  test("LO-02 keeps the lock, and goes on with it", async () => {
    const directory = temporaryDirectory();
    const store = fileStore({ directory });
    await put(store, KEY, "old");
    const refreshing = await startRefresh(directory);
    await stop(refreshing.child.pid ?? 0);
    const waiting = store.withLock(KEY, async () => "taken", AbortSignal.timeout(400));
    await expect(waiting).rejects.toMatchObject({ code: "timeout" });
    // Only the refresh waits: what is stored can be read all the time.
    expect(await textOf(store, KEY)).toBe("old");
    refreshing.child.kill("SIGCONT");
    refreshing.send("go");
    expect(await answerOf(refreshing)).toMatchObject({
      answer: { isHeld: true, written: expect.any(Number) },
    });
    expect(await textOf(store, KEY)).toBe("refreshed");
  });

  test.each<[string, (path: string) => void]>([
    ["deleted", (path) => rmSync(path)],
    [
      "replaced",
      (path) => {
        writeFileSync(`${path}.new`, "", { mode: 0o600 });
        renameSync(`${path}.new`, path);
      },
    ],
    ["moved away with all locks", (path) => renameSync(join(path, ".."), join(path, "..", "..", "away"))],
  ])("LO-02 LO-04 is told, and refused, when its lock file was %s meanwhile", async (_, takeAway) => {
    const directory = temporaryDirectory();
    const store = fileStore({ directory });
    await put(store, KEY, "old");
    const refreshing = await startRefresh(directory);
    await stop(refreshing.child.pid ?? 0);
    takeAway(lockPath(directory, "lock"));
    const newer = await store.withLock(KEY, () => put(store, KEY, "newer"), AbortSignal.timeout(10_000));
    refreshing.child.kill("SIGCONT");
    refreshing.send("go");
    expect(await answerOf(refreshing)).toEqual({ answer: { isHeld: false, written: null } });
    expect(await store.read(KEY)).toMatchObject({ generation: newer });
  });

  test("RF-19 keeps the lock also while its event loop stands still for seconds", async () => {
    const directory = temporaryDirectory();
    const store = fileStore({ directory });
    await put(store, KEY, "old");
    const blocking = startWorker(worker, { args: ["block", directory, "2500"] });
    expect(await blocking.nextLine()).toBe("blocking");
    const seen = await store.withLock(KEY, () => textOf(store, KEY), AbortSignal.timeout(20_000));
    expect(seen).toBe("refreshed");
    expect(await answerOf(blocking)).toMatchObject({
      answer: { isHeld: true, written: expect.any(Number) },
    });
  });
});

describe.skipIf(skipsStrace)(
  "a writer that was stopped in mid-write (skipped where there is no strace)",
  () => {
    async function startStopped(directory: string): Promise<{ writing: RunningWorker; pid: number }> {
      const log = join(directory, "..", "strace.log");
      const stopping = ["-e", "trace=fsync", "-e", "inject=fsync:signal=STOP:when=1"];
      const writing = startWorker(worker, {
        args: ["write", directory, "022"],
        under: ["strace", "-f", "-o", log, ...stopping],
        env: { UV_THREADPOOL_SIZE: "1", STAGEDOOR_SAY_PID: "1" },
      });
      const pid = Number(await writing.nextLine());
      await contains(log, "stopped by SIGSTOP");
      return { writing, pid };
    }

    afterEach(() => {
      vi.restoreAllMocks();
    });

    test("LO-02 makes others fail with a typed error in the end, and goes on", async () => {
      const directory = temporaryDirectory();
      const store = fileStore({ directory });
      const old = await put(store, KEY, "old");
      const { writing, pid } = await startStopped(directory);
      const deadline = AbortSignal.timeout(300);
      vi.spyOn(AbortSignal, "timeout").mockReturnValue(deadline);
      await expect(store.compareAndSwap(KEY, old, sampleToken("newer"))).rejects.toMatchObject({
        code: "store-lock-unavailable",
      });
      process.kill(pid, "SIGCONT");
      expect(await answerOf(writing)).toEqual({ answer: expect.any(Number) });
      expect(await textOf(store, KEY)).toBe("written");
    });

    test("LO-02 LO-04 overwrites nothing newer when its lock file was deleted meanwhile", async () => {
      const directory = temporaryDirectory();
      const store = fileStore({ directory });
      const old = await put(store, KEY, "old");
      const { writing, pid } = await startStopped(directory);
      rmSync(lockPath(directory, "write"));
      const newer = await store.compareAndSwap(KEY, old, sampleToken("newer"));
      expect(newer).toBeGreaterThan(old);
      process.kill(pid, "SIGCONT");
      expect(await answerOf(writing)).toEqual({ answer: null });
      expect(await store.read(KEY)).toMatchObject({ generation: newer });
      expect(readdirSync(directory).sort()).toEqual(["locks", tokenFileName(KEY)].sort());
    });

    test("LO-02 writes after all when its lock file was deleted but nobody else wrote", async () => {
      const directory = temporaryDirectory();
      const store = fileStore({ directory });
      await put(store, KEY, "old");
      const { writing, pid } = await startStopped(directory);
      rmSync(lockPath(directory, "write"));
      process.kill(pid, "SIGCONT");
      expect(await answerOf(writing)).toEqual({ answer: expect.any(Number) });
      expect(await textOf(store, KEY)).toBe("written");
    });
  },
);

describe("process ids", () => {
  test("LO-05 play no role: neither a file of a living process nor its number in the lock file", async () => {
    const directory = temporaryDirectory();
    const store = fileStore({ directory });
    const first = await put(store, KEY, "1");
    for (const purpose of ["lock", "write"] as const) {
      writeFileSync(lockPath(directory, purpose), `${process.ppid}\n`, { mode: 0o600 });
      writeFileSync(`${lockPath(directory, purpose)}.pid`, `${process.ppid}\n`);
    }
    expect(await store.withLock(KEY, () => put(store, KEY, "2"))).toBeGreaterThan(first);
  });

  test.skipIf(!canUnshare)("LO-05 may be the same in two containers that share the directory", async () => {
    const directory = temporaryDirectory();
    const container = ["unshare", "--pid", "--fork", "--kill-child"];
    const start = (args: string[]) =>
      startWorker(worker, { args, under: container, env: { STAGEDOOR_SAY_PID: "1" } });
    const containers = [1, 2, 3].map(() => start(["increment-locked", directory, "20"]));
    for (const one of containers) expect(await one.nextLine()).toBe("1");
    for (const one of containers) expect(await one.nextLine()).toBe("ready");
    for (const one of containers) one.send("go");
    expect(await Promise.all(containers.map(answerOf))).toEqual([{}, {}, {}]);
    const store = fileStore({ directory });
    expect(await textOf(store, KEY)).toBe("60");

    const holder = start(["hold", directory]);
    expect([await holder.nextLine(), await holder.nextLine()]).toEqual(["1", "held"]);
    const waiting = store.withLock(KEY, async () => "freed");
    holder.child.kill("SIGKILL");
    expect(await waiting).toBe("freed");
  });
});

describe("a lock path that is no use", () => {
  test.each(["lock", "write"] as const)(
    "LO-04 is told when a directory is in place of the %s file",
    async (purpose) => {
      const directory = temporaryDirectory();
      mkdirSync(lockPath(directory, purpose), { recursive: true, mode: 0o700 });
      const store = fileStore({ directory });
      let ran = false;
      const using =
        purpose === "lock"
          ? store.withLock(KEY, async () => {
              ran = true;
            })
          : store.compareAndSwap(KEY, 0, sampleToken());
      await expect(using).rejects.toMatchObject({ code: "store-lock-unavailable", hint: expect.any(String) });
      expect(ran).toBe(false);
      expect(await store.read(KEY)).toBeNull();
    },
  );

  test("LO-04 is told when the directory of locks is a file", async () => {
    const directory = temporaryDirectory();
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileSync(join(directory, "locks"), "");
    const store = fileStore({ directory });
    for (const using of [
      store.withLock(KEY, async () => undefined),
      store.compareAndSwap(KEY, 0, sampleToken()),
    ])
      await expect(using).rejects.toMatchObject({ code: "store-lock-unavailable" });
  });

  test.skipIf(!canUnshare)("LO-04 is told when it may not be written", async () => {
    const directory = temporaryDirectory();
    await put(fileStore({ directory }), KEY, "old");
    // A user who is no root, to whom modes mean something.
    execFileSync("chown", ["-R", "54321:54321", join(directory, "..", "..")]);
    execFileSync("chmod", ["500", join(directory, "locks")]);
    rmSync(lockPath(directory, "write"));
    const running = startWorker(worker, {
      args: ["write", directory, "022"],
      under: ["setpriv", "--reuid=54321", "--regid=54321", "--clear-groups"],
    });
    expect(await answerOf(running)).toMatchObject({
      error: { code: "store-lock-unavailable", message: expect.stringContaining("EACCES") },
    });
  });

  test("LO-11 two profiles that are locked in opposite order, with a time limit, end", async () => {
    const store = fileStore({ directory: temporaryDirectory() });
    const other = { ...KEY, profile: "other" };
    const signal = AbortSignal.timeout(300);
    let arrived = 0;
    let meet = () => {};
    const both = new Promise<void>((resolve) => {
      meet = resolve;
    });
    const nested = (outer: typeof KEY, inner: typeof KEY) =>
      store.withLock(outer, async () => {
        arrived += 1;
        if (arrived === 2) meet();
        await both;
        return store.withLock(inner, async () => "both", signal);
      });
    const ends = await Promise.allSettled([nested(KEY, other), nested(other, KEY)]);
    // Nothing in stagedoor holds two; who does gets an answer, and at least one of the two a refusal.
    expect(ends).toContainEqual({ status: "rejected", reason: expect.objectContaining({ code: "timeout" }) });
    expect(await store.withLock(KEY, () => store.withLock(other, async () => "free"))).toBe("free");
  });
});
