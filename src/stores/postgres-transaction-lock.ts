import { hasCode, StagedoorError } from "../base/errors.js";
import type { Lease } from "./lease.js";
import type { PostgresClient, PostgresConnection, PostgresRow } from "./postgres-client.js";
import { bounded, persist } from "./postgres-client.js";

/** How many connections one store keeps for locks: half of what pools have by default, so that holders can still write. */
const MOST_CONNECTIONS = 5;

// Idle in READ COMMITTED, a transaction keeps no snapshot and so holds back no vacuum. READ ONLY: also where nothing else can be had.
const BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY";

/** Shared, so that those who look do not keep each other away; given back with the statement. */
const LOOK = "SELECT pg_try_advisory_xact_lock_shared($1::bigint)::text AS free";

// A holder that is stopped, or cut off, loses the lock by the server's clock; a machine that is gone is found out earlier.
const TRY = `SELECT pg_try_advisory_xact_lock($1::bigint)::text AS held,
  set_config('idle_in_transaction_session_timeout', $2::text, true) AS idle,
  set_config('tcp_keepalives_idle', '5', true) AS keepalive,
  set_config('tcp_keepalives_interval', '2', true) AS between,
  set_config('tcp_keepalives_count', '3', true) AS missed,
  pg_backend_pid()::text AS pid, transaction_timestamp()::text AS since`;

/** The same transaction has the same process and the same beginning. */
const ASK = "SELECT pg_backend_pid()::text AS pid, transaction_timestamp()::text AS since";

/** The connections that a store keeps for locks. */
export interface LockConnections {
  readonly connect: () => Promise<PostgresConnection>;
  count: number;
}

export interface TransactionLock extends Lease {
  /** False as soon as the connection is known to be lost, and the lock with it. */
  isConnected(): boolean;
}

interface Held {
  readonly connection: PostgresConnection;
  readonly pid: unknown;
  readonly since: unknown;
}

/**
 * An advisory lock that lives as long as a transaction on a connection of its own: the server frees it with the connection, however
 * its holder ends.
 *
 * @param client for looking whether it is free, over any connection
 * @param number the number of the advisory lock
 */
export function transactionLock(
  connections: LockConnections,
  client: PostgresClient,
  number: string,
): TransactionLock {
  const { timeoutMs } = client;
  let held: Held | undefined;
  let isLost = false;
  let wasRefused = false;
  const onError = () => {
    isLost = true;
  };

  const run = async (connection: PostgresConnection, text: string, values: string[] = []) =>
    (await bounded(connection.query(text, values), timeoutMs)).rows[0] ?? {};

  const open = async () => {
    connections.count += 1;
    const asked = connections.connect();
    try {
      const connection = await bounded(asked, timeoutMs);
      // Without a listener, Node ends the process when a connection breaks that nobody is using.
      connection.on?.("error", onError);
      return connection;
    } catch (error) {
      connections.count -= 1;
      // One that comes too late goes back.
      if (hasCode(error, "timeout")) asked.then((late) => late.release()).catch(() => undefined);
      throw error;
    }
  };

  const giveBack = async (connection: PostgresConnection, last: "COMMIT" | "ROLLBACK") => {
    try {
      await run(connection, last);
    } catch {
      return discard(connection);
    }
    connections.count -= 1;
    connection.release();
    connection.off?.("error", onError);
  };

  // The listener stays: the connection may break once more while it is thrown away.
  const discard = (connection: PostgresConnection) => {
    connections.count -= 1;
    const why = "The connection that kept the lock broke.";
    connection.release(new StagedoorError("store-lock-unavailable", why));
  };

  const attempt = async (ttlMs: number): Promise<boolean> => {
    isLost = false;
    const connection = await open();
    let answer: PostgresRow;
    try {
      await run(connection, BEGIN);
      answer = await run(connection, TRY, [number, String(Math.ceil(ttlMs))]);
    } catch (error) {
      // Behind a question without an answer no other is asked.
      if (isLost || hasCode(error, "timeout")) discard(connection);
      else await giveBack(connection, "ROLLBACK");
      throw error;
    }
    if (answer.held === "true") held = { connection, pid: answer.pid, since: answer.since };
    else await giveBack(connection, "ROLLBACK");
    return answer.held === "true";
  };

  const isStillOurs = async ({ connection, pid, since }: Held): Promise<boolean> => {
    const answer = await run(connection, ASK);
    return answer.pid === pid && answer.since === since;
  };

  return {
    isConnected: () => !isLost,

    async acquire(_owner, ttlMs) {
      // Asked for once more, since the first time took too long.
      if (held !== undefined && (await isStillOurs(held).catch(() => false))) return true;
      if (held !== undefined) discard(held.connection);
      held = undefined;
      if (connections.count >= MOST_CONNECTIONS) return false;
      // Waiting takes one statement a look and keeps no connection.
      if (wasRefused && (await client.run("lock", LOOK, [number]))[0]?.free !== "true") return false;
      const isHeld = await client.told("lock", () => persist(() => attempt(ttlMs), timeoutMs));
      wasRefused = !isHeld;
      return isHeld;
    },

    async renew() {
      if (held === undefined || isLost) return false;
      try {
        isLost ||= !(await isStillOurs(held));
      } catch (error) {
        // Slow is not lost; any other failure ends the transaction.
        if (hasCode(error, "timeout")) throw error;
        isLost = true;
      }
      return !isLost;
    },

    async release() {
      const mine = held;
      if (mine === undefined) return;
      held = undefined;
      // A driver that says nothing of a broken connection may have made a new one in its place, which others use.
      if (mine.connection.on === undefined && !isLost) {
        isLost = !(await isStillOurs(mine).catch(() => false));
      }
      if (isLost) discard(mine.connection);
      else await giveBack(mine.connection, "COMMIT");
    },
  };
}
