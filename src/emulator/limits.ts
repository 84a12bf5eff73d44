import { type Clock, DAY, SECOND } from "../base/clock.js";
import type { Tier } from "../contract/life.js";
import { readWhole, readWord } from "./arguments.js";
import {
  type Bucket,
  type LimitSettings,
  type LimitsOption,
  readLimits,
  settingsOf,
} from "./limit-settings.js";
import { RollingWindow } from "./rolling-window.js";

const RATE_WINDOW = 30 * SECOND;
/** The two limits; whoever looks at both looks at them in this order. */
export const LIMITS = ["rate", "quota"] as const;
export type Limit = (typeof LIMITS)[number];
/** A century: no test waits for longer, and every date stays one. */
const MAX_USED_UP_SECONDS = 3_155_760_000;
/** Windows of apps and developers; beyond it the oldest is forgotten. */
const MAX_WINDOWS = 10_000;

export interface LimitedCall {
  readonly clientId: string;
  /** The developer account behind the app. */
  readonly owner: string;
  readonly tier: Tier;
  readonly bucket: Bucket;
}

export type LimitVerdict = { readonly limit: Limit; readonly retryAfterSeconds: number } | undefined;

export interface Limits {
  /** False while nothing can be refused. */
  readonly active: boolean;
  /** Counts a request, or says which limit it met and when to come back. What is refused is not counted. */
  judge(call: LimitedCall): LimitVerdict;
  /** @throws StagedoorError `argument-invalid` for a limit that is no whole number from 1 to a million */
  set(option: LimitsOption): void;
  settings(): LimitSettings;
  /**
   * Counts a limit of all apps as used up for so many seconds from now.
   *
   * @throws StagedoorError `argument-invalid` for another limit, or seconds that are no whole number from 0 on
   */
  useUp(limit: Limit, seconds: number): void;
  /** Until when each limit is counted as used up, in milliseconds since the Unix epoch: those that are now. */
  usedUp(): Partial<Readonly<Record<Limit, number>>>;
  /** Forgets what was counted; the sizes stay. */
  clear(): void;
  /** Back to the sizes of the start, with nothing counted. */
  reset(): void;
  save(): SavedLimits;
  load(saved: SavedLimits): void;
}

export interface SavedLimits {
  readonly settings: LimitSettings;
  readonly usedUpUntil: Readonly<Record<Limit, number>>;
  readonly windows: readonly {
    readonly key: string;
    readonly size: number;
    readonly span: number;
    readonly times: readonly number[];
  }[];
}

/** The rate limit over 30 seconds and the quota over 24 hours, as two rolling windows. */
export function createLimits(clock: Clock, initial: LimitsOption): Limits {
  const windows = new Map<string, RollingWindow>();
  const usedUpUntil = { quota: 0, rate: 0 };
  const start = readLimits(initial);
  let settings = settingsOf(start);
  let active = false;

  const blockedBy = (limit: Limit, now: number): LimitVerdict =>
    usedUpUntil[limit] > now ? verdict(limit, usedUpUntil[limit] - now) : undefined;
  const refresh = () => {
    active = Object.keys(settings).length > 0 || usedUpUntil.quota > 0 || usedUpUntil.rate > 0;
  };
  function windowOf(key: string, size: number, span: number): RollingWindow {
    const known = windows.get(key);
    if (known?.size === size) return known;
    const fresh = new RollingWindow(size, span);
    windows.set(key, fresh);
    if (windows.size > MAX_WINDOWS) {
      const [oldest] = windows.keys();
      if (oldest !== undefined) windows.delete(oldest);
    }
    return fresh;
  }
  function clear(): void {
    windows.clear();
    Object.assign(usedUpUntil, { quota: 0, rate: 0 });
    refresh();
  }
  refresh();

  return {
    get active() {
      return active;
    },
    judge({ clientId, owner, tier, bucket }) {
      const now = clock.now();
      const quotaSize = tier === "extended" ? undefined : sizeOf(settings.quotaPer24h, bucket);
      const rateSize = sizeOf(settings.ratePer30s, tier);
      const quota = quotaSize && windowOf(`quota ${bucket} ${owner}`, quotaSize, DAY);
      const rate = rateSize && windowOf(`rate ${clientId}`, rateSize, RATE_WINDOW);
      const quotaBlock = tier === "extended" ? undefined : blockedBy("quota", now);
      if (quotaBlock !== undefined) return quotaBlock;
      const quotaWait = quota ? quota.waitAt(now) : 0;
      if (quotaWait > 0) return verdict("quota", quotaWait);
      const rateBlock = blockedBy("rate", now);
      if (rateBlock !== undefined) return rateBlock;
      const rateWait = rate ? rate.waitAt(now) : 0;
      if (rateWait > 0) return verdict("rate", rateWait);
      if (quota) quota.add(now);
      if (rate) rate.add(now);
      return undefined;
    },
    set(option) {
      settings = settingsOf(readLimits(option));
      refresh();
    },
    settings: () => settings,
    useUp(limit, seconds) {
      const until = clock.now() + readWhole("seconds", seconds, [0, MAX_USED_UP_SECONDS]) * SECOND;
      usedUpUntil[readWord("limit", limit, LIMITS)] = until;
      refresh();
    },
    usedUp() {
      const now = clock.now();
      return Object.fromEntries(
        LIMITS.filter((limit) => usedUpUntil[limit] > now).map((limit) => [limit, usedUpUntil[limit]]),
      );
    },
    save: () => ({
      settings,
      usedUpUntil: { ...usedUpUntil },
      windows: [...windows].map(([key, window]) => ({
        key,
        size: window.size,
        span: window.span,
        times: window.times(),
      })),
    }),
    load(saved) {
      settings = saved.settings;
      Object.assign(usedUpUntil, saved.usedUpUntil);
      windows.clear();
      for (const { key, size, span, times } of saved.windows) {
        const window = new RollingWindow(size, span);
        for (const time of times) window.add(time);
        windows.set(key, window);
      }
      refresh();
    },
    clear,
    reset() {
      settings = settingsOf(start);
      clear();
    },
  };
}

function verdict(limit: Limit, waitMs: number): LimitVerdict {
  return { limit, retryAfterSeconds: Math.max(1, Math.ceil(waitMs / SECOND)) };
}

function sizeOf<K extends string>(
  setting: number | Partial<Readonly<Record<K, number>>> | undefined,
  key: K,
): number | undefined {
  return typeof setting === "object" ? setting[key] : setting;
}
