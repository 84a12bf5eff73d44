// A store in words that can be sent to another process, and how a worker opens it. A new store: a member of the union, a case below.
import { fileStore } from "../../src/stores/file.js";
import { redisStore } from "../../src/stores/redis.js";
import type { TokenStore } from "../../src/token/index.js";

export type StoreDescription =
  | { readonly kind: "file"; readonly directory: string }
  | {
      readonly kind: "redis";
      readonly client: "ioredis" | "redis";
      readonly host: string;
      readonly port: number;
      readonly leaseMs?: number;
      readonly timeoutMs?: number;
    };

/** A store that is open, and how to let go of its connections. */
export interface OpenStore {
  readonly store: TokenStore;
  close(): Promise<void>;
}

// Client libraries are loaded where they are used: 128 workers feel each of them.
export async function openStore(description: StoreDescription): Promise<OpenStore> {
  switch (description.kind) {
    case "file":
      return { store: fileStore({ directory: description.directory }), close: async () => undefined };
    case "redis":
      return description.client === "ioredis" ? openIoredis(description) : openRedis(description);
  }
}

type RedisDescription = Extract<StoreDescription, { kind: "redis" }>;

async function openIoredis({ host, port, ...options }: RedisDescription): Promise<OpenStore> {
  const { Redis } = await import("ioredis");
  const redis = new Redis(port, host, { connectTimeout: 2000 });
  // The failures are seen at the commands.
  redis.on("error", () => undefined);
  return {
    store: redisStore({ ...bounds(options), command: ([name = "", ...rest]) => redis.call(name, ...rest) }),
    close: async () => redis.disconnect(),
  };
}

async function openRedis({ host, port, ...options }: RedisDescription): Promise<OpenStore> {
  const { createClient } = await import("redis");
  const client = createClient({ url: `redis://${host}:${port}`, socket: { connectTimeout: 2000 } });
  client.on("error", () => undefined);
  await client.connect();
  return {
    store: redisStore({ ...bounds(options), command: (words) => client.sendCommand([...words]) }),
    close: async () => client.destroy(),
  };
}

function bounds({ leaseMs, timeoutMs }: { readonly leaseMs?: number; readonly timeoutMs?: number }) {
  return { leaseMs, timeoutMs };
}
