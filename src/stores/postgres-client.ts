import { StagedoorError } from "../base/errors.js";
import type { PostgresFailureContext, PostgresPurpose } from "./postgres-error.js";
import { isPassing, postgresFailure } from "./postgres-error.js";

export type PostgresRow = Readonly<Record<string, unknown>>;

/** Runs one statement with `$1`, `$2` … for the values, each in a transaction of its own. */
export type PostgresQuery = (
  text: string,
  values: readonly string[],
) => Promise<{ readonly rows: readonly PostgresRow[] }>;

/** A connection that is one's own until it is given back. */
export interface PostgresConnection {
  query(text: string, values: string[]): Promise<{ readonly rows: readonly PostgresRow[] }>;
  /** Gives it back; with an error it must not be used again. */
  release(error?: Error): unknown;
  /** Where the driver has it, a connection that breaks is noticed at once. */
  on?(event: "error", listener: (error: Error) => void): unknown;
  off?(event: "error", listener: (error: Error) => void): unknown;
}

/** The first and the longest pause before a statement is tried again, in milliseconds. */
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;

/**
 * Waits for a server, but not for ever.
 *
 * @param ms how long at most
 * @throws StagedoorError `timeout`; what was asked goes on then, and its answer is lost
 */
export async function bounded<T>(asked: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const said = `PostgreSQL, or the pool before it, did not answer within ${ms / 1000} s.`;
    timer = setTimeout(() => reject(new StagedoorError("timeout", said)), ms);
  });
  return Promise.race([asked, late]).finally(() => clearTimeout(timer));
}

/**
 * Tries again for as long as the failures are such that pass, with pauses that grow and are uneven.
 *
 * @param attempt what may be done more than once
 * @param budgetMs after this time there is no other try
 */
export async function persist<T>(attempt: () => Promise<T>, budgetMs: number): Promise<T> {
  const end = performance.now() + budgetMs;
  for (let longestMs = FIRST_PAUSE_MS; ; longestMs = Math.min(longestMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await attempt();
    } catch (error) {
      const pauseMs = longestMs * (0.5 + Math.random() / 2);
      if (!isPassing(error) || performance.now() + pauseMs >= end) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

/** What a store asks its server through. */
export interface PostgresClient {
  readonly timeoutMs: number;
  /** Runs a statement once. */
  ask(text: string, values: readonly string[]): Promise<readonly PostgresRow[]>;
  /** Runs a statement that may be run twice, again while the failures are such that pass; fails with our errors. */
  run(purpose: PostgresPurpose, text: string, values: readonly string[]): Promise<readonly PostgresRow[]>;
  /** Puts our errors in the place of foreign ones. */
  told<T>(purpose: PostgresPurpose, action: () => Promise<T>): Promise<T>;
}

/** @param context what errors may tell of, asked for when there is one */
export function postgresClient(
  query: PostgresQuery,
  timeoutMs: number,
  context: () => Omit<PostgresFailureContext, "purpose">,
): PostgresClient {
  const client: PostgresClient = {
    timeoutMs,
    async ask(text, values) {
      return (await bounded(query(text, values), timeoutMs)).rows;
    },
    run(purpose, text, values) {
      return client.told(purpose, () => persist(() => client.ask(text, values), timeoutMs));
    },
    async told(purpose, action) {
      try {
        return await action();
      } catch (error) {
        throw postgresFailure(error, { ...context(), purpose });
      }
    },
  };
  return client;
}
