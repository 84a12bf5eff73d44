import { StagedoorError } from "../base/errors.js";
import type { LimitKey, Settlement, SharedWindow } from "../base/limits.js";
import type { Turns } from "../base/queue.js";
import { inTurn } from "../base/queue.js";
import { randomString } from "../base/random.js";
import { checkLimitKey, FURTHEST_MS, limitKeyText } from "./limit-list.js";
import type { RedisConnection, RedisScript } from "./redis-connection.js";
import { redisError, redisFault } from "./redis-error.js";
import type { RedisNames } from "./redis-names.js";
import { replyList, replyNumber } from "./redis-reply.js";
import { SETTLE, TAKE } from "./redis-window-scripts.js";

/** More are never in flight at once, so more need not be asked for. */
const MOST_WANTED = 64;
/** How many apps a process counts for; those that have nothing in flight are forgotten first. */
const MOST_APPS = 1000;

/** Requests that were let through together, and when, by the server's clock. */
interface Sent {
  readonly at: number;
  count: number;
}

/** What this process knows of the requests of an app. */
interface Part {
  /** What is in flight, in the order of its sending. */
  sent: Sent[];
  done: number;
  limited: number;
  retryAfterMs: number | undefined;
}

/**
 * The window that all who share a Redis count an app's requests in; `redis-window-scripts.ts` has what is counted how.
 *
 * The calls of a process for one app go one after the other; what ends meanwhile is told in one call.
 */
export function redisWindow(connection: RedisConnection, names: RedisNames): SharedWindow {
  const owner = randomString(9);
  const turns: Turns = new Map();
  const parts = new Map<string, Part>();
  let calls = 0;

  function partOf(key: LimitKey): Part {
    const name = limitKeyText(key);
    const part = parts.get(name) ?? { sent: [], done: 0, limited: 0, retryAfterMs: undefined };
    if (!parts.has(name) && parts.size >= MOST_APPS) {
      for (const [other, { sent }] of parts) if (sent.length === 0) parts.delete(other);
    }
    parts.set(name, part);
    return part;
  }

  /** Once only: the next call mends what a failed one left, and a client that was closed must not be asked for seconds. */
  async function evaluate(script: RedisScript, key: LimitKey, args: readonly string[]): Promise<unknown> {
    try {
      return await connection.evaluateOnce(script, names.window(key), args);
    } catch (error) {
      if (error instanceof StagedoorError) throw error;
      throw redisError(redisFault(error), "write limits");
    }
  }

  async function take(key: LimitKey, wanted: number) {
    const part = partOf(key);
    calls += 1;
    const args = [owner, calls, inFlight(part), Math.min(wanted, MOST_WANTED)].map(String);
    const reply = await evaluate(TAKE, key, args);
    const [granted, waitMs, at] = replyList(reply).map(replyNumber);
    if (granted === undefined || waitMs === undefined || at === undefined) {
      throw new StagedoorError("store-unreadable", "The answer to a question about limits is not Redis's.", {
        hint: "Give redisStore a command that hands back what Redis answers.",
      });
    }
    if (granted > 0) part.sent.push({ at, count: granted });
    return { granted, waitMs };
  }

  async function settle(key: LimitKey): Promise<void> {
    const part = partOf(key);
    const { done, limited, retryAfterMs } = part;
    if (done + limited === 0) return;
    part.done = 0;
    part.limited = 0;
    part.retryAfterMs = undefined;
    calls += 1;
    // Which of them has ended is not said: those that were sent first, and of these the later ones were refused.
    const passed = remove(part.sent, done);
    const refused = remove(part.sent, limited);
    // What was let through by nobody here, as after an outage, was sent at a time that nobody knows.
    const firstAt = passed[0]?.at ?? Number.MAX_SAFE_INTEGER;
    const pairs = refused.length > 0 || limited === 0 ? refused : [{ at: Number.MAX_SAFE_INTEGER, count: 0 }];
    const args = [owner, calls, inFlight(part), done, firstAt, retryAfterMs ?? "", Math.random()];
    const all = [...args, ...pairs.flatMap(({ at, count }) => [at, count])].map(String);
    await evaluate(SETTLE, key, all);
  }

  const next = <T>(key: LimitKey, action: () => Promise<T>) =>
    inTurn(turns, limitKeyText(key), action, undefined, "Waiting for the limits");

  return {
    async take(key, wanted) {
      checkLimitKey(key);
      const whole = Math.floor(wanted);
      if (!(whole > 0)) return { granted: 0, waitMs: 0 };
      return next(key, () => take(key, whole));
    },

    async settle(key, ended) {
      checkLimitKey(key);
      add(partOf(key), ended);
      return next(key, () => settle(key));
    },
  };
}

function inFlight({ sent }: Part): number {
  return sent.reduce((sum, { count }) => sum + count, 0);
}

function add(part: Part, { done, limited, retryAfterMs }: Settlement): void {
  part.done += done;
  part.limited += limited;
  if (retryAfterMs === undefined || !(retryAfterMs >= 0)) return;
  const ms = Math.min(Math.ceil(retryAfterMs), FURTHEST_MS);
  part.retryAfterMs = Math.max(part.retryAfterMs ?? 0, ms);
}

/** Takes so many from the front; fewer where there are fewer. */
function remove(sent: Sent[], count: number): readonly Sent[] {
  const removed: Sent[] = [];
  for (let left = count; left > 0; ) {
    const [first] = sent;
    if (first === undefined) break;
    const part = Math.min(left, first.count);
    removed.push({ at: first.at, count: part });
    first.count -= part;
    left -= part;
    if (first.count === 0) sent.shift();
  }
  return removed;
}
