import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fileStore } from "../../src/stores/file.js";
import { tokenFileName } from "../../src/stores/file-name.js";
import { buildWorker, startWorker } from "../support/worker.js";
import { KEY, sampleToken } from "./sample.js";
import { temporaryDirectory } from "./temporary-directory.js";

const worker = buildWorker(new URL("file-disk-worker.ts", import.meta.url));
/** What is mounted in there is gone with the process. */
const OWN_MOUNTS = ["unshare", "--mount", "--propagation", "private"];
const canMount = spawnSync("unshare", ["--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0;
const NAME = tokenFileName(KEY);

async function run(command: string, under: readonly string[]): Promise<unknown> {
  const { stdout, stderr } = await startWorker(worker, { args: [command, temporaryDirectory()], under })
    .result;
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}

describe.skipIf(!canMount)("on a real file system that fails (for root only)", () => {
  test.each([
    ["ST-01", "full", "store-unwritable ENOSPC"],
    ["ST-01", "crowded", "store-unwritable ENOSPC"],
    ["ST-02", "read-only", "store-lock-unavailable EROFS"],
    ["ST-05", "mounted", "store-unwritable EBUSY"],
  ])(
    "%s a token stays whole and can be read where it is %s, and is written once that is over",
    async (_, command, refused) => {
      expect(await run(command, OWN_MOUNTS)).toEqual({
        refused,
        read: "old",
        isWhole: true,
        written: true,
        text: "new",
        files: ["locks", NAME],
      });
    },
  );
});

test.skipIf(process.platform === "win32")(
  "ST-02 a process without free file descriptors is told so, whichever is the one that is missing",
  async () => {
    const limited = ["sh", "-c", 'ulimit -n 64; exec "$@"', "sh"];
    const answer = await run("descriptors", limited);
    expect(answer).toEqual({
      codes: ["store-unreadable EMFILE", "written"],
      files: ["locks", NAME],
    });
  },
);

test.skipIf(process.platform === "win32")(
  "ST-02 a path that is too long is told, with the next step",
  async () => {
    const store = fileStore({ directory: join(temporaryDirectory(), "n".repeat(300)) });
    await expect(store.compareAndSwap(KEY, 0, sampleToken())).rejects.toMatchObject({
      code: "store-unwritable",
      message: expect.stringContaining("ENAMETOOLONG"),
      hint: expect.stringContaining("too long"),
    });
    await expect(store.withLock(KEY, async () => undefined)).rejects.toMatchObject({
      code: "store-lock-unavailable",
    });
    await expect(store.read(KEY)).rejects.toMatchObject({ code: "store-unreadable" });
  },
);
