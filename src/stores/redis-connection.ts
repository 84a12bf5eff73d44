import { StagedoorError } from "../base/errors.js";
import type { RedisPurpose } from "./redis-error.js";
import { redisError, redisFault, TimedOut } from "./redis-error.js";

/** The first and the longest pause before a command is sent again, in milliseconds. */
const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 500;

/** Sends one command, its name first, and gives Redis's answer. */
export type RedisCommand = (args: readonly string[]) => Promise<unknown>;

/** A Lua script. What it works on comes as `KEYS` and `ARGV` only, so that no name can become a part of it. */
export interface RedisScript {
  readonly source: string;
}

/** A client, with an end to every wait and without the client's errors. */
export interface RedisConnection {
  /** Sends a command once; what it fails with is the client's error. */
  once(args: readonly string[]): Promise<unknown>;
  /** Runs a script once, by its digest where Redis still knows it; what it fails with is the client's error. */
  evaluateOnce(script: RedisScript, keys: readonly string[], args: readonly string[]): Promise<unknown>;
  /** Sends a command that may be sent twice, again after a passing failure. */
  run(purpose: RedisPurpose, args: readonly string[]): Promise<unknown>;
  /** Runs a script that may be run twice, again after a passing failure. */
  evaluate(
    purpose: RedisPurpose,
    script: RedisScript,
    keys: readonly string[],
    args: readonly string[],
  ): Promise<unknown>;
  /**
   * Does `work`, again after a passing failure; no time begins later than `timeoutMs` after the first.
   *
   * @param isSwap true for the write of a record: when nobody knows whether it happened, it is asked for once more, however late it is
   */
  patiently<T>(purpose: RedisPurpose, work: () => Promise<T>, isSwap?: boolean): Promise<T>;
}

/** @param timeoutMs how long one command may take, in milliseconds */
export function redisConnection(command: RedisCommand, timeoutMs: number): RedisConnection {
  const digests = new Map<RedisScript, Promise<string>>();

  async function once(args: readonly string[]): Promise<unknown> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new TimedOut()), timeoutMs);
    });
    try {
      return await Promise.race([command(args), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async function evaluateOnce(script: RedisScript, keys: readonly string[], args: readonly string[]) {
    const digest = digests.get(script) ?? sha1(script.source);
    digests.set(script, digest);
    const rest = [String(keys.length), ...keys, ...args];
    try {
      return await once(["EVALSHA", await digest, ...rest]);
    } catch (error) {
      // A server that was restarted has forgotten its scripts.
      if (redisFault(error).word !== "NOSCRIPT") throw error;
      return once(["EVAL", script.source, ...rest]);
    }
  }

  async function patiently<T>(purpose: RedisPurpose, work: () => Promise<T>, isSwap = false): Promise<T> {
    const end = performance.now() + timeoutMs;
    let isUnknown = false;
    for (let pauseMs = FIRST_PAUSE_MS, isLast = false; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        return await work();
      } catch (error) {
        if (error instanceof StagedoorError) throw error;
        const fault = redisFault(error);
        isUnknown ||= fault.unknown && isSwap;
        // Uneven, so that processes that lost the same server do not all come back at once.
        const uneven = pauseMs * (0.5 + Math.random() / 2);
        const isLate = performance.now() + uneven >= end;
        if (!fault.passing || isLast || (isLate && !(fault.unknown && isUnknown))) {
          throw redisError(fault, purpose, isUnknown);
        }
        isLast = isLate;
        await new Promise((resolve) => setTimeout(resolve, uneven));
      }
    }
  }

  return {
    once,
    evaluateOnce,
    patiently,
    run: (purpose, args) => patiently(purpose, () => once(args)),
    evaluate: (purpose, script, keys, args) => patiently(purpose, () => evaluateOnce(script, keys, args)),
  };
}

/** Redis knows a script by this digest, which guards nothing here. */
async function sha1(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
