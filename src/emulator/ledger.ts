import type { ServiceName } from "./exchange.js";

/** The operation that a request which matched nothing came nearest to. */
export interface NearMiss {
  readonly method: string;
  /** As the contract writes it, such as `/v1/playlists/{id}/items`. */
  readonly path: string;
  readonly operationId?: string;
  /** What would have to change, such as `the method is GET, not POST`. */
  readonly difference: string;
}

/** What one request came to. Nothing in it is secret: no token, code, verifier, secret or query. */
export interface LedgerEntry {
  /** Counted from 1, without gaps. */
  readonly sequence: number;
  /** Milliseconds since the Unix epoch, by the emulator's clock, when the request arrived. */
  readonly time: number;
  readonly service: ServiceName;
  readonly method: string;
  /** Without the query; a piece that could be a token or a secret is `…`. */
  readonly path: string;
  readonly operationId?: string;
  readonly person?: string;
  readonly clientId?: string;
  /** Who called, as said in the header that `callerHeader` names. */
  readonly caller?: string;
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
  /** The same in words, such as `the token lacks a scope of the operation`. */
  readonly why?: string;
  /** Where the path or the method is none that exists. */
  readonly nearest?: NearMiss;
}

/** What a service fills in while it works on a request. */
export type Note = { -readonly [K in keyof LedgerEntry]: LedgerEntry[K] };

export type EntryPredicate = (entry: LedgerEntry) => boolean;

export interface Ledger {
  /** Oldest first. */
  entries(): readonly LedgerEntry[];
  /** The newest so many, oldest first. */
  last(count: number): readonly LedgerEntry[];
  /** Those that reached the token endpoint. */
  tokenRequests(): readonly LedgerEntry[];
  /** Those that matched no operation, with what came nearest. */
  nearMisses(): readonly LedgerEntry[];
  count(predicate?: EntryPredicate): number;
  /**
   * The first entry of which `predicate` is true: one that is there already, or else one that comes.
   *
   * @throws the signal's reason when it fires first, or what `predicate` throws
   */
  waitFor(predicate: EntryPredicate, options?: { readonly signal?: AbortSignal }): Promise<LedgerEntry>;
  /** Calls back with each entry that comes, until what it returns is called. */
  onEntry(listener: (entry: LedgerEntry) => void): () => void;
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
  const listeners = new Set<(entry: LedgerEntry) => void>();

  const entries = (): readonly LedgerEntry[] => {
    const oldest = appended > capacity ? appended % capacity : 0;
    return [...ring.slice(oldest), ...ring.slice(0, oldest)];
  };
  const onEntry = (listener: (entry: LedgerEntry) => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return {
    entries,
    last(count) {
      const found: LedgerEntry[] = [];
      for (let at = Math.max(0, appended - Math.min(count, ring.length)); at < appended; at++) {
        const entry = ring[at % capacity];
        if (entry !== undefined) found.push(entry);
      }
      return found;
    },
    tokenRequests: () => entries().filter((entry) => entry.grant !== undefined),
    nearMisses: () => entries().filter((entry) => entry.nearest !== undefined),
    count: (predicate = () => true) => entries().filter(predicate).length,
    // Async: a predicate that throws at once rejects as one that throws later does.
    async waitFor(predicate, { signal } = {}) {
      const known = entries().find(predicate);
      if (known !== undefined) return known;
      return new Promise((resolve, reject) => {
        const end = () => {
          stop();
          signal?.removeEventListener("abort", give);
        };
        const give = () => {
          end();
          reject(signal?.reason);
        };
        const stop = onEntry((entry) => {
          // What it throws is for whoever waits, not for the request that it looks at.
          try {
            if (!predicate(entry)) return;
            resolve(entry);
          } catch (error) {
            reject(error);
          }
          end();
        });
        if (signal?.aborted) give();
        else signal?.addEventListener("abort", give, { once: true });
      });
    },
    onEntry,
    clear() {
      ring = [];
      appended = 0;
    },
    append(note) {
      ring[appended % capacity] = note;
      note.sequence = ++appended;
      if (listeners.size > 0) for (const listener of [...listeners]) listener(note);
    },
  };
}
