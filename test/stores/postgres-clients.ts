import { PGlite } from "@electric-sql/pglite";
import pg from "pg";
import postgres from "postgres";
import type { PostgresStoreOptions } from "../../src/stores/postgres.js";

/** How a store gets at its server. */
export type PostgresAccess = Pick<PostgresStoreOptions, "query" | "connect">;

/** A client library with connections of its own. */
export interface OpenClient {
  /** Locks by transactions, where the library can lend a connection. */
  readonly lending: PostgresAccess;
  /** Locks by leases. */
  readonly plain: PostgresAccess;
  close(): Promise<void>;
}

/** The `pg` of the examples; a connection that breaks while nobody uses it is no failure. */
export function openPg(url: string, options: pg.PoolConfig = {}): OpenClient & { readonly pool: pg.Pool } {
  const pool = new pg.Pool({ connectionString: url, ...options });
  pool.on("error", () => undefined);
  const plain: PostgresAccess = { query: (text, values) => pool.query(text, [...values]) };
  return {
    pool,
    plain,
    lending: { ...plain, connect: () => pool.connect() },
    close: () => pool.end(),
  };
}

/** The `postgres` of the examples. */
export function openPostgresJs(url: string): OpenClient {
  const sql = postgres(url, { onnotice: () => undefined, max: 10 });
  const plain: PostgresAccess = {
    query: async (text, values) => ({ rows: await sql.unsafe(text, [...values]) }),
  };
  const connect = async () => {
    let onClose = () => {};
    const own = postgres(url, { max: 1, onclose: () => onClose() });
    return {
      query: async (text: string, values: string[]) => ({ rows: await own.unsafe(text, values) }),
      on(_event: "error", listener: (error: Error) => void) {
        onClose = () => listener(new Error("The connection was closed."));
      },
      release: () => own.end({ timeout: 1 }),
    };
  };
  return { plain, lending: { ...plain, connect }, close: () => sql.end({ timeout: 1 }) };
}

/** A PostgreSQL inside this process, which has one connection. */
export async function openPglite(): Promise<OpenClient> {
  const db = await PGlite.create();
  const plain: PostgresAccess = {
    query: (text, values) => db.query<Record<string, unknown>>(text, [...values]),
  };
  return { plain, lending: plain, close: () => db.close() };
}
