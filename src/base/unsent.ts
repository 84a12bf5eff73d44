const unsent = new WeakSet<object>();

/** Remembers that nothing was sent when this error came: it is about the way there, not about the call. */
export function markUnsent<E>(error: E): E {
  if (typeof error === "object" && error !== null) unsent.add(error);
  return error;
}

/** True when nothing can have been done by the call that failed with this error. */
export function isUnsent(error: unknown): boolean {
  return typeof error === "object" && error !== null && unsent.has(error);
}
