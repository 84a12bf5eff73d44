import { Redis } from "ioredis";
import { createClient } from "redis";
import { onTestFinished } from "vitest";
import type { RedisCommand } from "../../src/stores/redis-connection.js";
import type { RedisOptions, RedisServer } from "../support/redis-server.js";
import { startRedis } from "../support/redis-server.js";

/** A client that is connected, as `redisStore` wants it. */
export interface Connected {
  readonly command: RedisCommand;
  close(): Promise<void>;
}

export type Connect = (port: number) => Promise<Connected>;

/** The clients that the store is tested with. */
export const CLIENTS: Readonly<Record<string, Connect>> = {
  ioredis: (port) => overIoredis(new Redis(port, "127.0.0.1", { connectTimeout: 2000 })),
  "ioredis with bytes": async (port) => {
    // Without a check of its own it passes on what a server says that is not ready.
    const patience = { connectTimeout: 2000, retryStrategy: () => 50 };
    const redis = new Redis(port, "127.0.0.1", { ...patience, enableReadyCheck: false });
    const { close } = await overIoredis(redis);
    return { close, command: ([name = "", ...rest]) => redis.callBuffer(name, ...rest) };
  },
  "redis with RESP2": (port) => overRedis(port, 2),
  "redis with RESP3": (port) => overRedis(port, 3),
};

/** Over a client of ioredis that somebody else set up. */
export async function overIoredis(redis: Redis): Promise<Connected> {
  // The failures are seen at the commands.
  redis.on("error", () => undefined);
  return {
    command: ([name = "", ...rest]) => redis.call(name, ...rest),
    close: async () => redis.disconnect(),
  };
}

async function overRedis(port: number, RESP: 2 | 3): Promise<Connected> {
  const client = createClient({ url: `redis://127.0.0.1:${port}`, RESP });
  client.on("error", () => undefined);
  await client.connect();
  return {
    command: (args) => client.sendCommand([...args]),
    close: async () => client.destroy(),
  };
}

/** A server that ends with the test. */
export async function redisForTest(options: RedisOptions = {}): Promise<RedisServer> {
  const server = await startRedis(options);
  onTestFinished(() => server.stop());
  return server;
}

/** A client of `server` that ends with the test, ioredis unless told otherwise. */
export async function connectForTest(server: RedisServer, name = "ioredis"): Promise<Connected> {
  const connected = await CLIENTS[name]?.(server.port);
  if (connected === undefined) throw new Error(`There is no client ${name}.`);
  onTestFinished(() => connected.close());
  return connected;
}
