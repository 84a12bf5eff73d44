import type { Lease } from "./lease.js";
import type { PostgresClient } from "./postgres-client.js";
import type { PostgresStatements } from "./postgres-table.js";

/**
 * A lease in a row of its own, by the server's clock: for drivers and poolers that cannot keep a connection for one caller.
 *
 * @param id the row of the key whose lease it is
 */
export function postgresLease(client: PostgresClient, statement: PostgresStatements, id: string): Lease {
  const row = `lease:${id}`;
  return {
    async acquire(owner, ttlMs) {
      return (await client.run("lock", statement.acquire, [row, owner, String(Math.ceil(ttlMs))])).length > 0;
    },
    async renew(owner, ttlMs) {
      return (await client.run("lock", statement.renew, [row, owner, String(Math.ceil(ttlMs))])).length > 0;
    },
    async release(owner) {
      await client.run("lock", statement.release, [row, owner]);
    },
  };
}
