import type { Clock } from "../base/clock.js";
import { SECOND, systemClock } from "../base/clock.js";
import { hasCode, StagedoorError } from "../base/errors.js";
import type { LimitMemory } from "../base/limits.js";
import type { HeldLock, StoredToken, TokenKey, TokenOfGeneration, TokenStore } from "../token/store.js";
import { ABSENT } from "../token/store.js";
import type { Token } from "../token/token.js";
import type { FallbackNotice, FallbackOptions } from "./fallback-options.js";
import type { Both, Placed } from "./fallback-placed.js";
import { isLaterLogin, isOfFirst, later, placed, put } from "./fallback-placed.js";
import { checkKey, equalKeys, keyText } from "./key.js";

export type { FallbackNotice, FallbackOptions };

/** After the first store could not be reached, it is not asked again for this long. */
const PAUSE_MS = 10 * SECOND;
/** How long a write waits for another's. */
const WRITE_WAIT_MS = 60 * SECOND;

export interface FallbackStore extends TokenStore {
  readonly place: string;
  readonly problems: readonly string[];
  /** Why the first store could not be reached when it was last asked: it may hold what was not found. */
  readonly outage: StagedoorError | undefined;
  placeOf(key: TokenKey): Promise<string>;
}

/**
 * Keeps tokens in the first store, or in the second where the first cannot be reached at all (`store-unavailable`); every other failure of
 * the first stays a failure.
 *
 * A new login goes to the first store where that can be reached, and what the second held of the one before is removed then; a refresh stays
 * in the store in which the record lies. A process that reaches the first store and one that does not may share the second one: their
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
    return this.#outage === undefined ? `${this.#firstPlace}, else ${this.#secondPlace}` : this.#secondPlace;
  }

  get problems(): readonly string[] {
    return [
      ...new Set([...(this.#first.problems ?? []), ...(this.#second.problems ?? []), ...this.#problems]),
    ];
  }

  get outage(): StagedoorError | undefined {
    return this.#outage?.reason;
  }

  get limits(): LimitMemory | undefined {
    return this.#first.limits ?? this.#second.limits;
  }

  async read(key: TokenKey): Promise<StoredToken | null> {
    checkKey(key);
    const current = later(await this.#readSeen(key));
    return current === null ? null : { generation: current.generation, token: current.token };
  }

  async placeOf(key: TokenKey): Promise<string> {
    checkKey(key);
    const both = await this.#readSeen(key);
    const isInSecond = both.second === null ? both.unreachable !== undefined : later(both) === both.second;
    const store = isInSecond ? this.#second : this.#first;
    return (await store.placeOf?.(key)) ?? (isInSecond ? this.#secondPlace : this.#firstPlace);
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

  get #firstPlace(): string {
    return this.#first.place ?? "the first store";
  }

  get #secondPlace(): string {
    return this.#second.place ?? "the second store";
  }

  /** @throws StagedoorError `store-unavailable` where the first store held the record and cannot be asked now */
  async #readSeen(key: TokenKey): Promise<Both> {
    const both = await this.#readBoth(key);
    if (both.second === null && both.unreachable !== undefined && this.#seenInFirst.has(keyText(key))) {
      throw both.unreachable;
    }
    return both;
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
    const { first, second, unreachable } = both;
    if (second !== null && later(both) === second) {
      if (unreachable === undefined && (await isLaterLogin(token, second))) {
        return this.#move(key, first, second, token);
      }
      // The record that no longer counts goes first: after a clock was set back it could otherwise count again.
      await this.#drop(this.#first, key, first);
      return put(this.#second, key, second.own, token, 1);
    }
    await this.#drop(this.#second, key, second);
    if (unreachable !== undefined) return put(this.#second, key, ABSENT, token, 1);
    // A record that lies in the first store stays there; a new one goes where it can be kept.
    if (first !== null) return this.#putFirst(key, first.own, token);
    return this.#putFirst(key, ABSENT, token, () => put(this.#second, key, ABSENT, token, 1));
  }

  /** Takes a login to the first store, where the one before it lies in the second. */
  async #move(
    key: TokenKey,
    first: Placed | null,
    second: Placed,
    token: Token | TokenOfGeneration,
  ): Promise<number | null> {
    const stay = () => put(this.#second, key, second.own, token, 1);
    const generation = await this.#putFirst(key, first?.own ?? ABSENT, token, stay);
    if (generation === null || !isOfFirst(generation)) return generation;
    // Only now: whoever dies before this has left two, of which the login counts.
    try {
      await this.#drop(this.#second, key, second);
    } catch (error) {
      // The login is stored and counts: saying that it is not would be wrong.
      if (!(error instanceof StagedoorError)) throw error;
      this.#problems.add(`The former login could not be removed from ${this.#secondPlace}: ${error.message}`);
    }
    return generation;
  }

  /** @param otherwise where to write when the first store cannot be reached; without it that is a failure */
  async #putFirst(
    key: TokenKey,
    expected: number,
    token: Token | TokenOfGeneration,
    otherwise?: () => Promise<number | null>,
  ): Promise<number | null> {
    try {
      const generation = await put(this.#first, key, expected, token, 0);
      if (generation !== null) this.#seenInFirst.add(keyText(key));
      return generation;
    } catch (error) {
      if (otherwise === undefined || !hasCode(error, "store-unavailable")) throw error;
      this.#noteOutage(error);
      return otherwise();
    }
  }

  /** From both, also where there is nothing: a store may have kept aside what it could not read. */
  async #remove(key: TokenKey, { first, second, unreachable }: Both): Promise<number | null> {
    const current = later({ first, second });
    const removeFirst = async () => {
      if (unreachable === undefined) return this.#first.compareAndSwap(key, first?.own ?? ABSENT, null);
      this.#problems.add(
        `Nothing could be removed from ${this.#firstPlace}: log out again where it can be reached.`,
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
