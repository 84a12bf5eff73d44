import type { TokenKey, TokenStore } from "../../src/token/store.js";
import { ABSENT } from "../../src/token/store.js";
import { sampleText, sampleToken } from "./sample.js";

/** A store to be tested: empty, and used by nobody else. */
export interface StoreUnderTest {
  readonly store: TokenStore;
  /** A second user of the same place: another store over it, or the same one where only the one can be shared. */
  readonly sibling: TokenStore;
  readonly close?: () => Promise<void>;
}

/** Writes a sample over whatever is there; gives the new generation. */
export async function put(store: TokenStore, key: TokenKey, text: string): Promise<number> {
  const generation = (await store.read(key))?.generation ?? ABSENT;
  const written = await store.compareAndSwap(key, generation, sampleToken(text));
  if (written === null) throw new Error("Somebody else wrote.");
  return written;
}

/** The text of the sample that is stored. */
export async function textOf(store: TokenStore, key: TokenKey): Promise<string | undefined> {
  const stored = await store.read(key);
  return stored === null ? undefined : sampleText(stored.token);
}
