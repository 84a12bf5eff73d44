import type { Clock } from "../base/clock.js";
import type { Tier } from "../contract/life.js";
import type { Consents } from "./accounts/consents.js";
import type { Grants } from "./accounts/grants.js";
import type { RefreshModes } from "./accounts/refresh-mode.js";
import type { Apps } from "./apps.js";
import type { Answer } from "./exchange.js";
import type { Faults } from "./faults/list.js";
import type { Ledger, Note } from "./ledger.js";
import type { Limits } from "./limits.js";
import type { World } from "./world/world.js";

/** Where the three services can be reached. */
export interface Urls {
  accounts: string;
  /** Ends in `/v1`. */
  api: string;
  console: string;
}

/** Before and since mid-2026, when several of Spotify's answers got new words. */
export const ERAS = ["classic", "current"] as const;
export type Era = (typeof ERAS)[number];

/** What the services share. */
export interface Stage {
  readonly clock: Clock;
  readonly urls: Urls;
  /** Can be changed while it runs, as can the era. */
  tier: Tier;
  era: Era;
  /** Whether the implicit grant, which ended in 2025, is still given. */
  readonly legacy: boolean;
  readonly world: World;
  readonly apps: Apps;
  readonly grants: Grants;
  readonly refreshModes: RefreshModes;
  readonly consents: Consents;
  readonly ledger: Ledger;
  readonly faults: Faults;
  readonly limits: Limits;
}

/** A request that a service has recognized and not yet acted on: faults strike between the two. */
export interface Visit {
  readonly note: Note;
  perform(): Answer | Promise<Answer>;
}
