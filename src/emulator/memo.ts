import { kept } from "./kept.js";

/** Beyond it a memo starts anew: what it holds can always be made again. */
const MAX_REMEMBERED = 4096;
/** Of those that were asked for once. */
const MASK = 4095;

/**
 * Remembers what a pure function gave for whole numbers, so that what is asked for again and again is made once. It keeps what was
 * asked for again after something else: who walks through a million tracks would otherwise have each of them kept for a while and
 * for nothing, and half of the time would go to clearing that away. For the same reason only what is kept is frozen.
 */
export function memo<T extends object>(
  make: (index: number) => T,
  max = MAX_REMEMBERED,
): (index: number) => T {
  const made = new Map<number, T>();
  const asked = new Float64Array(MASK + 1).fill(-1);
  let last: { readonly index: number; readonly value: T } | undefined;
  return (index) => {
    if (last?.index === index) return last.value;
    const known = made.get(index);
    if (known !== undefined) return known;
    const value = make(index);
    if (asked[index & MASK] === index) {
      if (made.size >= max) made.clear();
      made.set(index, kept(value));
    } else {
      asked[index & MASK] = index;
      last = { index, value };
    }
    return value;
  };
}
