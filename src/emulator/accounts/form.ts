/**
 * The members of an `application/x-www-form-urlencoded` text, and which of them came more than once. One without a value counts as left
 * out (RFC 6749 sections 3.1 and 3.2): there are clients that send an empty `client_secret` when they have none.
 */
export interface Form {
  readonly values: ReadonlyMap<string, string>;
  readonly repeated: readonly string[];
}

export function readForm(text: string): Form {
  const values = new Map<string, string>();
  const repeated = new Set<string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (value === "") continue;
    if (values.has(name)) repeated.add(name);
    else values.set(name, value);
  }
  return { values, repeated: [...repeated] };
}
