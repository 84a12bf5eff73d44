import type { Clock } from "../base/clock.js";
import type { StagedoorError } from "../base/errors.js";

/** That the second store has taken the place of the first. */
export interface FallbackNotice {
  /** Where tokens are kept now. */
  readonly place: string;
  /** Why the first store could not be used: `store-unavailable`. */
  readonly reason: StagedoorError;
  /** Both, as sentences. */
  readonly message: string;
}

export interface FallbackOptions {
  /** Is told once that the second store has taken the place of the first. */
  readonly onFallback?: ((notice: FallbackNotice) => void) | undefined;
  readonly clock?: Clock | undefined;
}
