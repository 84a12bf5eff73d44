import type { KeptAnswer } from "./cache-answer.js";
import type { SharedRead } from "./cache-shared-read.js";

/** What one account has in the cache. */
interface Room {
  readonly entries: Map<string, Entry>;
  /** The reads that are under way, and whose answers may be kept. */
  readonly reads: Map<string, SharedRead>;
}

interface Entry {
  readonly account: string;
  readonly key: string;
  readonly kept: KeptAnswer;
  readonly bytes: number;
}

/** No single answer may push all others out. */
const LARGEST_SHARE = 1 / 8;

/** The answers that are kept, and the reads under way, apart by account. */
export class CacheStore {
  readonly #maxBytes: number;
  readonly #maxEntries: number;
  // Accounts are secrets: they stand in private fields only. A room is there for as long as something is in it.
  readonly #rooms = new Map<string, Room>();
  /** What was used least lately comes first. */
  readonly #byUse = new Set<Entry>();
  #bytes = 0;

  constructor(maxBytes: number, maxEntries: number) {
    this.#maxBytes = maxBytes;
    this.#maxEntries = maxEntries;
  }

  find(account: string, key: string): KeptAnswer | undefined {
    const entry = this.#rooms.get(account)?.entries.get(key);
    if (entry === undefined) return undefined;
    this.#byUse.delete(entry);
    this.#byUse.add(entry);
    return entry.kept;
  }

  /** The read that a caller can join. */
  readOf(account: string, key: string): SharedRead | undefined {
    return this.#rooms.get(account)?.reads.get(key);
  }

  begin(account: string, key: string, read: SharedRead): void {
    let room = this.#rooms.get(account);
    if (room === undefined) {
      room = { entries: new Map(), reads: new Map() };
      this.#rooms.set(account, room);
    }
    room.reads.set(key, read);
  }

  /** @returns true when the answer of the read may be kept: nothing was written meanwhile, and nobody has begun it anew */
  end(account: string, key: string, read: SharedRead): boolean {
    const room = this.#rooms.get(account);
    if (room === undefined || room.reads.get(key) !== read) return false;
    room.reads.delete(key);
    this.#closeWhenEmpty(account, room);
    return true;
  }

  keep(account: string, key: string, kept: KeptAnswer): void {
    this.drop(account, key);
    const bytes = kept.bytes + 2 * key.length;
    if (bytes > this.#maxBytes * LARGEST_SHARE) return;
    const room = this.#rooms.get(account) ?? { entries: new Map(), reads: new Map() };
    this.#rooms.set(account, room);
    const entry = { account, key, kept, bytes };
    room.entries.set(key, entry);
    this.#byUse.add(entry);
    this.#bytes += bytes;
    for (const oldest of this.#byUse) {
      if (this.#bytes <= this.#maxBytes && this.#byUse.size <= this.#maxEntries) break;
      this.drop(oldest.account, oldest.key);
    }
  }

  drop(account: string, key: string): void {
    const room = this.#rooms.get(account);
    const entry = room?.entries.get(key);
    if (room === undefined || entry === undefined) return;
    room.entries.delete(key);
    this.#byUse.delete(entry);
    this.#bytes -= entry.bytes;
    this.#closeWhenEmpty(account, room);
  }

  /** After a write: what was read before, or was asked for before, may be of a state that is over. */
  outdate(account: string): void {
    const room = this.#rooms.get(account);
    if (room === undefined) return;
    room.reads.clear();
    for (const { key, kept } of room.entries.values()) {
      if (!kept.isVersioned) this.drop(account, key);
    }
    this.#closeWhenEmpty(account, room);
  }

  /** Drops everything; the answers of the reads that are under way are not kept either. */
  clear(): void {
    this.#rooms.clear();
    this.#byUse.clear();
    this.#bytes = 0;
  }

  #closeWhenEmpty(account: string, room: Room): void {
    if (room.entries.size === 0 && room.reads.size === 0) this.#rooms.delete(account);
  }
}
