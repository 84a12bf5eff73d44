import type { LimitKey, SharedWindow } from "../../src/base/limits.js";
import { redisStore } from "../../src/stores/redis.js";
import type { RedisCommand } from "../../src/stores/redis-connection.js";
import { APP } from "./limits-suite.js";

/** A server that lets through so many requests in any so many milliseconds, in a time that the test drives. */
export interface ModelServer {
  limit: number;
  spanMs: number;
  /** Whether a refusal says when to come again, in whole seconds as Spotify does. */
  readonly saysWhen: boolean;
}

/** What came of a run. */
export interface Outcome {
  readonly done: number;
  readonly refused: number;
  /** How long it took, in the time of the test. */
  readonly tookMs: number;
}

/** A time that the test drives, for a real Redis and a server that is a model. */
export class World {
  /** Milliseconds since the Unix epoch. */
  now = 1_800_000_000_000;
  /** By how much the clock of Redis is wrong. */
  redisAheadMs = 0;
  refusals = 0;
  readonly #command: RedisCommand;
  readonly #server: ModelServer;
  #accepted: number[] = [];

  constructor(command: RedisCommand, server: ModelServer) {
    this.#command = command;
    this.#server = server;
  }

  /** The window as a process of its own has it. */
  process(through: (command: RedisCommand) => RedisCommand = (command) => command): SharedWindow {
    const { limits } = redisStore({ command: through((args) => this.#inTime(args)) });
    if (limits?.window === undefined) throw new Error("It has none.");
    return limits.window;
  }

  /** A request that arrives now: nothing when it is let through, else what the refusal says. */
  request(): { readonly retryAfterMs: number | undefined } | undefined {
    const { limit, spanMs, saysWhen } = this.#server;
    this.#accepted = this.#accepted.filter((at) => at > this.now - spanMs);
    if (this.#accepted.length < limit) {
      this.#accepted.push(this.now);
      return undefined;
    }
    this.refusals += 1;
    const free = (this.#accepted[0] ?? this.now) + spanMs - this.now;
    return { retryAfterMs: saysWhen ? Math.ceil(free / 1000) * 1000 : undefined };
  }

  /** Lets each process make so many calls as fast as the window lets it, and again what was refused. */
  async run(
    windows: readonly SharedWindow[],
    calls: number,
    { latencyMs = 40, key = APP, between }: RunOptions = {},
  ): Promise<Outcome> {
    const started = this.now;
    const before = this.refusals;
    const waiting = windows.map(() => calls);
    const wake = windows.map(() => this.now);
    let flying: {
      readonly index: number;
      readonly arrives: number;
      refused?: { retryAfterMs: number | undefined } | undefined;
      isThere: boolean;
    }[] = [];
    let done = 0;
    for (;;) {
      for (const flight of flying) {
        if (flight.isThere || flight.arrives > this.now) continue;
        flight.isThere = true;
        flight.refused = this.request();
      }
      const landed = flying.filter((flight) => flight.isThere && flight.arrives + latencyMs / 2 <= this.now);
      flying = flying.filter((flight) => !landed.includes(flight));
      for (const [index, window] of windows.entries()) {
        const mine = landed.filter((flight) => flight.index === index);
        for (const { refused } of mine) {
          if (refused === undefined) done += 1;
          else waiting[index] = (waiting[index] ?? 0) + 1;
          const { retryAfterMs } = refused ?? {};
          const ended =
            refused === undefined ? { done: 1, limited: 0 } : { done: 0, limited: 1, retryAfterMs };
          await window.settle(key, ended);
        }
        const wanted = waiting[index] ?? 0;
        if (wanted === 0 || (mine.length === 0 && (wake[index] ?? 0) > this.now)) continue;
        const { granted, waitMs } = await window.take(key, wanted);
        waiting[index] = wanted - granted;
        wake[index] = this.now + Math.max(1, waitMs);
        for (let count = 0; count < granted; count++) {
          flying.push({ index, arrives: this.now + latencyMs / 2, isThere: false });
        }
      }
      await between?.(done);
      if (done === calls * windows.length) break;
      const moments = flying.map(({ arrives, isThere }) => (isThere ? arrives + latencyMs / 2 : arrives));
      for (const [index, wanted] of waiting.entries()) if (wanted > 0) moments.push(wake[index] ?? 0);
      this.now = Math.max(this.now, Math.min(...moments));
      if (this.now - started > 24 * 3_600_000) throw new Error(`It hangs: ${done} are done.`);
    }
    return { done, refused: this.refusals - before, tookMs: this.now - started };
  }

  /** Redis with the clock of this world: the scripts themselves are told the time. */
  #inTime(args: readonly string[]): Promise<unknown> {
    const [name = "", source = "", ...rest] = args;
    if (name === "EVALSHA") return Promise.reject(new Error("NOSCRIPT No matching script."));
    if (name !== "EVAL") return this.#command(args);
    const now = this.now + this.redisAheadMs;
    const time = `{ '${Math.floor(now / 1000)}', '${Math.floor((now % 1000) * 1000)}' }`;
    if (!source.includes("redis.call('TIME')")) throw new Error("The script does not ask for the time.");
    return this.#command([name, source.replaceAll("redis.call('TIME')", time), ...rest]);
  }
}

export interface RunOptions {
  /** How long a request is on its way, there and back. */
  readonly latencyMs?: number;
  readonly key?: LimitKey;
  /** Called after each step with how many are done. */
  readonly between?: (done: number) => Promise<void>;
}
