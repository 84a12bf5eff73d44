import type { StagedoorError } from "../base/errors.js";
import type { LimitListener, LimitMet, LimitWait } from "../base/limits.js";

/** What a governor tells those who listen. */
export interface GovernorEvents {
  readonly wait: LimitWait;
  readonly limit: LimitMet;
  /** Limits could not be read from the memory, or not be noted there; calls go on without it. */
  readonly "memory-failed": { readonly error: StagedoorError };
}

export type GovernorEventName = keyof GovernorEvents;
export type GovernorListener<N extends GovernorEventName> = (event: GovernorEvents[N]) => void;

type Listeners = { [N in GovernorEventName]: Set<GovernorListener<N>> };

/** Keeps the listeners of one governor. */
export class GovernorEventEmitter {
  readonly #listeners: Listeners = { wait: new Set(), limit: new Set(), "memory-failed": new Set() };

  on<N extends GovernorEventName>(name: N, listener: GovernorListener<N>): void {
    this.#listeners[name].add(listener);
  }

  off<N extends GovernorEventName>(name: N, listener: GovernorListener<N>): void {
    this.#listeners[name].delete(listener);
  }

  /** Tells every listener; one that throws disturbs neither the others nor the call. */
  emit<N extends GovernorEventName>(name: N, event: GovernorEvents[N]): void {
    for (const listener of [...this.#listeners[name]]) tell(listener, event);
  }

  /** Tells also those whose calls are held back. */
  emitWait(event: LimitWait, concerned: ReadonlySet<LimitListener>): void {
    this.emit("wait", event);
    for (const { onWait } of concerned) tell(onWait, event);
  }

  /** Tells one whose call came later. */
  tellWait(event: LimitWait, { onWait }: LimitListener): void {
    tell(onWait, event);
  }

  /** Tells also those whose calls have met it. */
  emitLimit(event: LimitMet, concerned: ReadonlySet<LimitListener>): void {
    this.emit("limit", event);
    for (const { onLimit } of concerned) tell(onLimit, event);
  }
}

function tell<E>(listener: ((event: E) => void) | undefined, event: E): void {
  try {
    const told: unknown = listener?.(event);
    // An async listener throws later; unheard, that would end the process.
    if (told instanceof Promise) told.catch(() => undefined);
  } catch {
    // The calls that the event is about may be somebody else's.
  }
}
