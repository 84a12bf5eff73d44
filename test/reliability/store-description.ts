// A store in words that can be sent to another process, and how a worker opens it. A new store: a member of the union, a case below.
import { fileStore } from "../../src/stores/file.js";
import { keychainStore } from "../../src/stores/keychain.js";
import { type PostgresStoreOptions, postgresStore } from "../../src/stores/postgres.js";
import { redisStore } from "../../src/stores/redis.js";
import type { TokenStore } from "../../src/token/index.js";

export type StoreDescription =
  | { readonly kind: "file"; readonly directory: string }
  /** Which keychain it is, is in the worker's environment. */
  | { readonly kind: "keychain"; readonly service: string; readonly timeoutMs?: number }
  | {
      readonly kind: "redis";
      readonly client: "ioredis" | "redis";
      readonly host: string;
      readonly port: number;
      readonly leaseMs?: number;
      readonly timeoutMs?: number;
    }
  | {
      readonly kind: "postgres";
      readonly client: "pg" | "postgres";
      readonly url: string;
      readonly lock: "lease" | "transaction";
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
    case "keychain": {
      const { service, timeoutMs } = description;
      return { store: keychainStore({ service, timeoutMs }), close: async () => undefined };
    }
    case "redis":
      return description.client === "ioredis" ? openIoredis(description) : openRedis(description);
    case "postgres":
      return description.client === "pg" ? openPg(description) : openPostgresJs(description);
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

type PostgresDescription = Extract<StoreDescription, { kind: "postgres" }>;

/** Waiting for a lock takes one, writing another: not many, since there are many workers. */
const POSTGRES_CONNECTIONS = 3;

async function openPg(description: PostgresDescription): Promise<OpenStore> {
  const { default: pg } = await import("pg");
  const pool = new pg.Pool({ connectionString: description.url, max: POSTGRES_CONNECTIONS });
  pool.on("error", () => undefined);
  return withTable(description, {
    query: (text, values) => pool.query(text, [...values]),
    connect: () => pool.connect(),
    close: () => pool.end(),
  });
}

async function openPostgresJs(description: PostgresDescription): Promise<OpenStore> {
  const { default: postgres } = await import("postgres");
  const sql = postgres(description.url, { onnotice: () => undefined, max: POSTGRES_CONNECTIONS });
  return withTable(description, {
    query: async (text, values) => ({ rows: await sql.unsafe(text, [...values]) }),
    // One for each lock, as the store's documentation has it.
    connect: async () => {
      let onClose = () => {};
      const own = postgres(description.url, { onnotice: () => undefined, max: 1, onclose: () => onClose() });
      return {
        query: async (text, values) => ({ rows: await own.unsafe(text, values) }),
        on: (_event, listener) => {
          onClose = () => listener(new Error("The connection was closed."));
        },
        release: () => own.end({ timeout: 1 }),
      };
    },
    close: () => sql.end({ timeout: 1 }),
  });
}

async function withTable(
  { lock, ...options }: PostgresDescription,
  {
    query,
    connect,
    close,
  }: Required<Pick<PostgresStoreOptions, "query" | "connect">> & Pick<OpenStore, "close">,
): Promise<OpenStore> {
  const store = postgresStore({ ...bounds(options), query, ...(lock === "transaction" && { connect }) });
  await store.createTable();
  return { store, close };
}

function bounds({ leaseMs, timeoutMs }: { readonly leaseMs?: number; readonly timeoutMs?: number }) {
  return { leaseMs, timeoutMs };
}
