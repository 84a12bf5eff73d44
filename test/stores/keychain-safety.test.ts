import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { fileStem } from "../../src/stores/file-name.js";
import * as keychainProcess from "../../src/stores/keychain-process.js";
import { serializeRecord } from "../../src/stores/record.js";
import { ABSENT } from "../../src/token/store.js";
import { skipsSecretService } from "../support/components.js";
import { failureOf, makeKeychain, withSecretService } from "./keychain-under-test.js";
import { anyKey } from "./names.js";
import { KEY, sampleToken } from "./sample.js";
import { put, textOf } from "./store-under-test.js";

const ACCOUNT = fileStem(KEY);

/** Stores an entry as another program would, with what it likes to know of it. */
function storeForeign(attributes: Readonly<Record<string, string>>, secret: string): void {
  const words = ["store", "--label=foreign", ...Object.entries(attributes).flat()];
  const { status, stderr } = spawnSync("secret-tool", words, {
    input: secret,
    encoding: "utf8",
    timeout: 10_000,
  });
  if (status !== 0) throw new Error(`secret-tool failed: ${stderr}`);
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe.skipIf(skipsSecretService)("an entry of the keychain (skipped where there is none)", () => {
  withSecretService();

  test("FS-13 says which one it is and what is wrong, never what it holds", async () => {
    const { store, entry } = makeKeychain();
    await entry(ACCOUNT).setPassword("CANARY-secret of a person");
    const error = await failureOf(store.read(KEY));
    expect(error.code).toBe("store-corrupt");
    expect(error.message).toContain(ACCOUNT);
  });

  test.each([
    ["no JSON", Buffer.from("CANARY{")],
    ["JSON of another kind", Buffer.from('["CANARY"]')],
    ["not even text", Buffer.from([0xff, 0, 0xfe])],
    ["empty", Buffer.alloc(0)],
    ["a number for a token", Buffer.from('{"version":1,"generation":1,"key":{},"token":5}')],
    [
      "another profile's",
      Buffer.from(
        serializeRecord({ ...KEY, profile: "other" }, { generation: 5, token: sampleToken("other") }),
      ),
    ],
  ])("FS-13 that is %s is kept under another name, and a login can take its place", async (_, secret) => {
    const { store, entry, accounts } = makeKeychain();
    await entry(ACCOUNT).setSecret(secret);
    const error = await failureOf(store.read(KEY));
    expect(error.code).toBe("store-corrupt");
    const [aside = ""] = await accounts();
    expect(await accounts()).toEqual([aside]);
    expect(error.message).toContain(aside);
    expect(Buffer.from((await entry(aside).getSecret()) ?? [])).toEqual(secret);
    expect(await store.read(KEY)).toBeNull();
    await put(store, KEY, "1");
    expect(await textOf(store, KEY)).toBe("1");
    expect(await store.list()).toEqual([KEY]);
  });

  test("FS-13 does not lose the first of two that were damaged in the same millisecond", async () => {
    const { store, entry, accounts } = makeKeychain();
    for (const content of ["first", "second"]) {
      await entry(ACCOUNT).setPassword(content);
      await failureOf(store.read(KEY));
    }
    const kept = await Promise.all((await accounts()).map((account) => entry(account).getPassword()));
    expect(kept.sort()).toEqual(["first", "second"]);
  });

  test("FS-10 is gone after a removal, and what was set aside of it too, but nothing else", async () => {
    const { store, entry, accounts } = makeKeychain();
    const neighbour = { ...KEY, profile: "default.corrupt-1" };
    await put(store, neighbour, "1");
    await entry(ACCOUNT).setPassword("damaged");
    await failureOf(store.read(KEY));
    await store.compareAndSwap(KEY, await put(store, KEY, "1"), null);
    expect(await accounts()).toEqual([fileStem(neighbour)]);
  });

  test("RF-20 that a newer stagedoor wrote is left alone", async () => {
    const { store, entry } = makeKeychain();
    await entry(ACCOUNT).setPassword('{"version":2}');
    const error = await failureOf(store.read(KEY));
    expect(error).toMatchObject({ code: "store-unreadable", hint: expect.stringContaining("Update") });
    expect((await failureOf(store.compareAndSwap(KEY, ABSENT, sampleToken()))).code).toBe("store-unreadable");
    expect(await entry(ACCOUNT).getPassword()).toBe('{"version":2}');
  });

  test("FS-13 that another program stored under the same name too is refused, and both stay", async () => {
    const { store, service, accounts } = makeKeychain();
    await put(store, KEY, "1");
    storeForeign({ service, username: ACCOUNT, program: "another" }, "CANARY of another program");
    const error = await failureOf(store.read(KEY));
    expect(error).toMatchObject({ code: "store-unreadable", message: expect.stringContaining(ACCOUNT) });
    expect(await accounts()).toEqual([ACCOUNT, ACCOUNT]);
    expect((await failureOf(store.compareAndSwap(KEY, ABSENT, null))).code).toBe("store-unreadable");
  });

  test("FS-13 that is none of ours is passed over by the list, and said", async () => {
    const { store, entry } = makeKeychain();
    await put(store, KEY, "1");
    await entry("other program\u001b[31m").setPassword("CANARY");
    await entry("bytes").setSecret(Buffer.from([0xff, 0xfe]));
    await entry(fileStem({ ...KEY, profile: "copy" })).setPassword(
      serializeRecord(KEY, { generation: 5, token: sampleToken() }),
    );
    expect(await store.list()).toEqual([KEY]);
    expect(store.problems).toHaveLength(3);
    expect(store.problems.join("\n")).toContain("other program");
    expect(store.problems.join("\n")).not.toContain("CANARY");
    expect(store.problems.join("\n")).not.toContain("\u001b");
  });

  test("FS-07 is filed under a name that every keychain can bear", async () => {
    const { store, accounts } = makeKeychain();
    await put(store, { ...KEY, profile: "a\0b" }, "1");
    await fc.assert(
      fc.asyncProperty(anyKey, async (key) => void (await put(store, key, "1"))),
      { numRuns: 20 },
    );
    expect((await accounts()).filter((account) => !/^[a-z0-9.+_-]{1,110}$/.test(account))).toEqual([]);
  });

  test("FS-07 is ASCII, an even number of bytes, and small enough for Windows", async () => {
    const { store, entry } = makeKeychain();
    for (const profile of ["é", "éé", "🎭"]) {
      const key = { ...KEY, profile };
      await put(store, key, "1");
      const secret = (await entry(fileStem(key)).getSecret()) ?? [];
      expect(secret.length % 2).toBe(0);
      expect(Math.max(...secret)).toBeLessThan(128);
      expect(secret.length).toBeLessThan(2560);
    }
  });

  test("FS-07 that is too large for Windows is refused there before it is written", async () => {
    const { store, accounts } = makeKeychain();
    const platform = Object.getOwnPropertyDescriptor(process, "platform");
    const long = sampleToken().with({ accessToken: "a".repeat(2560) });
    try {
      Object.defineProperty(process, "platform", { ...platform, value: "win32" });
      const error = await failureOf(store.compareAndSwap(KEY, ABSENT, long));
      expect(error).toMatchObject({ code: "store-unwritable", message: expect.stringContaining("2560") });
    } finally {
      if (platform !== undefined) Object.defineProperty(process, "platform", platform);
    }
    expect(await accounts()).toEqual([]);
  });

  test("that comes back changed is refused at the first write", async () => {
    const { store } = makeKeychain();
    const ask = keychainProcess.askKeychain;
    vi.spyOn(keychainProcess, "askKeychain").mockImplementation(async (request, timeoutMs) => {
      const answer = await ask(request, timeoutMs);
      return request.name === "get" && answer.failure === undefined ? { value: null } : answer;
    });
    const error = await failureOf(store.compareAndSwap(KEY, ABSENT, sampleToken()));
    expect(error).toMatchObject({ code: "store-unwritable", message: expect.stringContaining("gives back") });
  });

  test("whose write is not answered, but was made, counts as written", async () => {
    const { store } = makeKeychain();
    const ask = keychainProcess.askKeychain;
    vi.spyOn(keychainProcess, "askKeychain").mockImplementation(async (request, timeoutMs) => {
      const answer = await ask(request, timeoutMs);
      return request.name === "set" || request.name === "remove"
        ? { failure: { kind: "unanswered" } }
        : answer;
    });
    const generation = await put(store, KEY, "1");
    expect((await store.read(KEY))?.generation).toBe(generation);
    expect(await store.compareAndSwap(KEY, generation, null)).toBe(ABSENT);
    expect(await store.read(KEY)).toBeNull();
  });
});

describe.skipIf(skipsSecretService)(
  "a write whose outcome is unknown (skipped where there is no keychain)",
  () => {
    withSecretService();

    /** From the first write on, nothing of this keychain is answered, or only what is read. */
    function stopAnswering(afterwards: "nothing" | "reads", isMade: boolean): void {
      const ask = keychainProcess.askKeychain;
      let hasStopped = false;
      vi.spyOn(keychainProcess, "askKeychain").mockImplementation(async (request, timeoutMs) => {
        if (request.name === "set") {
          hasStopped = true;
          if (isMade) await ask(request, timeoutMs);
          return { failure: { kind: "unanswered" } };
        }
        return hasStopped && afterwards === "nothing"
          ? { failure: { kind: "unanswered" } }
          : ask(request, timeoutMs);
      });
    }

    test.each([true, false])("is not called unavailable when nobody can look (made: %s)", async (isMade) => {
      const { store } = makeKeychain();
      stopAnswering("nothing", isMade);
      const error = await failureOf(store.compareAndSwap(KEY, ABSENT, sampleToken()));
      expect(error).toMatchObject({
        code: "store-unwritable",
        message: expect.stringContaining("not known"),
      });
    });

    test("is unavailable when a look shows that it was not made", async () => {
      const { store } = makeKeychain();
      stopAnswering("reads", false);
      const error = await failureOf(store.compareAndSwap(KEY, ABSENT, sampleToken()));
      expect(error.code).toBe("store-unavailable");
    });
  },
);
