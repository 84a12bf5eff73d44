import type { Clock } from "../base/clock.js";
import { systemClock } from "../base/clock.js";
import type { KnownLimit, LimitMemory } from "../base/limits.js";
import { checkLimitKey, holding, limitKeyText, withLimit } from "./limit-list.js";

/** How many apps are remembered; nobody has so many that it matters which. */
const MOST_APPS = 1000;

/** Remembers limits in this process. */
export function limitsInMemory(clock: Clock = systemClock): LimitMemory {
  const known = new Map<string, readonly KnownLimit[]>();

  return {
    isLocal: true,

    async read(key) {
      checkLimitKey(key);
      return holding(known.get(limitKeyText(key)) ?? [], clock.now());
    },

    async note(key, limit) {
      checkLimitKey(key);
      const name = limitKeyText(key);
      const limits = withLimit(known.get(name) ?? [], limit, clock.now());
      if (limits === undefined) return;
      const [oldest] = known.keys();
      if (known.size >= MOST_APPS && oldest !== undefined && !known.has(name)) known.delete(oldest);
      known.set(name, limits);
    },
  };
}
