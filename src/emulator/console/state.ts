import type { Stage } from "../stage.js";

/** How many seconds the traffic is averaged over. */
const TRAFFIC_SECONDS = 10;
const CHART_SECONDS = 60;
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
    usedUpUntil: limits.usedUp(),
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
  /** All since the start or the last reset. */
  readonly requests: number;
  /** The last seconds one by one, the newest last. */
  readonly seconds: readonly { readonly all: number; readonly limited: number }[];
}

export function trafficOf({ ledger, clock }: Stage): Traffic {
  const now = clock.now();
  const seconds = Array.from({ length: CHART_SECONDS }, () => ({ all: 0, limited: 0 }));
  for (const { time, status } of ledger.last(MAX_TRAFFIC)) {
    const second = seconds[CHART_SECONDS - 1 - Math.floor((now - time) / 1000)];
    if (second === undefined) continue;
    second.all++;
    if (status === 429) second.limited++;
  }
  const recent = seconds.slice(-TRAFFIC_SECONDS);
  return {
    perSecond: recent.reduce((sum, { all }) => sum + all, 0) / TRAFFIC_SECONDS,
    limited: recent.reduce((sum, { limited }) => sum + limited, 0),
    requests: ledger.last(1)[0]?.sequence ?? 0,
    seconds,
  };
}
