import { StagedoorError } from "../base/errors.js";
import type { PostgresConnection, PostgresQuery } from "./postgres-client.js";

/** The deadline of a token request (15 s) and 5 s more. */
const LEASE_MS = 20_000;
const TIMEOUT_MS = 5_000;
/** The longest time that timers can wait. */
const LONGEST_MS = 2 ** 31 - 1;

export interface PostgresStoreOptions {
  /** Runs one statement over any connection. */
  readonly query: PostgresQuery;
  /** Lends a connection for a lock. Default: locks are leases in the table, over `query`. */
  readonly connect?: (() => Promise<PostgresConnection>) | undefined;
  /** The table, with its schema if need be: `auth.tokens`. Default: `stagedoor_tokens`. */
  readonly table?: string | undefined;
  /** How long a lock outlives a holder that cannot be reached, in milliseconds. Default: 20,000. */
  readonly leaseMs?: number | undefined;
  /** How long to wait for an answer, and how long to go on trying, in milliseconds. Default: 5,000. */
  readonly timeoutMs?: number | undefined;
  /** Is told what is amiss with the server, a sentence each, once. */
  readonly onProblem?: ((problem: string) => void) | undefined;
}

/**
 * The options with what they leave out.
 *
 * @throws StagedoorError `argument-invalid`
 */
export function checkedOptions(options: PostgresStoreOptions) {
  const { query, connect, table = "stagedoor_tokens", onProblem } = options;
  checkFunction("query", query);
  if (connect !== undefined) checkFunction("connect", connect);
  const leaseMs = checkTime("leaseMs", options.leaseMs ?? LEASE_MS);
  const timeoutMs = checkTime("timeoutMs", options.timeoutMs ?? TIMEOUT_MS);
  return { query, connect, table, onProblem, leaseMs, timeoutMs };
}

function checkFunction(name: string, given: unknown): void {
  if (typeof given === "function") return;
  throw new StagedoorError("argument-invalid", `${name} is not a function.`, {
    hint: "Wrap your client: query: (text, values) => pool.query(text, [...values])",
  });
}

function checkTime(name: string, ms: number): number {
  if (ms > 0 && ms <= LONGEST_MS) return ms;
  throw new StagedoorError("argument-invalid", `${name} must be a number of milliseconds above 0.`, {
    hint: "Leave it out for the default.",
  });
}
