import type { LimitMemory } from "../base/limits.js";
import type { Token } from "./token.js";

/** What a stored token is found by. */
export interface TokenKey {
  /** Whose token: `spotify`, or the host of an emulator. */
  readonly provider: string;
  readonly clientId: string;
  /** A name that the user chose. */
  readonly profile: string;
}

/** A token as a store holds it. */
export interface StoredToken {
  /**
   * Changes with every write and never comes back, not even after a removal; no order is promised. A store holds a writer to the
   * generation it read.
   */
  readonly generation: number;
  readonly token: Token;
}

/** The generation of a key under which nothing is stored. */
export const ABSENT = 0;

/** A lock that is held, as the action sees it that runs under it. */
export interface HeldLock {
  /**
   * False as soon as nobody can be sure any more that no other holder is about: a lease ran out while the machine slept, or the lock's
   * file was taken away. What was not sent to Spotify until then must not be sent.
   */
  isHeld(): boolean;
}

/** Makes the token to write once its generation is known: for what has to be bound to it, such as by encryption. */
export type TokenOfGeneration = (generation: number) => Promise<Token>;

/**
 * Where tokens live. All methods reject with `store-…` errors when the place itself fails, and nothing is lost then.
 *
 * Guarantees that every store gives: a reader sees a whole record or none, never a mixture; a write that returned a generation is
 * durable; a write never replaces a generation that its writer did not read.
 */
export interface TokenStore {
  /** Where that is, in words for a person: `files in /home/mia/.config/stagedoor/tokens`. */
  readonly place?: string;
  /** Where the record of a key lies, in words for a person, for a store that has several places; where there is none, where one would go. */
  placeOf?(key: TokenKey): Promise<string>;
  /** What was found amiss so far and mended or passed over, as sentences. */
  readonly problems?: readonly string[];
  /** How somebody who is not logged in gets a login into it, as a sentence. Default: by the command `stagedoor login`. */
  readonly loginHint?: string;
  /** True when nothing can be written: a refreshed token then stays in this process. */
  readonly readOnly?: boolean;
  /** Remembers Spotify's limits beside the tokens, for all who share the store. */
  readonly limits?: LimitMemory | undefined;
  /** The stored token, or `null` when there is none. */
  read(key: TokenKey): Promise<StoredToken | null>;
  /**
   * Writes `token`, or removes the entry when it is `null`, but only while the stored generation is still `expected`.
   *
   * @param expected the generation that was read, `ABSENT` where there was none
   * @returns the new generation (`ABSENT` after a removal), or `null` when somebody else wrote meanwhile and nothing was changed
   */
  compareAndSwap(
    key: TokenKey,
    expected: number,
    token: Token | TokenOfGeneration | null,
  ): Promise<number | null>;
  /**
   * Runs `action` while nobody else who shares the store runs one for the same key.
   *
   * @throws StagedoorError `aborted` when `signal` fires while waiting, `store-lock-unavailable` when no lock can be had
   */
  withLock<T>(key: TokenKey, action: (lock: HeldLock) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** The keys under which something is stored, in no order. */
  list(): Promise<readonly TokenKey[]>;
}
