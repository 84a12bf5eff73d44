import { mkdirSync, rmSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { keychainStore } from "../../src/stores/keychain.js";
import { lockDirectoryOf } from "../../src/stores/keychain-lock.js";
import { skipsSecretService } from "../support/components.js";
import { startHangingBus } from "../support/secret-service.js";
import type { RunningWorker } from "../support/worker.js";
import { buildWorker, startWorker } from "../support/worker.js";
import { freshService, PATIENT_MS, withSecretService } from "./keychain-under-test.js";
import { KEY } from "./sample.js";
import { put, textOf } from "./store-under-test.js";
import { temporaryDirectory } from "./temporary-directory.js";

const worker = buildWorker(new URL("keychain-worker.ts", import.meta.url));

/** Lets all begin together and gives what each said last. */
async function runTogether(workers: readonly RunningWorker[]): Promise<readonly unknown[]> {
  for (const one of workers) expect(await one.nextLine()).toBe("ready");
  for (const one of workers) one.send("go");
  return Promise.all(workers.map(async (one) => JSON.parse(await one.nextLine())));
}

describe.skipIf(skipsSecretService)(
  "several processes and one keychain (skipped where there is none)",
  () => {
    const service = withSecretService();
    const shared = () => ({
      service: freshService(),
      lockDirectory: temporaryDirectory(),
      timeoutMs: PATIENT_MS,
    });

    test.each(["increment", "increment-locked"])(
      "RF-04 lose nothing: %s",
      { timeout: 120_000 },
      async (command) => {
        const options = shared();
        const workers = Array.from({ length: 4 }, () =>
          startWorker(worker, {
            args: [command, options.service, options.lockDirectory, "10"],
            env: service().environment,
          }),
        );
        expect(await runTogether(workers)).toEqual(workers.map(() => ({})));
        expect(await textOf(keychainStore(options), KEY)).toBe("40");
      },
    );

    test("LO-01 the next one gets the lock when its holder is killed", { timeout: 60_000 }, async () => {
      const options = shared();
      const args = ["hold", options.service, options.lockDirectory];
      const holder = startWorker(worker, { args, env: service().environment });
      expect(await holder.nextLine()).toBe("held");
      const waiting = keychainStore(options).withLock(KEY, async () => "next");
      holder.child.kill("SIGKILL");
      expect(await waiting).toBe("next");
    });

    test("RF-04 other HOME, XDG_CONFIG_HOME, TMPDIR and directories still mean one lock", {
      timeout: 60_000,
    }, async () => {
      const name = freshService();
      const locks = lockDirectoryOf(name, undefined);
      onTestFinished(() => rmSync(locks, { recursive: true, force: true }));
      expect(locks.startsWith(userInfo().homedir)).toBe(true);
      const places = ["one", "two"].map((each) => {
        const home = join(temporaryDirectory(), each);
        mkdirSync(home, { recursive: true });
        return { ...service().environment, HOME: home, XDG_CONFIG_HOME: join(home, "config"), TMPDIR: home };
      });
      const holder = startWorker(worker, { args: ["hold", name], env: { ...places[0], PWD: "/" } });
      expect(await holder.nextLine()).toBe("held");
      const asking = startWorker(worker, {
        args: ["increment-locked", name, "-", "1"],
        env: { ...places[1] },
        under: ["env", `--chdir=${places[1]?.HOME}`],
      });
      expect(await asking.nextLine()).toBe("ready");
      asking.send("go");
      let isHeld = true;
      const answered = asking.nextLine().then((line) => ({ line, isHeld }));
      // In the same store, whose entry it is, nobody has written: the other one waits.
      expect(await keychainStore({ service: name, timeoutMs: PATIENT_MS }).read(KEY)).toBeNull();
      isHeld = false;
      holder.child.stdin.end();
      expect(await answered).toEqual({ line: "{}", isHeld: false });
    });

    test("a process that has used the keychain ends by itself", { timeout: 60_000 }, async () => {
      const options = shared();
      const generation = await put(keychainStore(options), KEY, "1");
      const args = ["read", options.service, options.lockDirectory];
      const { code, stdout } = await startWorker(worker, { args, env: service().environment }).result;
      expect({ code, stdout }).toEqual({ code: 0, stdout: `{"answer":${generation}}\n` });
    });
  },
);

describe.skipIf(skipsSecretService)("a message bus that hangs", () => {
  /** Runs a worker on it to its end. */
  async function runOn(args: readonly string[], timeoutMs: number) {
    const bus = await startHangingBus();
    onTestFinished(bus.close);
    const env = { DBUS_SESSION_BUS_ADDRESS: bus.address, TIMEOUT_MS: String(timeoutMs) };
    const [command = "", ...rest] = args;
    return startWorker(worker, { args: [command, freshService(), temporaryDirectory(), ...rest], env })
      .result;
  }

  test("ST-10 fails a call within its limit, and the process ends", { timeout: 60_000 }, async () => {
    const { code, stdout } = await runOn(["read"], 1000);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      error: {
        code: "store-unavailable",
        message: expect.stringContaining("did not answer within 1 seconds"),
        hint: expect.stringContaining("file store"),
      },
    });
  });

  test("ST-10 fails a thousand calls at once as it fails one", { timeout: 60_000 }, async () => {
    const { code, stdout } = await runOn(["read-many", "1000"], 1000);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '{"answer":["store-unavailable"]}\n' });
  });

  test("does not keep a process that leaves in mid-call", { timeout: 60_000 }, async () => {
    expect((await runOn(["leave"], 3_600_000)).code).toBe(7);
  });
});
