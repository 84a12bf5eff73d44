import { StagedoorError } from "../base/errors.js";
import type { TokenKey } from "../token/store.js";
import { keyText } from "./key.js";

/** How many writers a row remembers, and how long the mark of each is. */
const REMEMBERED = 8;
export const MARK_BYTES = 12;
const MARK_LENGTH = 16;

/**
 * The name of a table as it is written in a statement.
 *
 * @param table `tokens` or `schema.tokens`; upper and lower case count
 * @throws StagedoorError `argument-invalid`
 */
export function quotedTable(table: string): string {
  const parts = table.split(".");
  // PostgreSQL cuts a longer name off, and two names could then be one.
  const isName = (part: string) =>
    /^[^"\p{Cc}\p{Cs}]+$/u.test(part) && new TextEncoder().encode(part).length <= 63;
  if (parts.length <= 2 && parts.every(isName)) return parts.map((part) => `"${part}"`).join(".");
  throw new StagedoorError("argument-invalid", "That is no name for a table of tokens.", {
    hint: "Write it without quotes, as in stagedoor_tokens or my_schema.stagedoor_tokens.",
  });
}

/** A key as it is kept beside its token: only ASCII, so that the encoding of the database does not matter. */
export function keyColumn(key: TokenKey): string {
  // Without the `u` flag: each half of a surrogate pair gets its own number.
  return keyText(key).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** What the row of a key is found by: of the same length for every key, since an index takes no long ones. */
export async function rowId(key: TokenKey): Promise<string> {
  return hashText(keyText(key));
}

/** The SHA-256 of a text, in hexadecimal digits. */
export async function hashText(text: string): Promise<string> {
  const bytes = [...(await digest(text))];
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The numbers of the advisory locks of a key: the lock itself, and the right to wait for it inside the server. */
export interface LockNumbers {
  readonly number: string;
  readonly seat: string;
}

/** The numbers of a key's advisory locks; numbers are shared by all tables of a database. */
export async function lockNumbers(table: string, key: TokenKey): Promise<LockNumbers> {
  const bytes = new DataView((await digest(`${table}\n${keyText(key)}`)).buffer);
  return { number: bytes.getBigInt64(0).toString(), seat: bytes.getBigInt64(8).toString() };
}

async function digest(text: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

/** The statements for a table; all that they give back is text, since drivers differ in how they read numbers. */
export function statements(table: string) {
  const set = `writers = left($3::text || entry.writers, ${REMEMBERED * MARK_LENGTH})`;
  // "/" comes right after ".", so these are the names that begin with "limit:", the app, and ".".
  const ofApp = `id >= 'limit:' || $1::text || '.' AND id < 'limit:' || $1::text || '/'`;
  return {
    isThere: "SELECT (to_regclass($1::text) IS NOT NULL)::text AS present",
    // COLLATE "C": an update of the system's collations cannot break the index.
    create: `CREATE TABLE IF NOT EXISTS ${table} (
  id text COLLATE "C" PRIMARY KEY,
  key text,
  generation bigint NOT NULL DEFAULT 0,
  record text,
  damaged text,
  writers text NOT NULL DEFAULT '',
  lease_owner text,
  lease_until timestamptz
)`,
    read: `SELECT generation::text AS generation, record FROM ${table} WHERE id = $1::text AND record IS NOT NULL`,
    list: `SELECT key FROM ${table} WHERE record IS NOT NULL`,
    /** What is there of a key, whether the writer $2 was about, and the server's time in milliseconds; always one row. */
    look: `SELECT entry.generation::text AS generation, (entry.record IS NOT NULL)::text AS present,
  coalesce(strpos(entry.writers, $2::text) > 0, false)::text AS ours,
  floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint::text AS now
FROM (SELECT 1) AS one LEFT JOIN ${table} AS entry ON entry.id = $1::text`,
    add: `INSERT INTO ${table} AS entry (id, generation, writers, key, record)
VALUES ($1::text, $2::bigint, $3::text, $4::text, $5::text)
ON CONFLICT (id) DO UPDATE SET generation = excluded.generation, ${set}, key = excluded.key, record = excluded.record, damaged = NULL
WHERE entry.record IS NULL AND entry.generation < excluded.generation
RETURNING id`,
    replace: `UPDATE ${table} AS entry SET generation = $2::bigint, ${set}, key = $4::text, record = $5::text, damaged = NULL
WHERE id = $1::text AND generation = $2::bigint - 1 AND record IS NOT NULL RETURNING id`,
    /** Leaves the generation behind, and nothing that says whose it was. */
    remove: `UPDATE ${table} AS entry SET ${set}, key = NULL, record = NULL, damaged = NULL
WHERE id = $1::text AND generation = $2::bigint AND record IS NOT NULL RETURNING id`,
    setAside: `UPDATE ${table} AS entry SET ${set}, key = NULL, record = NULL, damaged = record
WHERE id = $1::text AND generation = $2::bigint AND record IS NOT NULL RETURNING id`,
    removeSetAside: `UPDATE ${table} SET damaged = NULL WHERE id = $1::text AND record IS NULL AND damaged IS NOT NULL`,
    // Who only looks whether the lease is free must not write: a hundred wait while one works.
    acquire: `INSERT INTO ${table} AS entry (id, lease_owner, lease_until)
SELECT $1::text, $2::text, clock_timestamp() + $3::bigint * interval '1 millisecond'
WHERE NOT EXISTS (
  SELECT FROM ${table} AS other
  WHERE other.id = $1::text AND other.lease_owner <> $2::text AND other.lease_until >= clock_timestamp()
)
ON CONFLICT (id) DO UPDATE SET lease_owner = excluded.lease_owner, lease_until = excluded.lease_until
WHERE entry.lease_owner = excluded.lease_owner OR entry.lease_until < clock_timestamp()
RETURNING id`,
    renew: `UPDATE ${table} SET lease_until = clock_timestamp() + $3::bigint * interval '1 millisecond'
WHERE id = $1::text AND lease_owner = $2::text RETURNING id`,
    release: `DELETE FROM ${table} WHERE id = $1::text AND lease_owner = $2::text`,
    /** The limits of the app $1 that hold: what each is about, and for how many milliseconds by the server's clock. */
    readLimits: `SELECT lease_owner AS about, ceil(extract(epoch FROM lease_until - clock_timestamp()) * 1000)::bigint::text AS remaining
FROM ${table} WHERE ${ofApp} AND lease_until > clock_timestamp()`,
    /** Notes a limit, removes what has ended, and, where there are too many, what is about a path and ends first. */
    noteLimit: `WITH old AS (
  DELETE FROM ${table} WHERE id IN (
    SELECT id FROM (
      SELECT id, lease_until, row_number() OVER (ORDER BY strpos(lease_owner, ','), lease_until DESC) AS place
      FROM ${table} WHERE ${ofApp} AND id <> $2::text
    ) AS known
    WHERE lease_until <= clock_timestamp() OR place >= $5::bigint
  )
)
INSERT INTO ${table} AS entry (id, lease_owner, lease_until)
VALUES ($2::text, $3::text, clock_timestamp() + $4::bigint * interval '1 millisecond')
ON CONFLICT (id) DO UPDATE SET lease_until = excluded.lease_until WHERE entry.lease_until < excluded.lease_until`,
  };
}

export type PostgresStatements = ReturnType<typeof statements>;

/** The statements ask for text: of a bigint drivers make text, a number or a bigint. */
export function generationOf(value: unknown): number {
  const generation = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (Number.isSafeInteger(generation)) return generation;
  throw new StagedoorError("store-corrupt", "The generation of a stored token is no number.", {
    hint: "Log in again: stagedoor login",
  });
}
