// The places for tokens that a scenario runs over, each with the real server behind it. How to use it:
//
//   await withBackend(FILE, conductor, async (backend) => {
//     const workers = await conductor.workers(4, (index) => backend.worker(spotify, index));
//   });
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { lockDirectoryOf } from "../../src/stores/keychain-lock.js";
import { skipsPostgres, skipsRedis, skipsSecretService } from "../support/components.js";
import { startPostgres } from "../support/postgres-server.js";
import { startRedis } from "../support/redis-server.js";
import { startSecretService } from "../support/secret-service.js";
import type { Conductor, SpotifyProgram, WorkerOptions } from "./conductor.js";
import type { StoreDescription } from "./store-description.js";

/** 128 workers start a helper each at the same moment, on two cores: the usual three seconds are for one. */
const KEYCHAIN_TIMEOUT_MS = 60_000;

/** A place that runs now. */
export interface Backend {
  readonly name: string;
  readonly isSlow: boolean;
  /** How worker number so and so reaches it: where there are two client libraries they take turns. */
  store(index: number): StoreDescription;
  /** What a worker needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The options of a worker that opens it at once. */
  worker(spotify: SpotifyProgram, index: number): WorkerOptions;
}

export interface BackendKind {
  readonly name: string;
  /** True where a hundred processes at once take minutes: they are then tried once, not in all combinations. */
  readonly isSlow?: boolean;
  /** Why it cannot run here, if so. */
  readonly missing: string | undefined;
  start(conductor: Conductor): Promise<{
    store(index: number): StoreDescription;
    readonly env?: Readonly<Record<string, string>>;
    close?(): Promise<void>;
  }>;
}

export const FILE: BackendKind = {
  name: "file",
  missing: undefined,
  async start(conductor) {
    const store = conductor.fileStore();
    return { store: () => store };
  },
};

export const KEYCHAIN: BackendKind = {
  name: "keychain",
  isSlow: true,
  missing: skipsSecretService ? "no gnome-keyring, dbus-run-session" : undefined,
  async start() {
    const keychain = await startSecretService();
    const service = `stagedoor-test-${randomUUID()}`;
    return {
      store: () => ({ kind: "keychain", service, timeoutMs: KEYCHAIN_TIMEOUT_MS }),
      // Which bus it is, and nothing else: homes and folders are the worker's own.
      env: { DBUS_SESSION_BUS_ADDRESS: keychain.environment.DBUS_SESSION_BUS_ADDRESS ?? "" },
      async close() {
        await keychain.close();
        // The locks lie in the home of the user, whatever a worker takes for its home.
        rmSync(lockDirectoryOf(service, undefined), { recursive: true, force: true });
      },
    };
  },
};

export const REDIS: BackendKind = {
  name: "Redis",
  missing: skipsRedis ? "no redis-server, redis-sentinel" : undefined,
  async start() {
    const server = await startRedis({ args: ["--maxclients", "1000"] });
    return {
      store: (index) => ({
        kind: "redis",
        client: index % 2 === 0 ? "ioredis" : "redis",
        host: "127.0.0.1",
        port: server.port,
      }),
      close: () => server.stop(),
    };
  },
};

export const POSTGRES_LEASE: BackendKind = postgres("lease");
export const POSTGRES_TRANSACTION: BackendKind = postgres("transaction");

function postgres(lock: "lease" | "transaction"): BackendKind {
  return {
    name: `Postgres, ${lock}`,
    missing: skipsPostgres ? "no postgresql 15, pgbouncer" : undefined,
    async start() {
      // Everybody who waits for a transaction lock has a connection meanwhile.
      const server = await startPostgres({ settings: { max_connections: "600", fsync: "on" } });
      return {
        store: (index) => ({
          kind: "postgres",
          client: index % 2 === 0 ? "pg" : "postgres",
          url: server.url,
          lock,
        }),
        close: () => server.stop(),
      };
    },
  };
}

export const BACKENDS: readonly BackendKind[] = [FILE, KEYCHAIN, REDIS, POSTGRES_LEASE, POSTGRES_TRANSACTION];

/** Runs `use` over a place that is started for it. */
export async function withBackend<V>(
  kind: BackendKind,
  conductor: Conductor,
  use: (backend: Backend) => Promise<V>,
): Promise<V> {
  const { store, env = {}, close } = await kind.start(conductor);
  try {
    return await use({
      name: kind.name,
      isSlow: kind.isSlow ?? false,
      store,
      env,
      worker: (spotify, index) => ({ env, open: { spotify, store: store(index) } }),
    });
  } finally {
    await close?.();
  }
}

/** As `withBackend`, with several at once. */
export async function withBackends<V>(
  kinds: readonly BackendKind[],
  conductor: Conductor,
  use: (backends: readonly Backend[]) => Promise<V>,
): Promise<V> {
  const [first, ...rest] = kinds;
  if (first === undefined) return use([]);
  return withBackend(first, conductor, (one) =>
    withBackends(rest, conductor, (others) => use([one, ...others])),
  );
}

/** Those that can run here, and a sentence for each that cannot. */
export function available(kinds: readonly BackendKind[]): {
  readonly here: readonly BackendKind[];
  readonly skipped: readonly string[];
} {
  return {
    here: kinds.filter(({ missing }) => missing === undefined),
    skipped: kinds.flatMap(({ name, missing }) => (missing === undefined ? [] : [`${name}: ${missing}`])),
  };
}
