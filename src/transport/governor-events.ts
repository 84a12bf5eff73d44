import type { StagedoorError } from "../base/errors.js";

/** What a governor tells those who listen. */
export interface GovernorEvents {
  /** Calls are held back for a limit of Spotify's; once for each time that it begins. */
  readonly wait: {
    readonly kind: "rate";
    /** When the first of them may go, in milliseconds since the Unix epoch. */
    readonly until: number;
    /** How many wait now. */
    readonly waiting: number;
  };
  /** Spotify answered 429: once for a row of them. */
  readonly limit: {
    readonly kind: "rate" | "quota";
    /** The pattern of the path that it is about; `undefined` for all. */
    readonly endpoint?: string | undefined;
    /** Milliseconds since the Unix epoch. */
    readonly retryAt: number;
  };
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
    for (const listener of [...this.#listeners[name]]) {
      try {
        listener(event);
      } catch {
        // The calls that the event is about are somebody else's.
      }
    }
  }
}
