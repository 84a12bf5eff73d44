import { describe, expect, test } from "vitest";
import { redisStore } from "../../src/stores/redis.js";
import type { RedisPurpose } from "../../src/stores/redis-error.js";
import { redisError, redisFault } from "../../src/stores/redis-error.js";
import { everythingShown, formsOf } from "../support/everything.js";
import { KEY, sampleToken } from "./sample.js";

/** What a server said, and what is made of it: for a read and for a write. */
const ANSWERS: readonly (readonly [string, string, string, "passing" | "lasting"])[] = [
  ["NOAUTH Authentication required.", "store-unavailable", "store-unavailable", "lasting"],
  ["WRONGPASS invalid username-password pair", "store-unavailable", "store-unavailable", "lasting"],
  ["NOPERM this user has no permissions", "store-unavailable", "store-unavailable", "lasting"],
  [
    "ERR ACL failure in script: User x has no permissions",
    "store-unavailable",
    "store-unavailable",
    "lasting",
  ],
  [
    "ERR The user executing the script can't run this command or subcommand script: 08be",
    "store-unavailable",
    "store-unavailable",
    "lasting",
  ],
  ["LOADING Redis is loading the dataset in memory", "store-unavailable", "store-unavailable", "passing"],
  ["MASTERDOWN Link with MASTER is down", "store-unavailable", "store-unavailable", "passing"],
  ["CLUSTERDOWN Hash slot not served", "store-unavailable", "store-unavailable", "passing"],
  ["MOVED 3999 127.0.0.1:6381", "store-unavailable", "store-unavailable", "passing"],
  ["ASK 3999 127.0.0.1:6381", "store-unavailable", "store-unavailable", "passing"],
  [
    "TRYAGAIN Multiple keys request during rehashing of slot",
    "store-unavailable",
    "store-unavailable",
    "passing",
  ],
  ["BUSY Redis is busy running a script.", "store-unavailable", "store-unavailable", "passing"],
  ["ERR max number of clients reached", "store-unavailable", "store-unavailable", "passing"],
  [
    "READONLY You can't write against a read only replica.",
    "store-unreadable",
    "store-unwritable",
    "passing",
  ],
  [
    "ERR Error running script (call to f_0): @user_script:8: -READONLY You can't write against a read only replica.",
    "store-unreadable",
    "store-unwritable",
    "passing",
  ],
  ["NOREPLICAS Not enough good replicas to write.", "store-unreadable", "store-unwritable", "passing"],
  [
    "OOM command not allowed when used memory > 'maxmemory'.",
    "store-unreadable",
    "store-unwritable",
    "lasting",
  ],
  ["MISCONF Redis is configured to save RDB snapshots", "store-unreadable", "store-unwritable", "lasting"],
  ["WRONGTYPE Operation against a key", "store-corrupt", "store-corrupt", "lasting"],
  ["ERR unknown command 'EVALSHA'", "store-unreadable", "store-unwritable", "lasting"],
  ["SOMETHINGNEW nobody knows", "store-unreadable", "store-unwritable", "lasting"],
  ["connect ECONNREFUSED 127.0.0.1:6379", "store-unavailable", "store-unavailable", "passing"],
  ["Connection is closed.", "store-unavailable", "store-unavailable", "passing"],
  ["Socket closed unexpectedly", "store-unavailable", "store-unavailable", "passing"],
  ["", "store-unavailable", "store-unavailable", "passing"],
];

describe("an error of Redis or its client", () => {
  test.each(ANSWERS)("ST-08 %j is %s for a read, %s for a write, and %s", (message, read, write, lasts) => {
    const fault = redisFault(new Error(message));
    const codeFor = (purpose: RedisPurpose) => redisError(fault, purpose).code;
    expect([codeFor("read"), codeFor("write")]).toEqual([read, write]);
    expect(fault.passing).toBe(lasts === "passing");
    expect(redisError(fault, "lock").hint).toMatch(/\w/);
  });

  test("ST-08 is one about the lock where it keeps a lock from being had", () => {
    expect(redisError(redisFault(new Error("OOM command not allowed")), "lock").code).toBe(
      "store-lock-unavailable",
    );
  });

  test("leaves open whether a write happened only where no answer came", () => {
    expect(redisFault(new Error("Connection is closed.")).unknown).toBe(true);
    expect(redisFault(new Error("READONLY You can't write")).unknown).toBe(false);
  });
});

describe("FS-16 LK-02 an error of the store", () => {
  const password = "CANARY-SEC-redis-password";
  const url = `rediss://mia:${password}@redis.internal:6380/0`;

  /** A client that fails as badly as a client can: with all that it was given, everywhere. */
  function leaking(message: (args: readonly string[]) => string) {
    return async (args: readonly string[]): Promise<unknown> => {
      const error = new Error(message(args));
      error.name = `${url} ${args.join(" ")}`;
      throw Object.assign(error, { command: { name: args[0], args }, url, code: url, cause: new Error(url) });
    };
  }

  test.each([
    ["connection", (args: readonly string[]) => `connect ${url} failed: ${args.join(" ")}`],
    [
      "reply",
      (args: readonly string[]) => `ERR unknown command, with args beginning with: ${args.join(" ")}`,
    ],
    ["word", (args: readonly string[]) => `NOAUTH ${url} ${args.join(" ")}`],
    ["script", (args: readonly string[]) => `ERR Error running script ${url}: -OOM ${args.join(" ")}`],
  ])("has neither a token nor the address when the client's %s error has both", async (_kind, message) => {
    const problems: string[] = [];
    const command = leaking(message);
    // Looking works, so that the command with the token in it is reached.
    const half = async (args: readonly string[]) => {
      if (args[0] === "HMGET") return [null, null, null, null];
      if (args[0] === "TIME") return ["1700000000", "0"];
      return args[0] === "ZADD" ? 1 : command(args);
    };
    const failing = redisStore({ command, timeoutMs: 20, onProblem: (problem) => problems.push(problem) });
    const writing = redisStore({ command: half, timeoutMs: 20 });
    const token = sampleToken("leak");
    const errors = await Promise.all(
      [
        failing.read(KEY),
        failing.compareAndSwap(KEY, 0, token),
        writing.compareAndSwap(KEY, 0, token),
        failing.list(),
        failing.withLock(KEY, async () => undefined),
        failing.check(),
      ].map((attempt) => attempt.then(String, (error: unknown) => error)),
    );
    const shown = [...errors, ...problems, failing, failing.place].map(everythingShown).join("\n");
    expect(errors.filter((error) => error instanceof Error).length).toBeGreaterThanOrEqual(5);
    for (const secret of [password, "redis.internal", token.accessToken, token.refreshToken ?? ""]) {
      for (const form of formsOf(secret)) expect(shown).not.toContain(form);
    }
  });

  test("is ours also when the command throws before it promises anything", async () => {
    const command = () => {
      throw new TypeError(`redis.call is not a function of ${url}`);
    };
    const reading = redisStore({ command, timeoutMs: 20 }).read(KEY);
    await expect(reading).rejects.toMatchObject({
      code: "store-unavailable",
      message: expect.stringContaining("TypeError"),
    });
  });
});

describe("the options", () => {
  const command = async () => null;
  test.each([
    { leaseMs: 0 },
    { leaseMs: Number.NaN },
    { timeoutMs: -1 },
    { timeoutMs: 2 ** 31 },
    { replicas: 1.5 },
    { prefix: "{}" },
    { prefix: "\ud800" },
  ])("%j are refused", (options) => {
    expect(() => redisStore({ command, ...options })).toThrow(
      expect.objectContaining({ code: "argument-invalid" }),
    );
  });

  test("need a command that is a function", () => {
    expect(() => Reflect.apply(redisStore, undefined, [{ command: {} }])).toThrow(
      expect.objectContaining({ code: "argument-invalid", hint: expect.stringContaining("sendCommand") }),
    );
  });

  test("make nothing happen before the first use", () => {
    let calls = 0;
    const store = redisStore({ command: async () => calls++ });
    expect([store.place, store.problems, calls]).toEqual([
      'Redis, under keys that begin with "stagedoor:"',
      [],
      0,
    ]);
  });
});
