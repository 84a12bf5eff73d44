import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { StagedoorError } from "../../src/base/errors.js";
import { keychainStore } from "../../src/stores/keychain.js";
import * as keychainProcess from "../../src/stores/keychain-process.js";
import { ABSENT } from "../../src/token/store.js";
import { skipsSecretService } from "../support/components.js";
import { startHangingBus } from "../support/secret-service.js";
import { failureOf, makeKeychain, withSecretService } from "./keychain-under-test.js";
import { KEY, sampleToken } from "./sample.js";
import { put } from "./store-under-test.js";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe.skipIf(skipsSecretService)("a keychain that is locked (skipped where there is none)", () => {
  const service = withSecretService();

  test("fails reads, writes and lists within the limit, and writes nothing", {
    timeout: 60_000,
  }, async () => {
    const { store, accounts } = makeKeychain({ timeoutMs: 1000 });
    const generation = await put(store, KEY, "1");
    service().lock();
    const other = { ...KEY, profile: "other" };
    for (const work of [
      () => store.read(KEY),
      () => store.compareAndSwap(KEY, generation, sampleToken("2")),
      () => store.compareAndSwap(KEY, generation, null),
      () => store.compareAndSwap(other, ABSENT, sampleToken("2")),
      () => store.list(),
    ]) {
      const error = await failureOf(work());
      expect(error).toMatchObject({ code: "store-unavailable", message: expect.stringContaining("locked") });
      expect(error.hint).toMatch(/[Uu]nlock.*file store/);
    }
    await expect(accounts()).rejects.toThrow("IsLocked");
    expect(await store.withLock(KEY, async () => "locks all the same")).toBe("locks all the same");
  });
});

describe.skipIf(skipsSecretService)("a keychain whose prompt cannot be shown", () => {
  const service = withSecretService({ prompt: "impossible" });

  test("fails as a locked one does", { timeout: 60_000 }, async () => {
    const { store } = makeKeychain();
    await put(store, KEY, "1");
    service().lock();
    const error = await failureOf(store.read(KEY));
    expect(error).toMatchObject({
      code: "store-unavailable",
      message: expect.stringContaining("was not unlocked"),
    });
  });
});

describe.skipIf(skipsSecretService)("where no keychain can be reached", () => {
  withSecretService({ hasService: false });

  test("on a bus without a Secret Service, the error says how to get one", async () => {
    const { store } = makeKeychain();
    const error = await failureOf(store.read(KEY));
    expect(error.code).toBe("store-unavailable");
    expect(error.message).toContain("org.freedesktop.DBus.Error.ServiceUnknown");
    expect(error.hint).toMatch(/dbus-run-session.*file store/);
  });

  test.each(["unix:path=/nonexistent/bus", "not an address", undefined])(
    "with the bus address %s, nothing else is taken for a keychain",
    async (address) => {
      vi.stubEnv("DBUS_SESSION_BUS_ADDRESS", address);
      vi.stubEnv("XDG_RUNTIME_DIR", "/nonexistent");
      const { store } = makeKeychain();
      for (const work of [store.read(KEY), store.list(), store.compareAndSwap(KEY, ABSENT, sampleToken())]) {
        expect((await failureOf(work)).code).toBe("store-unavailable");
      }
      vi.unstubAllEnvs();
    },
  );

  test("on a bus that hangs, a call fails within its limit and the next one is made anew", async () => {
    const bus = await startHangingBus();
    onTestFinished(bus.close);
    vi.stubEnv("DBUS_SESSION_BUS_ADDRESS", bus.address);
    const { store } = makeKeychain({ timeoutMs: 500 });
    for (const _ of [1, 2]) expect((await failureOf(store.read(KEY))).message).toContain("0.5 seconds");
  });

  test("without the native module, the error says how to install it", async () => {
    vi.spyOn(keychainProcess, "askKeychain").mockResolvedValue({ failure: { kind: "missing" } });
    const error = await failureOf(makeKeychain().store.read(KEY));
    expect(error).toMatchObject({ code: "store-unavailable", hint: expect.stringContaining("npm install") });
  });
});

describe("the locks of a keychain", () => {
  test("LO-04 that cannot be made are refused, and the option is named", async () => {
    const { store } = makeKeychain({ lockDirectory: "/proc/stagedoor" });
    for (const work of [
      () => store.withLock(KEY, async () => undefined),
      () => store.compareAndSwap(KEY, ABSENT, sampleToken()),
    ]) {
      expect(await failureOf(work())).toMatchObject({
        code: "store-lock-unavailable",
        hint: expect.stringContaining("lockDirectory"),
      });
    }
  });

  test("LO-04 do not take a failure of the action for their own", async () => {
    const failure = new StagedoorError("store-lock-unavailable", "Of the action.", { hint: "None." });
    await expect(makeKeychain().store.withLock(KEY, () => Promise.reject(failure))).rejects.toBe(failure);
    expect(failure.hint).toBe("None.");
  });
});

describe("options of a keychain", () => {
  test.each([
    { service: "" },
    { service: "a\0b" },
    { service: "x".repeat(101) },
    { timeoutMs: 0 },
    { timeoutMs: Number.NaN },
    { timeoutMs: 2 ** 31 },
  ])("that make no sense are refused: %o", (options) => {
    expect(() => keychainStore(options)).toThrow(expect.objectContaining({ code: "argument-invalid" }));
  });
});
