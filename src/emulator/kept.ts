const TEXT = Symbol("text");

/** Where the text of an object is kept; a symbol that is not enumerable, so that neither copies nor comparisons take it along. */
interface Kept {
  readonly [TEXT]?: { text: string | undefined };
}

/**
 * Freezes what will be given out again and again, with room for its JSON, so that this is made once. A `WeakMap` would do the same, but
 * the collector then keeps each text until it next cleans all of the memory.
 */
export function kept<T extends object>(value: T): T {
  return Object.freeze(Object.defineProperty(value, TEXT, { value: { text: undefined } }));
}

/** An object as JSON. */
export function textOf(value: unknown): string {
  const room = typeof value === "object" && value !== null ? (value as Kept)[TEXT] : undefined;
  if (room === undefined) return JSON.stringify(value);
  room.text ??= JSON.stringify(value);
  return room.text;
}
