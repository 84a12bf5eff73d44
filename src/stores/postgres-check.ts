import type { PostgresRow } from "./postgres-client.js";

/** One row about the server, its settings for this connection, and the connection itself. */
export const CHECK = `SELECT current_setting('synchronous_commit') AS commit, current_setting('fsync') AS fsync,
  (pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on')::text AS standby,
  host(inet_server_addr()) AS server, host(inet_client_addr()) AS client,
  (SELECT ssl::text FROM pg_stat_ssl WHERE pid = pg_backend_pid()) AS tls`;

/** What is amiss with a server for tokens that may be used once, a sentence each. */
export function postgresProblems(row: PostgresRow): readonly string[] {
  const found: string[] = [];
  if (row.commit === "off")
    found.push(
      "PostgreSQL answers before a write is durable (synchronous_commit is off): a crash of the server can lose the newest token.",
    );
  if (row.fsync === "off")
    found.push(
      "PostgreSQL does not wait for its disk (fsync is off): a crash of its machine can lose all tokens.",
    );
  if (row.standby === "true")
    found.push("PostgreSQL takes no writes here, it is a read-only standby: connect to the primary.");
  if (row.tls === "false" && isElsewhere(row.server, row.client))
    found.push(
      "The connection to PostgreSQL is not encrypted, and it leaves this machine: use TLS (sslmode=verify-full).",
    );
  return found;
}

/** A server sees no address over a socket of the file system. */
function isElsewhere(server: unknown, client: unknown): boolean {
  return typeof server === "string" && server !== client && !/^(?:127\.|::1$)/.test(server);
}
