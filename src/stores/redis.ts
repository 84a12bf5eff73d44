import { SECOND } from "../base/clock.js";
import { StagedoorError } from "../base/errors.js";
import type { Turns } from "../base/queue.js";
import { inTurn } from "../base/queue.js";
import { sanitizeText } from "../base/text.js";
import type { TokenStore } from "../token/store.js";
import { checkKey } from "./key.js";
import type { Lease } from "./lease.js";
import { withLease } from "./lease.js";
import { LOGIN_IN_PROGRAM } from "./login-hint.js";
import type { RedisCommand, RedisConnection } from "./redis-connection.js";
import { redisConnection } from "./redis-connection.js";
import { redisFindings } from "./redis-findings.js";
import { redisLimits } from "./redis-limits.js";
import { redisNames } from "./redis-names.js";
import { redisRecords } from "./redis-records.js";
import { replyNumber } from "./redis-reply.js";
import { ACQUIRE, RELEASE, RENEW } from "./redis-scripts.js";

/** The deadline of a token request (15 s) and 5 s more: a holder that hangs in its request is done with it before another one begins. */
export const REDIS_LEASE_MS = 20 * SECOND;
const TIMEOUT_MS = 5 * SECOND;
/** Limits are a help: nobody's call waits long for them. */
const LIMITS_TIMEOUT_MS = 2 * SECOND;
/** Timers cannot be set for longer. */
const LONGEST_MS = 2 ** 31 - 1;

export interface RedisStoreOptions {
  /**
   * Sends one command through your client, its name first. One client may serve everything; with `replicas` it must be one connection,
   * not a pool. For a Redis Cluster hand in a client that knows clusters.
   */
  readonly command: RedisCommand;
  /** What the keys in Redis begin with. Default: `stagedoor:`. */
  readonly prefix?: string | undefined;
  /** How long the lock of a process that died stays, at the most, in milliseconds. Default: 20 000. */
  readonly leaseMs?: number | undefined;
  /** How many replicas must have a write before it counts as durable. Default: 0. */
  readonly replicas?: number | undefined;
  /** How long one command may take, in milliseconds. Default: 5 000. */
  readonly timeoutMs?: number | undefined;
  /** Told of each thing about the server that could cost a login, once, as a sentence. */
  readonly onProblem?: ((problem: string) => void) | undefined;
}

export interface RedisStore extends TokenStore {
  readonly place: string;
  readonly problems: readonly string[];
  /**
   * What about the server could cost somebody their login, as sentences; this is also looked up in the background at the first use.
   *
   * @throws StagedoorError `store-unavailable`
   */
  check(): Promise<readonly string[]>;
}

/**
 * Keeps tokens in Redis or Valkey, shared by all processes and machines that use the same server.
 *
 * Guaranteed, whatever dies or stops: a reader sees a whole record; a write replaces only the generation that its writer read, checked in the
 * server; no generation comes back. Two processes do not refresh at once as long as the server keeps its data and the holder of the
 * lock runs. Not guaranteed, because no lease can: when the holder is stopped for longer than `leaseMs`, or the lock is lost with a failover or a
 * restart, a second one may refresh beside it. Then one of the two writes is refused, and with rotating refresh tokens a new login may be needed.
 * A write is as durable as the server is set up: `appendfsync always` for its own crash, `replicas` for a failover. Redis 5 or newer.
 *
 * A command that fails in passing is sent again for as long as `timeoutMs`; a command that hangs ends after `timeoutMs`.
 *
 * @throws StagedoorError `argument-invalid`; from its methods `store-unavailable` when the server cannot be reached or used at all,
 * `store-unreadable`, `store-unwritable`, `store-corrupt`, `store-lock-unavailable`, `aborted`, `argument-invalid`
 *
 * @example
 * // ioredis, iovalkey: import { Redis } from "ioredis"; const redis = new Redis(url);
 * redis.on("error", () => undefined); // it connects anew by itself; without a listener it shouts
 * const store = redisStore({ command: ([name = "", ...rest]) => redis.call(name, ...rest) });
 * // redis: import { createClient } from "redis"; const client = await createClient({ url }).connect();
 * client.on("error", () => undefined); // without a listener, Node ends the process when the server restarts
 * const same = redisStore({ command: (args) => client.sendCommand([...args]) });
 */
export function redisStore(options: RedisStoreOptions): RedisStore {
  const { command, prefix = "stagedoor:", onProblem } = options;
  const leaseMs = wholeNumber("leaseMs", options.leaseMs ?? REDIS_LEASE_MS, 100, LONGEST_MS);
  const replicas = wholeNumber("replicas", options.replicas ?? 0, 0, 1000);
  const timeoutMs = wholeNumber("timeoutMs", options.timeoutMs ?? TIMEOUT_MS, 1, LONGEST_MS);
  if (typeof command !== "function") {
    throw new StagedoorError("argument-invalid", "The command of a Redis store is not a function.", {
      hint: "Wrap your client: command: (args) => client.sendCommand([...args])",
    });
  }
  const names = redisNames(prefix);
  const connection = redisConnection(command, timeoutMs);
  const records = redisRecords({ connection, names, replicas, timeoutMs });
  const turns: Turns = new Map();
  const problems = new Set<string>();
  let isChecked = false;

  async function check(): Promise<readonly string[]> {
    const found = await redisFindings(connection);
    for (const problem of found) {
      if (problems.has(problem)) continue;
      problems.add(problem);
      try {
        onProblem?.(problem);
      } catch {
        // What is wrong with the server is no reason to fail, and neither is a listener's fault.
      }
    }
    return found;
  }

  /** Looks at the server in the background, once; a server that could not be reached is looked at by the next method. */
  function begin(): void {
    if (isChecked) return;
    isChecked = true;
    check().catch(() => {
      isChecked = false;
    });
  }

  return {
    loginHint: LOGIN_IN_PROGRAM,
    limits: redisLimits(redisConnection(command, Math.min(timeoutMs, LIMITS_TIMEOUT_MS)), names),
    place: sanitizeText(`Redis, under keys that begin with "${prefix}"`),
    get problems() {
      return [...problems];
    },
    check,

    async read(key) {
      checkKey(key);
      begin();
      return records.read(key);
    },

    async compareAndSwap(key, expected, token) {
      checkKey(key);
      begin();
      return records.compareAndSwap(key, expected, token);
    },

    async withLock(key, action, signal) {
      checkKey(key);
      begin();
      const name = names.lock(key);
      const lend = () => withLease(redisLease(connection, name), action, { ttlMs: leaseMs, signal });
      return inTurn(turns, name, lend, signal, "Waiting for the token");
    },

    async list() {
      begin();
      return records.list();
    },
  };
}

function redisLease(connection: RedisConnection, name: string): Lease {
  const isDone = (answer: unknown) => replyNumber(answer) === 1;
  return {
    acquire: async (owner, ttlMs) =>
      isDone(await connection.evaluate("lock", ACQUIRE, [name], [owner, String(ttlMs)])),
    renew: async (owner, ttlMs) =>
      isDone(await connection.evaluate("lock", RENEW, [name], [owner, String(ttlMs)])),
    release: async (owner) => {
      await connection.evaluate("lock", RELEASE, [name], [owner]);
    },
  };
}

function wholeNumber(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new StagedoorError("argument-invalid", `The ${name} of a Redis store cannot be ${value}.`, {
    hint: `Give a whole number from ${least} to ${most}.`,
  });
}
