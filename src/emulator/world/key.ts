/** The seed as 128 bits, from which everything in the world is computed. */
export type Key = readonly [number, number, number, number];

/**
 * Stirs a 32-bit value until each bit of it depends on every other (the finalizer of MurmurHash3, a public-domain algorithm). Signed:
 * V8 keeps such a number without allocating, and a search draws some millions of them.
 */
function stir(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** The same seed gives the same key; `1` and `"1"` are one seed. */
export function keyOf(seed: number | string): Key {
  const text = String(seed);
  const word = (salt: number) => {
    let h = salt;
    for (let index = 0; index < text.length; index++) h = stir(h ^ text.charCodeAt(index)) + 0x9e3779b9;
    return stir(h);
  };
  return [word(0x243f6a88), word(0x85a308d3), word(0x13198a2e), word(0x03707344)];
}

/** 32 bits that look random and depend on nothing but the arguments. */
export function mix(key: Key, a: number, b: number, c: number): number {
  return leaf(key, stem(key, a, b), c) >>> 0;
}

/** What all `mix` of one `a` and `b` have in common: who draws often for one thing makes it once. */
export function stem(key: Key, a: number, b: number): number {
  return stemIn(key, root(key, a), b);
}

/** What all stems of one `a` have in common. */
export function root(key: Key, a: number): number {
  return stir(key[0] ^ a);
}

export function stemIn(key: Key, from: number, b: number): number {
  return stir(from ^ key[1] ^ b);
}

function leaf(key: Key, from: number, c: number): number {
  return stir(stir(from ^ key[2] ^ c) ^ key[3]);
}

/** A whole number from 0 to below `count`. */
export function pick(key: Key, a: number, b: number, c: number, count: number): number {
  return pickFrom(key, stem(key, a, b), c, count);
}

/** The same, for a thing whose `stem` is at hand. */
export function pickFrom(key: Key, from: number, c: number, count: number): number {
  return Math.floor(fractionFrom(key, from, c) * count);
}

/** A fraction of 32 bits, from 0 to below 1. */
export function fractionFrom(key: Key, from: number, c: number): number {
  return (leaf(key, from, c) >>> 0) / 0x1_0000_0000;
}
