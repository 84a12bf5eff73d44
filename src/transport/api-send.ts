import { defaultSender } from "#sender";
import type { Clock } from "../base/clock.js";
import type { Fetch, Send } from "../base/http.js";
import type { LimitKey, LimitMemory } from "../base/limits.js";
import { Breaker } from "./breaker.js";
import { type CacheLayer, type CacheLimits, cache } from "./cache.js";
import type { Governor } from "./governor.js";
import { governorFor } from "./governor-registry.js";
import { oddities } from "./oddities.js";
import { retry } from "./retry.js";
import { RetryBudget } from "./retry-budget.js";
import { stack } from "./stack.js";

export interface ApiSendOptions {
  /** Whose calls they are: Spotify counts by app. */
  readonly app: LimitKey;
  readonly apiUrl: string;
  /** Where Spotify's limits are remembered beyond this process, such as `store.limits`. */
  readonly memory?: LimitMemory | undefined;
  /** Keeps answers for as long as Spotify allows: `true`, how much, or a `cache()` that several clients share. Default: nothing is kept. */
  readonly cache?: boolean | CacheLimits | CacheLayer | undefined;
  /**
   * How long a call may take, in milliseconds, without what it is held back. A call that is refused and sent anew, as after a 401,
   * has as much again. Default: 30,000.
   */
  readonly timeoutMs?: number | undefined;
  /** In place of the runtime's own way of sending; what is learnt of limits is then shared by those with the same one. */
  readonly fetch?: Fetch | undefined;
  readonly clock?: Clock | undefined;
}

/** What else the clients of an app share. */
interface Shared {
  readonly breaker: Breaker;
  readonly budget: RetryBudget;
}
const sharedBy = new WeakMap<Governor, Shared>();

/**
 * Puts together how the calls of an app travel: answers that are kept, retries, breaker, governor, and the runtime's fastest sender.
 *
 * All clients of one app at one address share governor, breaker and retry budget in a process.
 *
 * @throws StagedoorError `argument-invalid` for a limit of the cache, or a time that no timer can keep
 *
 * @example
 * const { send, governor } = apiSend({ app: { provider: "spotify", clientId }, apiUrl: "https://api.spotify.com/v1" });
 * governor.on("wait", ({ until }) => console.log("Spotify asks to wait until", new Date(until)));
 * const client = createClient({ source: session, send });
 */
export function apiSend(options: ApiSendOptions): { readonly send: Send; readonly governor: Governor } {
  const { apiUrl, memory, fetch, timeoutMs, clock } = options;
  const { provider, clientId } = options.app;
  const governor = governorFor({ provider, clientId, apiUrl, scope: fetch }, { memory, clock });
  const shared = sharedBy.get(governor) ?? {
    breaker: new Breaker({ clock }),
    budget: new RetryBudget({ clock }),
  };
  sharedBy.set(governor, shared);
  const { breaker, budget } = shared;
  const kept = options.cache === true ? {} : options.cache;
  const repeating = retry({ budget, timeoutMs, clock });
  const layers = [
    ...(kept ? [typeof kept === "function" ? kept : cache({ ...kept, clock })] : []),
    repeating,
    oddities({ budget, clock }),
    breaker.layer,
    governor.layer,
    repeating.stopwatch,
  ];
  return { send: stack(defaultSender({ fetch, timeoutMs }), ...layers), governor };
}
