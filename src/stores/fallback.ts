import type { Clock } from "../base/clock.js";
import { SECOND, systemClock } from "../base/clock.js";
import { hasCode, StagedoorError } from "../base/errors.js";
import type { HeldLock, StoredToken, TokenKey, TokenOfGeneration, TokenStore } from "../token/store.js";
import { ABSENT } from "../token/store.js";
import type { Token } from "../token/token.js";
import { checkKey, equalKeys, keyText } from "./key.js";

/** After the first store could not be reached, it is not asked again for this long. */
const PAUSE_MS = 10 * SECOND;
/** How long a write waits for another's. */
const WRITE_WAIT_MS = 60 * SECOND;

/** That the second store has taken the place of the first. */
export interface FallbackNotice {
  /** Where tokens are kept now. */
  readonly place: string;
  /** Why the first store could not be used: `store-unavailable`. */
  readonly reason: StagedoorError;
  /** Both, as sentences. */
  readonly message: string;
}

export interface FallbackOptions {
  /** Is told once that the second store has taken the place of the first. */
  readonly onFallback?: ((notice: FallbackNotice) => void) | undefined;
  readonly clock?: Clock | undefined;
}

export interface FallbackStore extends TokenStore {
  readonly place: string;
  readonly problems: readonly string[];
}

/**
 * Keeps tokens in the first store, or in the second where the first cannot be reached at all (`store-unavailable`); every other failure of
 * the first stays a failure.
 *
 * A record stays in the store in which it lies. A process that reaches the first store and one that does not may share the second one: their
 * locks exclude each other, and of two records under one key the one that was authorized later counts. A record that this process has seen
 * in the first store counts as out of reach while that store is, never as absent.
 *
 * @param second has to work always; its locks are used in any case, two at a time for one write, which is too many for `postgresStore` with
 * `connect`
 * @throws StagedoorError from its methods: what the stores throw, but for `store-unavailable` of the first where the second can take its place
 *
 * @example
 * const store = fallback(keychainStore(), fileStore(), { onFallback: ({ message }) => console.warn(message) });
 */
export function fallback(
  first: TokenStore,
  second: TokenStore,
  options: FallbackOptions = {},
): FallbackStore {
  return new PairStore(first, second, options);
}

/** A record of one of the stores, with the generation by which the pair knows it. */
interface Placed extends StoredToken {
  readonly own: number;
}

/** What both stores hold under a key. */
interface Both {
  readonly first: Placed | null;
  readonly second: Placed | null;
  /** Why the first could not be asked. */
  readonly unreachable: StagedoorError | undefined;
}

class PairStore implements FallbackStore {
  readonly #first: TokenStore;
  readonly #second: TokenStore;
  readonly #onFallback: ((notice: FallbackNotice) => void) | undefined;
  readonly #clock: Clock;
  readonly #problems = new Set<string>();
  /** The keys whose record this process last saw in the first store. */
  readonly #seenInFirst = new Set<string>();
  #outage: { readonly reason: StagedoorError; readonly since: number } | undefined;
  #hasFallenBack = false;

  constructor(first: TokenStore, second: TokenStore, { onFallback, clock = systemClock }: FallbackOptions) {
    this.#first = first;
    this.#second = second;
    this.#onFallback = onFallback;
    this.#clock = clock;
  }

  get place(): string {
    return this.#outage === undefined
      ? `${placeOf(this.#first, "the first store")}, else ${this.#secondPlace}`
      : this.#secondPlace;
  }

  get problems(): readonly string[] {
    return [
      ...new Set([...(this.#first.problems ?? []), ...(this.#second.problems ?? []), ...this.#problems]),
    ];
  }

  async read(key: TokenKey): Promise<StoredToken | null> {
    checkKey(key);
    const both = await this.#readBoth(key);
    const current = later(both);
    if (current === null && both.unreachable !== undefined && this.#seenInFirst.has(keyText(key))) {
      throw both.unreachable;
    }
    return current === null ? null : { generation: current.generation, token: current.token };
  }

  async compareAndSwap(
    key: TokenKey,
    expected: number,
    token: Token | TokenOfGeneration | null,
  ): Promise<number | null> {
    checkKey(key);
    return this.#exclusively(key, async () => {
      const both = await this.#readBoth(key);
      // What was read there cannot be compared now; the answer "somebody else wrote" would be a guess.
      if (both.unreachable !== undefined && isOfFirst(expected)) throw both.unreachable;
      if ((later(both)?.generation ?? ABSENT) !== expected) return null;
      return token === null ? this.#remove(key, both) : this.#write(key, both, token);
    });
  }

  async withLock<T>(key: TokenKey, action: (lock: HeldLock) => Promise<T>, signal?: AbortSignal): Promise<T> {
    checkKey(key);
    // The second one's first: it always works, so processes of both kinds exclude each other.
    return this.#second.withLock(
      key,
      async (outer) => {
        let hasBegun = false;
        const begin = (inner: HeldLock) => {
          hasBegun = true;
          return action({ isHeld: () => outer.isHeld() && inner.isHeld() });
        };
        try {
          return await this.#first.withLock(key, begin, signal);
        } catch (error) {
          if (hasBegun || !hasCode(error, "store-unavailable")) throw error;
          this.#noteOutage(error);
          return action(outer);
        }
      },
      signal,
    );
  }

  async list(): Promise<readonly TokenKey[]> {
    const { value, unreachable } = await this.#ask(() => this.#first.list());
    const keys = [...(unreachable === undefined ? value : [])];
    for (const key of await this.#second.list()) {
      if (!keys.some((one) => equalKeys(one, key))) keys.push(key);
    }
    return keys;
  }

  get #secondPlace(): string {
    return placeOf(this.#second, "the second store");
  }

  async #readBoth(key: TokenKey): Promise<Both> {
    const asked = await this.#ask(() => this.#first.read(key));
    const second = placed(await this.#second.read(key), 1);
    if (asked.unreachable !== undefined) return { first: null, second, unreachable: asked.unreachable };
    const first = placed(asked.value, 0);
    const both = { first, second, unreachable: undefined };
    if (first !== null && later(both) === first) this.#seenInFirst.add(keyText(key));
    else this.#seenInFirst.delete(keyText(key));
    return both;
  }

  async #write(key: TokenKey, both: Both, token: Token | TokenOfGeneration): Promise<number | null> {
    const current = later(both);
    // The record that no longer counts goes first: after a clock was set back it could otherwise count again.
    if (current === both.first) await this.#drop(this.#second, key, both.second);
    else await this.#drop(this.#first, key, both.first);
    if (current !== null && current === both.second) return put(this.#second, key, current.own, token, 1);
    if (current === null && both.unreachable !== undefined) return put(this.#second, key, ABSENT, token, 1);
    try {
      const generation = await put(this.#first, key, current?.own ?? ABSENT, token, 0);
      if (generation !== null) this.#seenInFirst.add(keyText(key));
      return generation;
    } catch (error) {
      // A record that lies in the first store stays there; a new one goes where it can be kept.
      if (current !== null || !hasCode(error, "store-unavailable")) throw error;
      this.#noteOutage(error);
      return put(this.#second, key, ABSENT, token, 1);
    }
  }

  /** From both, also where there is nothing: a store may have kept aside what it could not read. */
  async #remove(key: TokenKey, { first, second, unreachable }: Both): Promise<number | null> {
    const current = later({ first, second });
    const removeFirst = async () => {
      if (unreachable === undefined) return this.#first.compareAndSwap(key, first?.own ?? ABSENT, null);
      this.#problems.add(
        `Nothing could be removed from ${placeOf(this.#first, "the first store")}: log out again where it can be reached.`,
      );
      return ABSENT;
    };
    const removeSecond = () => this.#second.compareAndSwap(key, second?.own ?? ABSENT, null);
    // The one that counts goes last: whoever dies in between has not brought the other to life.
    const steps = current === first ? [removeSecond, removeFirst] : [removeFirst, removeSecond];
    for (const step of steps) if ((await step()) === null) return null;
    this.#seenInFirst.delete(keyText(key));
    return ABSENT;
  }

  async #drop(store: TokenStore, key: TokenKey, record: Placed | null): Promise<void> {
    if (record !== null) await store.compareAndSwap(key, record.own, null);
  }

  /** Lets one write of a key happen at a time, over both stores. The key's own lock may be held by whoever writes. */
  async #exclusively<T>(key: TokenKey, action: () => Promise<T>): Promise<T> {
    const writes = { ...key, provider: `\0write\0${key.provider}` };
    let hasBegun = false;
    const begin = () => {
      hasBegun = true;
      return action();
    };
    try {
      return await this.#second.withLock(writes, begin, AbortSignal.timeout(WRITE_WAIT_MS));
    } catch (error) {
      if (hasBegun || !hasCode(error, "timeout")) throw error;
      throw new StagedoorError(
        "store-lock-unavailable",
        `Another process has been writing the same token for ${WRITE_WAIT_MS / SECOND} seconds.`,
        { hint: "End the process that hangs, then try again." },
      );
    }
  }

  /** Asks the first store something, unless it could not be reached a moment ago. */
  async #ask<T>(
    question: () => Promise<T>,
  ): Promise<{ value: T; unreachable?: undefined } | { value?: undefined; unreachable: StagedoorError }> {
    if (this.#outage !== undefined && this.#isRecent(this.#outage.since)) {
      return { unreachable: this.#outage.reason };
    }
    try {
      const value = await question();
      this.#outage = undefined;
      return { value };
    } catch (error) {
      if (!hasCode(error, "store-unavailable")) throw error;
      this.#noteOutage(error);
      return { unreachable: error };
    }
  }

  #isRecent(since: number): boolean {
    const age = this.#clock.now() - since;
    return age >= 0 && age < PAUSE_MS;
  }

  #noteOutage(reason: StagedoorError): void {
    this.#outage = { reason, since: this.#clock.now() };
    if (this.#hasFallenBack) return;
    this.#hasFallenBack = true;
    const place = this.#secondPlace;
    const message = `${reason.message} Tokens are kept in ${place} instead.`;
    this.#problems.add(message);
    try {
      this.#onFallback?.({ place, reason, message });
    } catch {
      // A listener's fault is no reason for the store to fail.
    }
  }
}

/** Even generations are the first store's, odd ones the second's; neither comes back in its own store, so none does here. */
function placed(stored: StoredToken | null, parity: 0 | 1): Placed | null {
  if (stored === null) return null;
  return { own: stored.generation, generation: 2 * stored.generation + parity, token: stored.token };
}

function isOfFirst(generation: number): boolean {
  return generation !== ABSENT && generation % 2 === 0;
}

/** The record that counts: the one of the later login, or else of the later refresh. */
function later({ first, second }: Pick<Both, "first" | "second">): Placed | null {
  if (first === null || second === null) return first ?? second;
  const lead =
    second.token.authorizedAt - first.token.authorizedAt || second.token.obtainedAt - first.token.obtainedAt;
  return lead > 0 ? second : first;
}

async function put(
  store: TokenStore,
  key: TokenKey,
  expected: number,
  token: Token | TokenOfGeneration,
  parity: 0 | 1,
): Promise<number | null> {
  const made: Token | TokenOfGeneration =
    typeof token === "function" ? (generation) => token(2 * generation + parity) : token;
  const generation = await store.compareAndSwap(key, expected, made);
  return generation === null ? null : 2 * generation + parity;
}

function placeOf(store: TokenStore, otherwise: string): string {
  return store.place ?? otherwise;
}
