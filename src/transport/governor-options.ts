import type { Clock } from "../base/clock.js";
import type { LimitKey, LimitMemory } from "../base/limits.js";

export interface GovernorOptions {
  /** Whose limits they are, for the memory. */
  readonly key: LimitKey;
  /** How many requests may be on their way at once. Default: 64. */
  readonly maxInFlight?: number | undefined;
  /** How many calls may wait. Default: 10,000. */
  readonly maxQueue?: number | undefined;
  /** How long a call may be held back for a limit of Spotify's, in milliseconds, where it does not say so itself. Default: 30,000. */
  readonly maxWaitMs?: number | undefined;
  /** Where limits are remembered beyond this process. */
  readonly memory?: LimitMemory | undefined;
  readonly clock?: Clock | undefined;
  /** From 0 to 1, for the jitter. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
}
