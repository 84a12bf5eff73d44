import type { KnownLimit, LimitKey, LimitMemory } from "../base/limits.js";
import {
  aboutText,
  checkLimitKey,
  isWorthKeeping,
  limitKeyText,
  MOST_LIMITS,
  parseAbout,
} from "./limit-list.js";
import type { PostgresClient } from "./postgres-client.js";
import type { PostgresStatements } from "./postgres-table.js";
import { hashText } from "./postgres-table.js";

/**
 * Remembers limits in the table of the tokens, a row each, by the clock of the server.
 *
 * They are rows as leases are: something that ends at a time. So a table that is there already, and the rights to it, are enough.
 */
export function postgresLimits(client: PostgresClient, statement: PostgresStatements): LimitMemory {
  return {
    async read(key) {
      checkLimitKey(key);
      const rows = await client.run("limits", statement.readLimits, [await appId(key)]);
      const now = Date.now();
      return rows.flatMap((row): readonly KnownLimit[] => {
        const about = parseAbout(row.about);
        const remaining = Number(row.remaining);
        return about === undefined || !(remaining > 0) ? [] : [{ ...about, until: now + remaining }];
      });
    },

    async note(key, limit) {
      checkLimitKey(key);
      const now = Date.now();
      if (!isWorthKeeping(limit, now)) return;
      const [app, about] = [await appId(key), aboutText(limit)];
      const row = `limit:${app}.${await hashText(about)}`;
      const remaining = String(Math.ceil(limit.until - now));
      await client.run("limits", statement.noteLimit, [app, row, about, remaining, String(MOST_LIMITS)]);
    },
  };
}

function appId(key: LimitKey): Promise<string> {
  return hashText(limitKeyText(key));
}
