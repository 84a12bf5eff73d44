import { hasCode, StagedoorError } from "../base/errors.js";

/** What was being done when it failed. */
export type PostgresPurpose = "read" | "write" | "lock" | "limits";

/** What an error may tell of: nothing but names that the program itself gave. */
export interface PostgresFailureContext {
  readonly purpose: PostgresPurpose;
  /** The table as the program wrote it. */
  readonly table: string;
  /** How many connections this store keeps for locks just now. */
  readonly lockConnections: number;
}

// https://www.postgresql.org/docs/current/errcodes-appendix.html: no class begins with the E of EPIPE.
const SQLSTATE = /^(?:\d[0-9A-Z]|F0|HV|P0|XX)[0-9A-Z]{3}$/;

/** Serialization failure, deadlock, lock not available, statement cancelled, shutdown, crash, starting up, no connection left. */
const PASSING = /^(?:40001|40P01|55P03|57014|57P0[1-5]|25P03|53300|08...)$/;

const CREATE_TABLE = "Create it once: await store.createTable()";

/** The code of a server, driver or system; nothing else of a foreign error travels, since its text may hold values or the URL. */
export function postgresCode(error: unknown): string {
  if (!(error instanceof Error)) return "unknown error";
  if ("code" in error && typeof error.code === "string" && /^[0-9A-Z_]{4,40}$/.test(error.code))
    return error.code;
  return /^[A-Za-z]{1,40}$/.test(error.name) ? error.name : "unknown error";
}

/** True for a failure that may be over in a moment: the server's, or of the connection to it. */
export function isPassing(error: unknown): boolean {
  if (error instanceof StagedoorError) return hasCode(error, "timeout");
  const code = postgresCode(error);
  // Whatever the server did not say came from the connection or the pool.
  return !SQLSTATE.test(code) || PASSING.test(code);
}

/** Our error for what a server, driver or pool threw; our own errors pass. */
export function postgresFailure(error: unknown, context: PostgresFailureContext): StagedoorError {
  if (hasCode(error, "timeout")) return tooSlow(error, context);
  if (error instanceof StagedoorError) return error;
  const code = postgresCode(error);
  const { purpose, table } = context;
  switch (code) {
    case "42P01":
      return unavailable(`the table ${table} is not there (${code})`, CREATE_TABLE);
    case "42703":
    case "42P10":
      return unavailable(
        `the table ${table} was not made by this version of stagedoor (${code})`,
        "Name another table, and create it once: await store.createTable()",
      );
    case "3F000":
      return unavailable(
        `the schema of the table ${table} is not there (${code})`,
        "Create it: CREATE SCHEMA …",
      );
    case "42501":
      return failed(
        purpose,
        `this user has no right to it (${code})`,
        `Let its owner say: GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO …`,
      );
    case "25006":
      return new StagedoorError(
        "store-read-only",
        `The token could not be saved: PostgreSQL takes no writes here (${code}).`,
        { hint: "Connect to the primary, not to a standby (target_session_attrs=read-write)." },
      );
    case "28000":
    case "28P01":
      return unavailable(
        `PostgreSQL does not let this user in (${code})`,
        "Check the user, the password and pg_hba.conf.",
      );
    case "3D000":
      return unavailable(`its database is not there (${code})`, "Check the database's name: psql --list");
    case "53100":
      return failed(
        "write",
        `the server's disk is full (${code})`,
        "Free some space on the server, then try again.",
      );
    case "53300":
      return unavailable(
        `PostgreSQL has no connection left (${code})`,
        "Raise max_connections, or put pgbouncer before it.",
      );
  }
  if (!SQLSTATE.test(code) || /^(?:08|57P)/.test(code))
    return unavailable(
      `PostgreSQL cannot be reached (${code})`,
      "See whether it answers: pg_isready -h HOST -p PORT",
    );
  return failed(
    purpose,
    `PostgreSQL answered ${code}`,
    "Look the code up in the server's log, then try again.",
  );
}

function tooSlow(error: StagedoorError, { lockConnections }: PostgresFailureContext): StagedoorError {
  return unavailable(
    error.message.replace(/\.$/, ""),
    lockConnections > 0
      ? `The store keeps connections of the pool for locks (${lockConnections} now): give connect a pool of its own, or the pool more connections.`
      : "See whether it answers: pg_isready -h HOST -p PORT",
  );
}

function unavailable(why: string, hint: string): StagedoorError {
  return new StagedoorError("store-unavailable", `The token store cannot be used: ${why}.`, { hint });
}

function failed(purpose: PostgresPurpose, why: string, hint: string): StagedoorError {
  if (purpose === "read")
    return new StagedoorError("store-unreadable", `The token store cannot be read: ${why}.`, { hint });
  if (purpose === "limits")
    return new StagedoorError("store-unwritable", `Spotify's limits cannot be kept: ${why}.`, { hint });
  if (purpose === "lock")
    return new StagedoorError("store-lock-unavailable", `The token cannot be locked: ${why}.`, { hint });
  return new StagedoorError("store-unwritable", `The token could not be saved: ${why}.`, { hint });
}
