import { systemClock } from "../base/clock.js";
import type { LimitKey } from "../base/limits.js";
import { Governor } from "./governor.js";
import type { GovernorOptions } from "./governor-options.js";

/** What clients have to have in common to share a governor. */
export interface GovernorKey extends LimitKey {
  readonly apiUrl: string;
  /** Clients with another one share nothing with these, such as those of another emulator's `fetch`. Default: the clock. */
  readonly scope?: object | undefined;
}

/** How many apps' governors are kept for what they have met. */
const MOST_HELD = 100;

interface Registry {
  /** Held weakly: a governor lives as long as a client has it. */
  readonly governors: Map<string, WeakRef<Governor>>;
  /**
   * Those that have met a limit, the latest last. A program may make a client for each call, and what one of them was told must not go
   * with it: the next one would ask again.
   */
  readonly held: Map<string, Governor>;
}

const registries = new WeakMap<object, Registry>();
const gone = /* @__PURE__ */ new FinalizationRegistry<{
  readonly registry: WeakRef<Registry>;
  readonly name: string;
}>(({ registry, name }) => {
  const governors = registry.deref()?.governors;
  // Another one may have taken its place meanwhile.
  if (governors?.get(name)?.deref() === undefined) governors?.delete(name);
});

/**
 * The governor that all clients of one app and API address share in this process.
 *
 * Options count for the first of them; a memory is taken from the first one that brings it, and later from one whose reaches beyond the process.
 */
export function governorFor(
  { apiUrl, scope, ...key }: GovernorKey,
  options: Omit<GovernorOptions, "key"> = {},
): Governor {
  const owner = scope ?? options.clock ?? systemClock;
  const registry: Registry = registries.get(owner) ?? { governors: new Map(), held: new Map() };
  registries.set(owner, registry);
  const name = JSON.stringify([key.provider, key.clientId, apiUrl]);
  const known = registry.governors.get(name)?.deref();
  if (known !== undefined) {
    if (options.memory !== undefined) known.attach(options.memory);
    return known;
  }
  const governor = new Governor({ ...options, key });
  registry.governors.set(name, new WeakRef(governor));
  governor.on("limit", () => hold(registry, name, governor));
  gone.register(governor, { registry: new WeakRef(registry), name });
  return governor;
}

function hold({ held }: Registry, name: string, governor: Governor): void {
  held.delete(name);
  held.set(name, governor);
  const [longestAgo] = held.keys();
  if (held.size > MOST_HELD && longestAgo !== undefined) held.delete(longestAgo);
}
