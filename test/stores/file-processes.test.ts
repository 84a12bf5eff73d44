import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { fileStore } from "../../src/stores/file.js";
import { tokenFileName } from "../../src/stores/file-name.js";
import { skipsStrace } from "../support/components.js";
import type { RunningWorker } from "../support/worker.js";
import { buildWorker, startWorker } from "../support/worker.js";
import { KEY, sampleToken } from "./sample.js";
import { textOf } from "./store-under-test.js";
import { temporaryDirectory } from "./temporary-directory.js";

const worker = buildWorker(new URL("file-worker.ts", import.meta.url));
const NAME = tokenFileName(KEY);

/** Lets all begin together and gives what each said last. */
async function runTogether(workers: readonly RunningWorker[]): Promise<readonly unknown[]> {
  for (const one of workers) expect(await one.nextLine()).toBe("ready");
  for (const one of workers) one.send("go");
  return Promise.all(workers.map(async (one) => JSON.parse(await one.nextLine())));
}

describe("several processes", () => {
  test("I2 lose no increment by compare-and-swap alone", { timeout: 60_000 }, async () => {
    const directory = temporaryDirectory();
    const workers = Array.from({ length: 8 }, () =>
      startWorker(worker, { args: ["increment", directory, "50"] }),
    );
    expect(await runTogether(workers)).toEqual(workers.map(() => ({})));
    expect(await textOf(fileStore({ directory }), KEY)).toBe("400");
  });

  test("are never refused a write while they hold the lock", { timeout: 60_000 }, async () => {
    const directory = temporaryDirectory();
    const workers = Array.from({ length: 4 }, () =>
      startWorker(worker, { args: ["increment-locked", directory, "25"] }),
    );
    expect(await runTogether(workers)).toEqual(workers.map(() => ({})));
    expect(await textOf(fileStore({ directory }), KEY)).toBe("100");
  });

  test("FS-08 see whole tokens only, and never an older one again, while one writes", {
    timeout: 60_000,
  }, async () => {
    const directory = temporaryDirectory();
    await fileStore({ directory }).compareAndSwap(KEY, 0, sampleToken("0"));
    const readers = Array.from({ length: 3 }, () =>
      startWorker(worker, { args: ["watch", directory, "300"] }),
    );
    const writer = startWorker(worker, { args: ["rewrite", directory, "300"] });
    expect(await runTogether([...readers, writer])).toEqual([{}, {}, {}, {}]);
  });
});

describe.skipIf(process.platform === "win32")("under any umask", () => {
  test.each(["000", "022", "077"])("FS-01 %s, only the user can open what is made", async (umask) => {
    const directory = temporaryDirectory();
    const result = await startWorker(worker, { args: ["write", directory, umask] }).result;
    expect(result.stdout).toContain("answer");
    const modes = [dirname(directory), directory, join(directory, NAME), join(directory, "locks")].map(
      (path) => (statSync(path).mode & 0o777).toString(8),
    );
    expect(modes).toEqual(["700", "700", "600", "700"]);
    const locks = readdirSync(join(directory, "locks"));
    expect(locks.map((name) => statSync(join(directory, "locks", name)).mode & 0o777)).toEqual([0o600]);
  });
});

describe.skipIf(skipsStrace)("as strace sees it (skipped where there is no strace)", () => {
  test("FS-01 FS-04 ST-04 a write goes: private temporary file, its content, its sync, the rename, the directory's sync", async () => {
    const { directory } = await filledDirectory();
    const calls = await trace(directory, []);
    const steps = calls.flatMap((call): string[] => {
      if (call.startsWith("openat(") && call.includes(".tmp")) {
        expect(call).toMatch(/O_WRONLY\|O_CREAT\|O_EXCL\|O_NOFOLLOW\|O_CLOEXEC, 0600/);
        return ["open"];
      }
      if (/^p?write(?:64)?\(/.test(call) && call.includes(".tmp")) return ["write"];
      if (/^f(?:data)?sync\(/.test(call)) return [call.includes(".tmp") ? "sync file" : "sync directory"];
      if (/^rename(?:at2?)?\(/.test(call)) return ["rename"];
      return [];
    });
    expect(steps).toEqual(["open", "write", "sync file", "rename", "sync directory"]);
  });

  test.each([
    ["the disk is full", "pwrite64", "ENOSPC"],
    ["the disk is full only at the sync", "fsync", "ENOSPC"],
    ["the disk fails", "fsync", "EIO"],
    ["the file system became read-only", "rename", "EROFS"],
    ["the quota is used up", "pwrite64", "EDQUOT"],
  ])("when %s, the old file stays byte for byte and no temporary one is left", async (_, call, code) => {
    const { directory, path, content } = await filledDirectory();
    const said: string[] = [];
    await trace(directory, ["-e", `inject=${call}:error=${code}`], said);
    expect(JSON.parse(said.join(""))).toMatchObject({
      error: {
        code: "store-unwritable",
        message: expect.stringMatching(new RegExp(`${NAME.replaceAll("+", "\\+")}.*${code}`)),
        hint: expect.stringMatching(code === "EROFS" ? /XDG_CONFIG_HOME=|HOME=/ : /./),
      },
    });
    expect(said.join("")).not.toContain("CANARY");
    expect(readFileSync(path)).toEqual(content);
    expect(readdirSync(directory).sort()).toEqual(["locks", NAME].sort());
  });

  test("when the directory cannot be made, the error names it and the system's code", async () => {
    const directory = temporaryDirectory();
    const said: string[] = [];
    await trace(directory, ["-e", "inject=mkdir:error=EACCES"], said);
    expect(JSON.parse(said.join(""))).toMatchObject({
      error: { code: "store-unwritable", message: expect.stringMatching(/tokens.*EACCES/) },
    });
  });

  test.each(["pwrite64", "fsync", "rename"])(
    "killed at %s, a writer leaves the old token or the new, and the lock free",
    async (call) => {
      const { directory } = await filledDirectory();
      await trace(directory, ["-e", `inject=${call}:signal=KILL`], []);
      expect(["old", "written"]).toContain(await textOf(fileStore({ directory }), KEY));
      const store = fileStore({ directory });
      const generation = (await store.read(KEY))?.generation ?? 0;
      expect(await store.compareAndSwap(KEY, generation, sampleToken("new"))).not.toBeNull();
      expect(readdirSync(directory).sort()).toEqual(["locks", NAME].sort());
    },
  );
});

async function filledDirectory(): Promise<{ directory: string; path: string; content: Buffer }> {
  const directory = temporaryDirectory();
  await fileStore({ directory }).compareAndSwap(KEY, 0, sampleToken("old"));
  const path = join(directory, NAME);
  return { directory, path, content: readFileSync(path) };
}

/** Lets a worker write once under strace; gives the calls that concern files, in order. */
async function trace(directory: string, inject: readonly string[], said: string[] = []): Promise<string[]> {
  const log = join(dirname(dirname(directory)), "strace.log");
  const watched = "trace=openat,write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,mkdir";
  const running = startWorker(worker, {
    args: ["write", directory, "022"],
    under: ["strace", "-f", "-y", "-s", "16", "-o", log, "-e", watched, ...inject],
    // strace counts calls by thread: one thread keeps them in order.
    env: { UV_THREADPOOL_SIZE: "1" },
  });
  const { stdout } = await running.result;
  said.push(stdout);
  return readFileSync(log, "utf8")
    .split("\n")
    .map((line) => line.replace(/^\d+\s+/, ""));
}
