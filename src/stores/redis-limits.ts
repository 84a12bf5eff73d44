import type { KnownLimit, LimitMemory } from "../base/limits.js";
import { aboutText, checkLimitKey, isWorthKeeping, MOST_LIMITS, parseAbout } from "./limit-list.js";
import type { RedisConnection } from "./redis-connection.js";
import { NOTE_LIMIT, READ_LIMITS } from "./redis-limits-scripts.js";
import type { RedisNames } from "./redis-names.js";
import { replyList, replyNumber, replyText } from "./redis-reply.js";
import { redisWindow } from "./redis-window.js";

/** Remembers limits in Redis, a hash an app, by the clock of the server. */
export function redisLimits(connection: RedisConnection, names: RedisNames): LimitMemory {
  return {
    window: redisWindow(connection, names),

    async read(key) {
      checkLimitKey(key);
      const reply = replyList(await connection.evaluate("read limits", READ_LIMITS, [names.limits(key)], []));
      const now = Date.now();
      return reply.flatMap((part, index): readonly KnownLimit[] => {
        const about = index % 2 === 0 ? parseAbout(replyText(part)) : undefined;
        const left = replyNumber(reply[index + 1]);
        return about === undefined || left === undefined ? [] : [{ ...about, until: now + left }];
      });
    },

    async note(key, limit) {
      checkLimitKey(key);
      const now = Date.now();
      if (!isWorthKeeping(limit, now)) return;
      const args = [aboutText(limit), String(Math.ceil(limit.until - now)), String(MOST_LIMITS)];
      await connection.evaluate("write limits", NOTE_LIMIT, [names.limits(key)], args);
    },
  };
}
