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

/** Held weakly: a governor lives as long as a client has it. */
type Registry = Map<string, WeakRef<Governor>>;

const registries = new WeakMap<object, Registry>();
const gone = /* @__PURE__ */ new FinalizationRegistry<{
  readonly registry: WeakRef<Registry>;
  readonly name: string;
}>(({ registry, name }) => {
  const entries = registry.deref();
  // Another one may have taken its place meanwhile.
  if (entries?.get(name)?.deref() === undefined) entries?.delete(name);
});

/**
 * The governor that all clients of one app and API address share in this process.
 *
 * Options count for the first of them; a memory is taken from the first one that brings it.
 */
export function governorFor(
  { apiUrl, scope, ...key }: GovernorKey,
  options: Omit<GovernorOptions, "key"> = {},
): Governor {
  const owner = scope ?? options.clock ?? systemClock;
  const registry: Registry = registries.get(owner) ?? new Map();
  registries.set(owner, registry);
  const name = JSON.stringify([key.provider, key.clientId, apiUrl]);
  const known = registry.get(name)?.deref();
  if (known !== undefined) {
    if (options.memory !== undefined) known.attach(options.memory);
    return known;
  }
  const governor = new Governor({ ...options, key });
  registry.set(name, new WeakRef(governor));
  gone.register(governor, { registry: new WeakRef(registry), name });
  return governor;
}
