import { isRecord } from "../base/encoding.js";
import { TIERS, type Tier } from "../contract/life.js";
import { argumentInvalid, nearestOf, readMembers, readWhole, readWord } from "./arguments.js";

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

/** A window remembers each request in it: so that none can fill the memory. */
const MAX_LIMIT = 1_000_000;

/** The sizes that an option stands for. */
export function settingsOf(option: LimitsOption): LimitSettings {
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
  if (!isRecord(value)) {
    const hint = nearestOf(value, ["off", "realistic"]) ?? 'For instance {"ratePer30s":90}.';
    throw argumentInvalid('limits must be "off", "realistic" or an object.', hint);
  }
  const { ratePer30s, quotaPer24h } = readMembers("limits", value, ["ratePer30s", "quotaPer24h"]);
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
  if (!isRecord(value)) return readSize(`limits.${name}`, value);
  const sizes: Partial<Record<K, number>> = {};
  for (const [member, size] of Object.entries(value)) {
    sizes[readWord(`a member of limits.${name}`, member, keys)] = readSize(`limits.${name}.${member}`, size);
  }
  return sizes;
}

const readSize = (name: string, value: unknown): number => readWhole(name, value, [1, MAX_LIMIT]);

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
