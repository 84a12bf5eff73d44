import { hasCode, StagedoorError } from "../base/errors.js";
import type { Lease } from "./lease.js";
import type { PostgresClient, PostgresConnection, PostgresRow } from "./postgres-client.js";
import { bounded, persist } from "./postgres-client.js";
import { postgresCode } from "./postgres-error.js";
import type { LockNumbers } from "./postgres-table.js";

/** How many connections one store keeps for locks: half of what pools have by default, so that holders can still write. */
const MOST_CONNECTIONS = 5;

// Idle in READ COMMITTED, a transaction keeps no snapshot and so holds back no vacuum. READ ONLY: also where nothing else can be had.
const BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY";

/** Shared, so that those who look do not keep each other away; given back with the statement. */
const LOOK = "SELECT pg_try_advisory_xact_lock_shared($1::bigint)::text AS free";

// One of all who wait has the seat: it waits inside the server, and so for nothing once the holder has gone. The others only look, or they
// would keep all connections from a holder that wants to write.
const WAIT = `SELECT CASE WHEN NOT pg_try_advisory_xact_lock($2::bigint) THEN 'taken'
  WHEN set_config('lock_timeout', $3::text, true) IS NULL THEN 'never'
  ELSE concat('free', pg_advisory_xact_lock_shared($1::bigint)::text) END AS state`;

/** The same transaction has the same process and the same beginning. */
const TRANSACTION = "concat(pg_backend_pid(), ' ', transaction_timestamp()) AS transaction";

// A holder that is stopped, or cut off, loses the lock by the server's clock; a machine that is gone is found out earlier.
const TRY = `SELECT pg_try_advisory_xact_lock($1::bigint)::text AS held,
  set_config('idle_in_transaction_session_timeout', $2::text, true) AS idle,
  set_config('tcp_keepalives_idle', '5', true) AS keepalive,
  set_config('tcp_keepalives_interval', '2', true) AS between,
  set_config('tcp_keepalives_count', '3', true) AS missed,
  ${TRANSACTION}, (to_regclass($3::text) IS NOT NULL)::text AS useful`;

/** Lock not available in time, statement cancelled by its own limit. */
const LATE = ["55P03", "57014"];

const ASK = `SELECT ${TRANSACTION}`;

/** The connections that a store keeps for locks. */
export interface LockConnections {
  readonly connect: () => Promise<PostgresConnection>;
  count: number;
  /** Whether one of the store's callers waits inside the server; the next one only looks. */
  isWaiting: boolean;
}

export interface TransactionLock extends Lease {
  /** False as soon as the connection is known to be lost, and the lock with it. */
  isConnected(): boolean;
}

/** A connection that was lent to this lock. */
interface Lent {
  readonly connection: PostgresConnection;
  readonly onError: () => void;
  isBroken: boolean;
  /** What tells the lock's transaction from every other. */
  transaction?: string;
}

/**
 * An advisory lock that lives as long as a transaction on a connection of its own: the server frees it with the connection, however
 * its holder ends.
 *
 * @param client for looking whether it is free, over any connection
 * @param numbers of the advisory lock, and of the one that lets its owner wait for it inside the server
 * @param table quoted; without it there is nothing to lock
 */
export function transactionLock(
  connections: LockConnections,
  client: PostgresClient,
  { number, seat }: LockNumbers,
  table: string,
): TransactionLock {
  const { timeoutMs } = client;
  let held: Lent | undefined;
  let wasRefused = false;

  const run = async ({ connection }: Lent, text: string, values: string[] = []) =>
    (await bounded(connection.query(text, values), timeoutMs)).rows[0] ?? {};

  const open = async (): Promise<Lent> => {
    connections.count += 1;
    const asked = (async () => connections.connect())();
    try {
      const connection = await bounded(asked, timeoutMs);
      const lent: Lent = {
        connection,
        onError: () => {
          lent.isBroken = true;
        },
        isBroken: false,
      };
      // Without a listener, Node ends the process when a connection breaks that nobody is using.
      connection.on?.("error", lent.onError);
      return lent;
    } catch (error) {
      connections.count -= 1;
      // One that comes too late goes back.
      if (hasCode(error, "timeout")) asked.then((late) => late.release()).catch(() => undefined);
      throw error;
    }
  };

  const close = async (lent: Lent, error?: Error) => {
    connections.count -= 1;
    try {
      await lent.connection.release(error);
    } catch {
      // It is out of our hands either way.
    }
  };

  // The listener stays: the connection may break once more while it is thrown away.
  const discard = (lent: Lent) =>
    close(lent, new StagedoorError("store-lock-unavailable", "The connection that kept the lock broke."));

  const giveBack = async (lent: Lent, last: "COMMIT" | "ROLLBACK") => {
    try {
      await run(lent, last);
    } catch {
      return discard(lent);
    }
    await close(lent);
    lent.connection.off?.("error", lent.onError);
  };

  const attempt = async (ttlMs: number): Promise<boolean> => {
    const lent = await open();
    let answer: PostgresRow;
    try {
      await run(lent, BEGIN);
      answer = await run(lent, TRY, [number, String(Math.ceil(ttlMs)), table]);
      if (answer.useful !== "true") throw Object.assign(new Error("There is no table."), { code: "42P01" });
    } catch (error) {
      // Behind a question without an answer no other is asked.
      if (lent.isBroken || hasCode(error, "timeout")) await discard(lent);
      else await giveBack(lent, "ROLLBACK");
      throw error;
    }
    if (answer.held !== "true") {
      await giveBack(lent, "ROLLBACK");
      return false;
    }
    lent.transaction = String(answer.transaction);
    held = lent;
    return true;
  };

  const isFree = async (signal: AbortSignal | undefined): Promise<boolean> => {
    if (connections.isWaiting) return (await client.run("lock", LOOK, [number]))[0]?.free === "true";
    connections.isWaiting = true;
    try {
      for (;;) {
        const state = await client.told("lock", () => persist(waitInside, timeoutMs));
        if (state !== "late" || signal?.aborted) return state === "free";
      }
    } finally {
      connections.isWaiting = false;
    }
  };

  /** Waits for a part of the time that a statement may take, and says `late` when the lock was not free by then. */
  const waitInside = async (): Promise<unknown> => {
    try {
      const [row] = await client.ask(WAIT, [number, seat, String(Math.ceil(timeoutMs / 2))]);
      return row?.state;
    } catch (error) {
      if (LATE.includes(postgresCode(error))) return "late";
      throw error;
    }
  };

  const isStillOurs = async (lent: Lent): Promise<boolean> =>
    (await run(lent, ASK)).transaction === lent.transaction;

  return {
    isConnected: () => held?.isBroken === false,

    async acquire(_owner, ttlMs, signal) {
      if (held !== undefined) {
        // Asked for once more, since the first time took too long.
        if (await isStillOurs(held).catch(() => false)) return true;
        await discard(held);
        held = undefined;
      }
      if (connections.count >= MOST_CONNECTIONS) return false;
      // Waiting keeps no connection of its own.
      if (wasRefused && !(await isFree(signal))) return false;
      if (signal?.aborted) return false;
      const isHeld = await client.told("lock", () => persist(() => attempt(ttlMs), timeoutMs));
      wasRefused = !isHeld;
      return isHeld;
    },

    async renew() {
      const mine = held;
      if (mine === undefined || mine.isBroken) return false;
      try {
        mine.isBroken ||= !(await isStillOurs(mine));
      } catch (error) {
        // Slow is not lost; any other failure ends the transaction.
        if (hasCode(error, "timeout")) throw error;
        mine.isBroken = true;
      }
      return !mine.isBroken;
    },

    async release() {
      const mine = held;
      if (mine === undefined) return;
      held = undefined;
      // A driver that says nothing of a broken connection may have made a new one in its place, which others use.
      if (mine.connection.on === undefined && !mine.isBroken) {
        mine.isBroken = !(await isStillOurs(mine).catch(() => false));
      }
      if (mine.isBroken) await discard(mine);
      else await giveBack(mine, "COMMIT");
    },
  };
}
