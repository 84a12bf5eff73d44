import type { StagedoorError } from "../base/errors.js";
import type { StoredToken, TokenKey, TokenOfGeneration, TokenStore } from "../token/store.js";
import { ABSENT } from "../token/store.js";
import type { Token } from "../token/token.js";

/** A record of one of the stores, with the generation by which the pair knows it. */
export interface Placed extends StoredToken {
  readonly own: number;
}

/** What both stores hold under a key. */
export interface Both {
  readonly first: Placed | null;
  readonly second: Placed | null;
  /** Why the first could not be asked. */
  readonly unreachable: StagedoorError | undefined;
}

/** Even generations are the first store's, odd ones the second's; neither comes back in its own store, so none does here. */
export function placed(stored: StoredToken | null, parity: 0 | 1): Placed | null {
  if (stored === null) return null;
  return { own: stored.generation, generation: 2 * stored.generation + parity, token: stored.token };
}

/** True when the first store gave this generation of the pair. */
export function isOfFirst(generation: number): boolean {
  return generation !== ABSENT && generation % 2 === 0;
}

/** The record that counts: the one of the later login, or else of the later refresh. */
export function later({ first, second }: Pick<Both, "first" | "second">): Placed | null {
  if (first === null || second === null) return first ?? second;
  const lead =
    second.token.authorizedAt - first.token.authorizedAt || second.token.obtainedAt - first.token.obtainedAt;
  return lead > 0 ? second : first;
}

/** Writes to one of the stores; gives the generation by which the pair knows the record. */
export async function put(
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

/** True when the token comes from a later login than the record, not from a refresh. */
export async function isLaterLogin(token: Token | TokenOfGeneration, record: Placed): Promise<boolean> {
  // Which generation it will have is known only by the store that takes it, and which one takes it depends on this: one more is made, to look at.
  const { authorizedAt, grant } = typeof token === "function" ? await token(record.generation) : token;
  // An app's own token is granted anew whenever it is renewed.
  return grant !== "client_credentials" && authorizedAt > record.token.authorizedAt;
}
