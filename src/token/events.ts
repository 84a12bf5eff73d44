import type { StagedoorError } from "../base/errors.js";
import type { Token } from "./token.js";

/** What a session tells those who listen. */
export interface TokenEvents {
  /** A new access token is there. */
  readonly refreshed: { readonly token: Token };
  /** The access token ran out before a new one was there. */
  readonly expired: { readonly token: Token };
  /** The login is gone: logged out here or elsewhere. */
  readonly removed: Record<never, never>;
  /** A refresh failed; the token is kept unless the code is `reauthorization-required`. */
  readonly "refresh-failed": { readonly error: StagedoorError };
  /** A new token could not be stored; it is used from memory and stored as soon as that works. */
  readonly "save-failed": { readonly error: StagedoorError };
}

export type TokenEventName = keyof TokenEvents;
export type TokenListener<N extends TokenEventName> = (event: TokenEvents[N]) => void;

type Listeners = { [N in TokenEventName]: Set<TokenListener<N>> };

/** Keeps the listeners of one session. */
export class TokenEventEmitter {
  readonly #listeners: Listeners = {
    refreshed: new Set(),
    expired: new Set(),
    removed: new Set(),
    "refresh-failed": new Set(),
    "save-failed": new Set(),
  };

  on<N extends TokenEventName>(name: N, listener: TokenListener<N>): void {
    this.#listeners[name].add(listener);
  }

  off<N extends TokenEventName>(name: N, listener: TokenListener<N>): void {
    this.#listeners[name].delete(listener);
  }

  /** Tells every listener; one that throws disturbs neither the others nor the refresh. */
  emit<N extends TokenEventName>(name: N, event: TokenEvents[N]): void {
    for (const listener of [...this.#listeners[name]]) {
      try {
        const told: unknown = listener(event);
        // An async listener throws later; unheard, that would end the process.
        if (told instanceof Promise) told.catch(() => undefined);
      } catch {
        // The refresh that caused the event has happened; a listener's fault must not undo it.
      }
    }
  }
}
