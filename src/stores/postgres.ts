import { SECOND } from "../base/clock.js";
import { parseJson } from "../base/encoding.js";
import { StagedoorError } from "../base/errors.js";
import type { LimitMemory } from "../base/limits.js";
import type { Turns } from "../base/queue.js";
import { inTurn } from "../base/queue.js";
import { randomString } from "../base/random.js";
import type { HeldLock, StoredToken, TokenKey, TokenOfGeneration, TokenStore } from "../token/store.js";
import { ABSENT } from "../token/store.js";
import type { Token } from "../token/token.js";
import { checkKey, keyText } from "./key.js";
import { withLease } from "./lease.js";
import { LOGIN_IN_PROGRAM } from "./login-hint.js";
import { CHECK, postgresProblems } from "./postgres-check.js";
import type { PostgresClient, PostgresConnection, PostgresQuery, PostgresRow } from "./postgres-client.js";
import { persist, postgresClient } from "./postgres-client.js";
import { isPassing, postgresCode } from "./postgres-error.js";
import { postgresLease } from "./postgres-lease.js";
import { postgresLimits } from "./postgres-limits.js";
import { checkedOptions, type PostgresStoreOptions } from "./postgres-options.js";
import type { PostgresStatements } from "./postgres-table.js";
import {
  generationOf,
  keyColumn,
  lockNumbers,
  MARK_BYTES,
  quotedTable,
  rowId,
  statements,
} from "./postgres-table.js";
import type { LockConnections } from "./postgres-transaction-lock.js";
import { transactionLock } from "./postgres-transaction-lock.js";
import type { PostgresWrite } from "./postgres-write.js";
import { writeSurely } from "./postgres-write.js";
import { parseRecordOf, serializeRecord } from "./record.js";

export type { PostgresConnection, PostgresQuery, PostgresRow, PostgresStoreOptions };

/** How often a first write starts over because others wrote and removed meanwhile. */
const ADD_ATTEMPTS = 20;
const LIMITS_TIMEOUT_MS = 2 * SECOND;

export interface PostgresStore extends TokenStore {
  readonly place: string;
  readonly problems: readonly string[];
  /**
   * Makes the table unless it is there; several programs may do so at once.
   *
   * @throws StagedoorError `store-unavailable`, `store-unwritable`, `store-read-only`
   */
  createTable(): Promise<void>;
  /**
   * Asks the server for settings with which a token could be lost or read by others; the store does so itself when it is first used.
   *
   * @returns `problems`
   * @throws StagedoorError `store-unavailable`, `store-unreadable`
   */
  check(): Promise<readonly string[]>;
}

/**
 * Keeps tokens in a PostgreSQL table that many processes and machines share; `createTable` makes it.
 *
 * With `connect` a lock is a transaction on a connection of its own, which the server ends with its holder; give it a pool
 * with room, since the holder also writes. Without, a lock is a lease in the table. All is plain statements, so pgbouncer may stand
 * before the server in transaction mode.
 *
 * @throws StagedoorError `argument-invalid`; from its methods `store-unavailable`, `store-unreadable`, `store-unwritable`,
 * `store-read-only`, `store-corrupt`, `store-conflict`, `store-lock-unavailable`, `aborted`, `argument-invalid`
 *
 * @example
 * // pg; without a listener, Node ends the process when the server restarts
 * pool.on("error", () => undefined);
 * const store = postgresStore({
 *   query: (text, values) => pool.query(text, [...values]),
 *   connect: () => pool.connect(),
 * });
 * await store.createTable();
 *
 * // postgres.js: a connection for each lock, since 3.4 ends the process when one that it reserved is used after it broke
 * const same = postgresStore({
 *   query: async (text, values) => ({ rows: await sql.unsafe(text, [...values]) }),
 *   connect: async () => {
 *     let onClose = () => {};
 *     const own = postgres(url, { max: 1, onclose: () => onClose() });
 *     return {
 *       query: async (text, values) => ({ rows: await own.unsafe(text, values) }),
 *       on: (_event, listener) => {
 *         onClose = () => listener(new Error("The connection was closed."));
 *       },
 *       release: () => own.end({ timeout: 1 }),
 *     };
 *   },
 * });
 *
 * // PGlite
 * const small = postgresStore({ query: (text, values) => db.query(text, [...values]) });
 */
export function postgresStore(options: PostgresStoreOptions): PostgresStore {
  return new TableStore(options);
}

class TableStore implements PostgresStore {
  readonly loginHint = LOGIN_IN_PROGRAM;
  readonly place: string;
  readonly limits: LimitMemory;
  readonly #client: PostgresClient;
  readonly #table: string;
  readonly #statements: PostgresStatements;
  readonly #leaseMs: number;
  readonly #onProblem: ((problem: string) => void) | undefined;
  readonly #lockConnections: LockConnections | undefined;
  readonly #problems = new Set<string>();
  readonly #turns: Turns = new Map();
  #isChecked = false;

  constructor(options: PostgresStoreOptions) {
    const { query, connect, table, onProblem, leaseMs, timeoutMs } = checkedOptions(options);
    this.#table = quotedTable(table);
    this.#statements = statements(this.#table);
    this.#leaseMs = leaseMs;
    const context = () => ({ table, lockConnections: this.#lockConnections?.count ?? 0 });
    this.#client = postgresClient(query, timeoutMs, context);
    // Limits are a help: nobody's call waits long for them.
    this.limits = postgresLimits(
      postgresClient(query, Math.min(timeoutMs, LIMITS_TIMEOUT_MS), context),
      this.#statements,
    );
    this.#onProblem = onProblem;
    this.#lockConnections = connect === undefined ? undefined : { connect, count: 0, isWaiting: false };
    this.place = `the table ${table} of a PostgreSQL database`;
  }

  get problems(): readonly string[] {
    return [...this.#problems];
  }

  async createTable(): Promise<void> {
    const isThere = async () =>
      (await this.#client.ask(this.#statements.isThere, [this.#table]))[0]?.present === "true";
    await this.#client.told("write", async () => {
      // Who may only use the table may not create it, not even when it is there.
      while (!(await persist(isThere, this.#client.timeoutMs))) {
        try {
          await this.#client.ask(this.#statements.create, []);
        } catch (error) {
          // Somebody else created it in the same moment; IF NOT EXISTS does not see that.
          if (!["23505", "42P07", "42710"].includes(postgresCode(error)) && !isPassing(error)) throw error;
        }
      }
    });
  }

  async check(): Promise<readonly string[]> {
    this.#isChecked = true;
    const [row = {}] = await this.#client.run("read", CHECK, []);
    for (const problem of postgresProblems(row)) this.#report(problem);
    return this.problems;
  }

  async read(key: TokenKey): Promise<StoredToken | null> {
    checkKey(key);
    this.#begin();
    const id = await rowId(key);
    const [row] = await this.#client.run("read", this.#statements.read, [id]);
    if (row === undefined) return null;
    const generation = generationOf(row.generation);
    const content = parseRecordOf(key, typeof row.record === "string" ? row.record : undefined);
    if (content.kind === "newer") {
      throw new StagedoorError("store-unreadable", "The stored token was written by a newer stagedoor.", {
        hint: "Update stagedoor: npm install -g stagedoor@latest",
      });
    }
    if (content.kind === "record" && content.stored.generation === generation) return content.stored;
    throw await this.#setAside(
      id,
      generation,
      content.kind === "corrupt" ? content.why : "it is not of its row",
    );
  }

  async compareAndSwap(
    key: TokenKey,
    expected: number,
    token: Token | TokenOfGeneration | null,
  ): Promise<number | null> {
    checkKey(key);
    this.#begin();
    const id = await rowId(key);
    const write = { id, mark: randomString(MARK_BYTES) };
    if (token === null) return this.#remove(write, expected);
    for (let attempt = 1; attempt <= ADD_ATTEMPTS; attempt++) {
      const generation = expected === ABSENT ? await this.#freshGeneration(write) : expected + 1;
      if (generation === null) return null;
      const written = typeof token === "function" ? await token(generation) : token;
      const text = serializeRecord(key, { generation, token: written });
      const statement = expected === ABSENT ? this.#statements.add : this.#statements.replace;
      const isDone = await writeSurely(this.#client, write, this.#statements.look, statement, [
        id,
        String(generation),
        write.mark,
        keyColumn(key),
        text,
      ]);
      if (isDone) return generation;
      // Nothing was there, and is there again: somebody wrote and removed meanwhile.
      if (expected !== ABSENT) return null;
    }
    throw new StagedoorError("store-conflict", "Others wrote and removed this token all the time.", {
      hint: "Try again.",
    });
  }

  async withLock<T>(key: TokenKey, action: (lock: HeldLock) => Promise<T>, signal?: AbortSignal): Promise<T> {
    checkKey(key);
    this.#begin();
    const options = { ttlMs: this.#leaseMs, signal };
    const lockIt = async () => {
      if (this.#lockConnections === undefined) {
        const lease = postgresLease(this.#client, this.#statements, await rowId(key));
        return withLease(lease, action, options);
      }
      const numbers = await lockNumbers(this.#table, key);
      const lock = transactionLock(this.#lockConnections, this.#client, numbers, this.#table);
      return withLease(
        lock,
        (held) => action({ isHeld: () => lock.isConnected() && held.isHeld() }),
        options,
      );
    };
    return inTurn(this.#turns, keyText(key), lockIt, signal, "Waiting for the token");
  }

  async list(): Promise<readonly TokenKey[]> {
    this.#begin();
    const rows = await this.#client.run("read", this.#statements.list, []);
    return rows.flatMap((row) => {
      const names = typeof row.key === "string" ? parseJson(row.key) : undefined;
      const [provider, clientId, profile] = Array.isArray(names) ? names : [];
      if ([provider, clientId, profile].every((name) => typeof name === "string" && name !== ""))
        return [{ provider, clientId, profile }];
      this.#report(`A row of the table ${this.#table} was passed over: it does not say whose token it is.`);
      return [];
    });
  }

  /** Looks at the server in the background when the store is first used; nobody waits for it. */
  #begin(): void {
    if (this.#isChecked) return;
    this.check().catch(() => {
      // It may do better next time, and what matters fails by itself.
      this.#isChecked = false;
    });
  }

  #report(problem: string): void {
    if (this.#problems.has(problem)) return;
    this.#problems.add(problem);
    try {
      this.#onProblem?.(problem);
    } catch {
      // A listener's fault is no reason for the store to fail.
    }
  }

  /** The next generation where nothing is stored; `null` where something is. */
  async #freshGeneration({ id, mark }: PostgresWrite): Promise<number | null> {
    const [row = {}] = await this.#client.run("read", this.#statements.look, [id, mark]);
    if (row.present === "true") return null;
    // Counted from the server's time, so that none comes back even where somebody deletes rows by hand.
    return row.generation === null ? generationOf(row.now) : generationOf(row.generation) + 1;
  }

  async #remove(write: PostgresWrite, expected: number): Promise<number | null> {
    const { id, mark } = write;
    if (expected === ABSENT) {
      // What was set aside holds a token too.
      await this.#client.run("write", this.#statements.removeSetAside, [id]);
      return (await this.#freshGeneration(write)) === null ? null : ABSENT;
    }
    const isDone = await writeSurely(this.#client, write, this.#statements.look, this.#statements.remove, [
      id,
      String(expected),
      mark,
    ]);
    return isDone ? ABSENT : null;
  }

  async #setAside(id: string, generation: number, why: string): Promise<StagedoorError> {
    const said = `The token in the table ${this.#table} cannot be used: ${why}.`;
    const values = [id, String(generation), randomString(MARK_BYTES)];
    const done = await this.#client.run("write", this.#statements.setAside, values).catch(() => undefined);
    if (done === undefined)
      return new StagedoorError("store-corrupt", `${said} It could not be set aside either.`, {
        hint: "Remove it, then log in again: stagedoor logout",
      });
    return new StagedoorError("store-corrupt", `${said} It was set aside in the column "damaged".`, {
      hint: "Log in again: stagedoor login",
    });
  }
}
