import { afterAll, beforeAll, describe } from "vitest";
import { redisStore } from "../../src/stores/redis.js";
import { skipsRedis } from "../support/components.js";
import type { RedisServer } from "../support/redis-server.js";
import { startRedis } from "../support/redis-server.js";
import { CLIENTS } from "./redis-clients.js";
import { storeSuite } from "./suite.js";

describe.skipIf(skipsRedis)("Redis (skipped where there is none)", () => {
  let server: RedisServer;
  let count = 0;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server?.stop());

  for (const [name, connect] of Object.entries(CLIENTS)) {
    storeSuite(`FS-07 Redis over ${name}`, async () => {
      const [one, other] = await Promise.all([connect(server.port), connect(server.port)]);
      // A prefix that would be a pattern, a tag and a second command where it is not an argument.
      const prefix = count++ % 2 === 0 ? `stagedoor-${count}:` : `*{t${count}}[a]\r\nFLUSHALL\r\n?`;
      return {
        store: redisStore({ command: one.command, prefix }),
        sibling: redisStore({ command: other.command, prefix }),
        close: async () => {
          await Promise.all([one.close(), other.close()]);
        },
      };
    });
  }
});
