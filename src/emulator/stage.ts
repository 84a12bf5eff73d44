import type { Clock } from "../base/clock.js";
import type { Tier } from "../contract/life.js";
import type { Grants } from "./accounts/grants.js";
import type { Apps } from "./apps.js";
import type { Answer } from "./exchange.js";
import type { Faults } from "./faults.js";
import type { Ledger, Note } from "./ledger.js";
import type { World } from "./world/world.js";

/** Where the three services can be reached. */
export interface Urls {
  accounts: string;
  /** Ends in `/v1`. */
  api: string;
  console: string;
}

/** What the services share. */
export interface Stage {
  readonly clock: Clock;
  readonly urls: Urls;
  readonly tier: Tier;
  /** Whether the implicit grant, which ended in 2025, is still given. */
  readonly legacy: boolean;
  readonly world: World;
  readonly apps: Apps;
  readonly grants: Grants;
  readonly ledger: Ledger;
  readonly faults: Faults;
}

/** A request that a service has recognized and not yet acted on: faults strike between the two. */
export interface Visit {
  readonly note: Note;
  perform(): Answer | Promise<Answer>;
}
