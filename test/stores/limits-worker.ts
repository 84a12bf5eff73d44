// A process that notes limits together with others: `KIND PLACE NAME COUNT`, where KIND says which store and PLACE where it is.
import { once } from "node:events";
import { Redis } from "ioredis";
import { fileStore } from "../../src/stores/file.js";
import { postgresStore } from "../../src/stores/postgres.js";
import { redisStore } from "../../src/stores/redis.js";
import type { TokenStore } from "../../src/token/store.js";
import { openPg } from "./postgres-clients.js";

const [kind = "", place = "", name = "", count = ""] = process.argv.slice(2);

interface Open {
  readonly store: TokenStore;
  close(): unknown;
}

const OPEN: Readonly<Record<string, () => Open>> = {
  file: () => ({ store: fileStore({ directory: place }), close: () => undefined }),
  redis: () => {
    const redis = new Redis(Number(place), "127.0.0.1");
    const store = redisStore({ command: ([first = "", ...rest]) => redis.call(first, ...rest) });
    return { store, close: () => redis.disconnect() };
  },
  postgres: () => {
    const client = openPg(place, { max: 2 });
    return { store: postgresStore(client.plain), close: () => client.close() };
  },
};

const open = OPEN[kind]?.();
process.stdout.write("ready\n");
await once(process.stdin, "data");
for (let index = 0; index < Number(count); index++) {
  const limit = { kind: "rate", endpoint: `/v1/${name}/${index}`, until: Date.now() + 3_600_000 } as const;
  await open?.store.limits?.note({ provider: "spotify", clientId: "c0ffee" }, limit);
}
await open?.close();
process.stdin.destroy();
