import type { LedgerEntry } from "../ledger.js";
import type { Stage } from "../stage.js";

/** How many seconds the traffic is averaged over. */
const TRAFFIC_SECONDS = 10;
const MAX_TRAFFIC = 50_000;
const MAX_TOKENS = 50;

/** All that can be seen of a running emulator, without anything secret. */
export function stateOf(stage: Stage) {
  const { urls, tier, era, world, clock, faults, limits, apps, refreshModes, grants } = stage;
  return {
    urls,
    now: clock.now(),
    tier,
    era,
    limits: limits.settings(),
    refreshModes: refreshModes.list(),
    people: [...world.people.values()].map(({ id, displayName, product, country }) => ({
      id,
      displayName,
      product,
      country,
    })),
    apps: apps.list().map(({ clientSecret: _secret, ...app }) => app),
    tokens: grants.tokens(MAX_TOKENS),
    faults: faults.list(),
    traffic: trafficOf(stage),
  };
}

export interface Traffic {
  /** Requests a second, over the last ten seconds of the emulator's clock. */
  readonly perSecond: number;
  /** How many of the requests in that time were answered with 429. */
  readonly limited: number;
  /** All that the ledger remembers. */
  readonly requests: number;
}

function trafficOf({ ledger, clock }: Stage): Traffic {
  const start = clock.now() - TRAFFIC_SECONDS * 1000;
  const isRecent = ({ time }: LedgerEntry) => time > start;
  const recent = ledger.last(MAX_TRAFFIC).filter(isRecent);
  return {
    perSecond: recent.length / TRAFFIC_SECONDS,
    limited: recent.filter(({ status }) => status === 429).length,
    requests: ledger.last(1)[0]?.sequence ?? 0,
  };
}
