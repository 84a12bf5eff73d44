/** The members of an `application/x-www-form-urlencoded` text, and which of them came more than once. */
export interface Form {
  readonly values: ReadonlyMap<string, string>;
  readonly repeated: readonly string[];
}

export function readForm(text: string): Form {
  const values = new Map<string, string>();
  const repeated = new Set<string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (values.has(name)) repeated.add(name);
    else values.set(name, value);
  }
  return { values, repeated: [...repeated] };
}
