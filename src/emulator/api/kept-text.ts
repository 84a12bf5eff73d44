const TEXT = Symbol("text");

/** Where the text of an object is kept; a symbol that is not enumerable, so that neither copies nor comparisons take it along. */
interface Keeping {
  readonly [TEXT]?: { text: string | undefined };
}

/**
 * Freezes what is an answer by itself, with room for its JSON, which is then made once: the catalogue's things are asked for again
 * and again. A `WeakMap` would do the same, but the collector then keeps each text until it next cleans all of the memory, and a
 * walk through the catalogue spends a third of its time on that.
 */
export function frozenAnswer<T extends object>(value: T): Readonly<T> {
  return Object.freeze(Object.defineProperty(value, TEXT, { value: { text: undefined } }));
}

/** An object as JSON. */
export function textOf(value: unknown): string {
  const kept = typeof value === "object" && value !== null ? (value as Keeping)[TEXT] : undefined;
  if (kept === undefined) return JSON.stringify(value);
  kept.text ??= JSON.stringify(value);
  return kept.text;
}
