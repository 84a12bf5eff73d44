import { type Clock, DAY, SECOND } from "../base/clock.js";
import { isRecord } from "../base/encoding.js";
import { StagedoorError } from "../base/errors.js";
import { TIERS, type Tier } from "../contract/life.js";
import { RollingWindow } from "./rolling-window.js";

/**
 * The groups in which operations count toward the quota. Spotify publishes none; that artists' albums, searches and playlists are
 * counted apart was observed, the others are guessed.
 */
export const BUCKETS = [
  "artist-albums",
  "search",
  "playlists",
  "player",
  "library",
  "catalogue",
  "other",
] as const;
export type Bucket = (typeof BUCKETS)[number];

/** How much an app may ask for. What is left out is without a limit. */
export interface LimitSettings {
  /** Requests in any 30 seconds, for each client id; one number, or one for each tier. */
  readonly ratePer30s?: number | Partial<Readonly<Record<Tier, number>>>;
  /** Requests in any 24 hours, for each developer, outside the extended tier; one number for every bucket, or one for each. */
  readonly quotaPer24h?: number | Partial<Readonly<Record<Bucket, number>>>;
}

/** `off` never says 429; `realistic` has the sizes that people have measured, and guesses where nobody has. */
export type LimitsOption = "off" | "realistic" | LimitSettings;

/** Measured in 2026: about 100 calls for artists' albums and 700 searches. All other numbers are guessed. */
const REALISTIC: LimitSettings = {
  ratePer30s: { development: 180, legacy: 180, extended: 1800 },
  quotaPer24h: {
    "artist-albums": 100,
    search: 700,
    playlists: 2000,
    player: 10_000,
    library: 5000,
    catalogue: 5000,
    other: 10_000,
  },
};

const RATE_WINDOW = 30 * SECOND;
/** A window remembers each request in it: so that none can fill the memory. */
const MAX_LIMIT = 1_000_000;
/** Windows of apps and developers; beyond it the oldest is forgotten. */
const MAX_WINDOWS = 10_000;

export interface LimitedCall {
  readonly clientId: string;
  /** The developer account behind the app. */
  readonly owner: string;
  readonly tier: Tier;
  readonly bucket: Bucket;
}

export type LimitVerdict =
  | { readonly limit: "quota" | "rate"; readonly retryAfterSeconds: number }
  | undefined;

export interface Limits {
  /** False while nothing can be refused. */
  readonly active: boolean;
  /** Counts a request, or says which limit it met and when to come back. What is refused is not counted. */
  judge(call: LimitedCall): LimitVerdict;
  /** @throws StagedoorError `argument-invalid` for a limit that is no whole number from 1 to a million */
  set(option: LimitsOption): void;
  settings(): LimitSettings;
  /** Counts a limit of all apps as used up for so many seconds from now. */
  useUp(limit: "quota" | "rate", seconds: number): void;
  /** Forgets what was counted; the sizes stay. */
  clear(): void;
  save(): SavedLimits;
  load(saved: SavedLimits): void;
}

export interface SavedLimits {
  readonly settings: LimitSettings;
  readonly usedUpUntil: { readonly quota: number; readonly rate: number };
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
  let settings = settingsOf(readLimits(initial));
  let active = false;

  const blockedBy = (limit: "quota" | "rate", now: number): LimitVerdict =>
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
      usedUpUntil[limit] = clock.now() + seconds * SECOND;
      refresh();
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
    clear() {
      windows.clear();
      usedUpUntil.quota = 0;
      usedUpUntil.rate = 0;
      refresh();
    },
  };
}

function verdict(limit: "quota" | "rate", waitMs: number): LimitVerdict {
  return { limit, retryAfterSeconds: Math.max(1, Math.ceil(waitMs / SECOND)) };
}

function sizeOf<K extends string>(
  setting: number | Partial<Readonly<Record<K, number>>> | undefined,
  key: K,
): number | undefined {
  return typeof setting === "object" ? setting[key] : setting;
}

function settingsOf(option: LimitsOption): LimitSettings {
  if (option === "off") return {};
  return option === "realistic" ? REALISTIC : option;
}

/**
 * Reads limits that came as JSON, or that were written in code.
 *
 * @throws StagedoorError `argument-invalid`, naming the member that is wrong
 */
export function readLimits(value: unknown): LimitsOption {
  if (value === "off" || value === "realistic") return value;
  if (!isRecord(value)) throw wrongLimit("limits", 'must be "off", "realistic" or an object');
  const { ratePer30s, quotaPer24h, ...others } = value;
  const [other] = Object.keys(others);
  if (other !== undefined)
    throw wrongLimit(`limits.${other}`, "does not exist; there is ratePer30s and quotaPer24h");
  return {
    ...(ratePer30s !== undefined && { ratePer30s: readSizes("ratePer30s", ratePer30s, TIERS) }),
    ...(quotaPer24h !== undefined && { quotaPer24h: readSizes("quotaPer24h", quotaPer24h, BUCKETS) }),
  };
}

function readSizes<K extends string>(
  name: string,
  value: unknown,
  keys: readonly K[],
): number | Partial<Record<K, number>> {
  if (isSize(value)) return value;
  if (!isRecord(value)) throw wrongLimit(`limits.${name}`, SIZE_WORDS);
  const sizes: Partial<Record<K, number>> = {};
  for (const [member, size] of Object.entries(value)) {
    const key = keys.find((one) => one === member);
    if (key === undefined)
      throw wrongLimit(`limits.${name}.${member}`, `does not exist; there is ${keys.join(", ")}`);
    if (!isSize(size)) throw wrongLimit(`limits.${name}.${member}`, SIZE_WORDS);
    sizes[key] = size;
  }
  return sizes;
}

const SIZE_WORDS = `must be a whole number from 1 to ${MAX_LIMIT}`;

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= MAX_LIMIT;
}

function wrongLimit(name: string, says: string): StagedoorError {
  return new StagedoorError("argument-invalid", `${name} ${says}.`);
}

/** The group that an operation counts toward, by its path. */
export function bucketOf(path: string): Bucket {
  if (path === "/artists/{id}/albums") return "artist-albums";
  if (path === "/search") return "search";
  if (path.includes("/playlists")) return "playlists";
  if (path.startsWith("/me/player")) return "player";
  if (/^\/me\/(library|albums|tracks|episodes|shows|audiobooks|following)/.test(path)) return "library";
  if (/^\/(albums|artists|audiobooks|chapters|episodes|shows|tracks)/.test(path)) return "catalogue";
  return "other";
}
