/**
 * The three kinds of app, which see different parts of the Web API.
 *
 * `extended` is Spotify's Extended Quota Mode; `legacy` a Development Mode app made before 2026-02-11; `development` one made since.
 * The names are ours.
 *
 * @see https://developer.spotify.com/documentation/web-api/tutorials/february-2026-migration-guide
 */
export type Tier = "development" | "legacy" | "extended";

export const TIERS: readonly Tier[] = ["development", "legacy", "extended"];

/** A round of removals, named by the month in which Spotify announced it. */
export type Wave = "2024-11" | "2026-02";

export interface Removal {
  readonly wave: Wave;
  /** The tiers that lost it. */
  readonly tiers: readonly Tier[];
  /** What Spotify answers to them. */
  readonly status: 403 | 404;
  /** The name of what replaces it in this table, such as `library.save`, or `null` where nothing does. */
  readonly replacement: string | null;
}

/** Since when an operation exists and who has lost it. */
export interface Life {
  readonly since?: Wave;
  readonly removed?: Removal;
}

/** There for everybody. */
export const live: Life = {};

/** When a wave came, whom it reached, and where Spotify says so. */
export const WAVES: Readonly<Record<Wave, { readonly reached: string; readonly page: string }>> = {
  "2024-11": {
    reached: "apps without extended quota on 2024-11-27",
    page: "https://developer.spotify.com/blog/2024-11-27-changes-to-the-web-api",
  },
  "2026-02": {
    reached: "Development Mode apps made since 2026-02-11",
    page: "https://developer.spotify.com/documentation/web-api/tutorials/february-2026-migration-guide",
  },
};

const LOST_BY: Readonly<Record<Wave, readonly Tier[]>> = {
  "2024-11": ["development", "legacy"],
  "2026-02": ["development"],
};

/** New with a wave. */
/* @__NO_SIDE_EFFECTS__ */
export function since(wave: Wave): Life {
  return { since: wave };
}

/** Removed in a wave for the tiers that the wave reached. */
/* @__NO_SIDE_EFFECTS__ */
export function removed(wave: Wave, replacement: string | null, status: 403 | 404 = 403): Life {
  return { removed: { wave, tiers: LOST_BY[wave], status, replacement } };
}

/** The removal that hits an app of this tier, if there is one. */
export function removalFor(life: Life, tier: Tier): Removal | undefined {
  return life.removed?.tiers.includes(tier) ? life.removed : undefined;
}
