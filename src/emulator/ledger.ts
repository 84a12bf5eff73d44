import type { ServiceName } from "./exchange.js";

/** What one request came to. Nothing in it is secret: no token, code, verifier, secret or query. */
export interface LedgerEntry {
  /** Counted from 1, without gaps. */
  readonly sequence: number;
  /** Milliseconds since the Unix epoch, by the emulator's clock, when the request arrived. */
  readonly time: number;
  readonly service: ServiceName;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly operationId?: string;
  readonly person?: string;
  readonly clientId?: string;
  /** The grant type, of a token request. */
  readonly grant?: string;
  /** How many refresh answers the grant has given so far: 0 is the token of the login itself. */
  readonly generation?: number;
  /** Of the answer; 0 when there was none. */
  readonly status: number;
  /** True when the request changed something: a token was given, a playlist written. */
  readonly committed: boolean;
  /** The kind of the fault that was applied. */
  readonly fault?: string;
  /** The check that refused, such as `scope`. */
  readonly rule?: string;
}

/** What a service fills in while it works on a request. */
export type Note = { -readonly [K in keyof LedgerEntry]: LedgerEntry[K] };

export interface Ledger {
  /** Oldest first. */
  entries(): readonly LedgerEntry[];
  /** Those that reached the token endpoint. */
  tokenRequests(): readonly LedgerEntry[];
  count(predicate: (entry: LedgerEntry) => boolean): number;
  clear(): void;
  /** Numbers the note and keeps it: whoever made it must not change it afterwards. */
  append(note: Note): void;
}

/** Older entries make room for newer ones: a load test must not fill the memory. */
export const MAX_LEDGER_ENTRIES = 100_000;

/** An append-only record of all requests: the oracle for "exactly once". */
export function createLedger(capacity = MAX_LEDGER_ENTRIES): Ledger {
  let ring: LedgerEntry[] = [];
  let appended = 0;

  const entries = (): readonly LedgerEntry[] => {
    const oldest = appended > capacity ? appended % capacity : 0;
    return [...ring.slice(oldest), ...ring.slice(0, oldest)];
  };
  return {
    entries,
    tokenRequests: () => entries().filter((entry) => entry.grant !== undefined),
    count: (predicate) => entries().filter(predicate).length,
    clear() {
      ring = [];
      appended = 0;
    },
    append(note) {
      ring[appended % capacity] = note;
      note.sequence = ++appended;
    },
  };
}
