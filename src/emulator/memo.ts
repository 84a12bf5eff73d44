/** Beyond it a memo starts anew: what it holds can always be made again. */
const MAX_REMEMBERED = 4096;

/** Remembers what a pure function gave for whole numbers, so that what is asked for again and again is made once. */
export function memo<T>(make: (index: number) => T, max = MAX_REMEMBERED): (index: number) => T {
  const made = new Map<number, T>();
  return (index) => {
    const known = made.get(index);
    if (known !== undefined) return known;
    if (made.size >= max) made.clear();
    const fresh = make(index);
    made.set(index, fresh);
    return fresh;
  };
}
