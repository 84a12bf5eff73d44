/** Told when a signal fires. */
export interface AbortListener {
  onAbort(signal: AbortSignal): void;
}

const groups = new WeakMap<AbortSignal, Set<AbortListener>>();

/**
 * Listens to a signal that has not fired yet. All listeners of ours are one to the signal: Node warns of a leak where the eleventh comes, and
 * a program may well have sixty calls under way that end together.
 */
export function listen(signal: AbortSignal, listener: AbortListener): void {
  const group = groups.get(signal);
  if (group !== undefined) {
    group.add(listener);
    return;
  }
  groups.set(signal, new Set([listener]));
  signal.addEventListener("abort", tellGroup, { once: true });
}

/** Ends what `listen` began; a signal that lives on keeps nothing. */
export function stopListening(signal: AbortSignal, listener: AbortListener): void {
  const group = groups.get(signal);
  if (group?.delete(listener) !== true || group.size > 0) return;
  groups.delete(signal);
  signal.removeEventListener("abort", tellGroup);
}

function tellGroup(this: AbortSignal): void {
  const group = groups.get(this);
  groups.delete(this);
  for (const listener of group ?? []) listener.onAbort(this);
}
