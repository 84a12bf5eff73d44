import { randomString } from "../base/random.js";
import { TIERS } from "../contract/life.js";
import { readRefreshMode, readScope } from "./accounts/refresh-mode.js";
import { readMembers, readWord } from "./arguments.js";
import type { Controls } from "./console/commands.js";
import { type MovableClock, readStep, readTime } from "./movable-clock.js";
import { restoreFrom, snapshotOf, worldKeeper } from "./snapshot.js";
import { ERAS, type Stage } from "./stage.js";

/**
 * What changes an emulator, for code and for the console alike: whatever it is told is checked here, before anything is changed.
 *
 * @param parts the stage's clock, and the seed of its world
 */
export function createControls(
  stage: Stage,
  { clock, seed }: { readonly clock: MovableClock; readonly seed: string },
): Controls {
  const { tier, era, world, apps, grants, consents, refreshModes, limits, faults, ledger } = stage;
  const keepers = {
    clock,
    apps,
    grants,
    consents,
    refreshModes,
    limits,
    faults,
    world: worldKeeper(world),
    settings: {
      save: () => ({ tier: stage.tier, era: stage.era }),
      load: (saved: Pick<Stage, "tier" | "era">) => void Object.assign(stage, saved),
    },
  };

  return {
    key: randomString(),
    reset() {
      clock.restore();
      world.reset();
      grants.clear();
      refreshModes.clear();
      consents.clear();
      ledger.clear();
      faults.clear();
      limits.reset();
      Object.assign(stage, { tier, era });
    },
    advance: (ms) => clock.advance(readStep(ms, clock.now())),
    setClock: (time) => clock.set(readTime(time)),
    setRefreshMode: (mode, which = {}) =>
      refreshModes.set(mode === null ? null : readRefreshMode(mode), readScope(which, world.people)),
    configure(changes) {
      const given = readMembers("settings", changes, ["tier", "era"]);
      Object.assign(stage, {
        tier: readWord("tier", given.tier ?? stage.tier, TIERS),
        era: readWord("era", given.era ?? stage.era, ERAS),
      });
    },
    revoke(given) {
      const which = readScope(given, world.people);
      grants.revoke(which);
      consents.forget(which);
    },
    snapshot: () => snapshotOf(stage, seed, keepers),
    restore: (snapshot) => restoreFrom(snapshot, stage, seed, keepers),
  };
}
