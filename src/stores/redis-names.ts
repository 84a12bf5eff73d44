import { parseJson } from "../base/encoding.js";
import { StagedoorError } from "../base/errors.js";
import type { LimitKey } from "../base/limits.js";
import type { TokenKey } from "../token/store.js";

/** The keys in Redis under which one store keeps what it has. */
export interface RedisNames {
  /** The hash of a token. */
  token(key: TokenKey): string;
  /** The lock on it, in the same slot of a cluster. */
  lock(key: TokenKey): string;
  /** The sorted set of the names of all that was written; the score is when, in milliseconds by the server's clock. */
  readonly index: string;
  /** The hash of the limits of an app. */
  limits(key: LimitKey): string;
  /** The window of an app, the list of what was let through, and that of the used slots; all in the slot of its limits. */
  window(key: LimitKey): readonly string[];
}

/**
 * The names that begin with `prefix`: `stagedoor:{spotify:c0ffee:default}`.
 *
 * @throws StagedoorError `argument-invalid` for a prefix that cannot be told from another one
 */
export function redisNames(prefix: string): RedisNames {
  // An empty pair of braces would switch hash tags off, and half a character is sent as another one.
  if (prefix.includes("{}") || /\p{Cs}/u.test(prefix)) {
    throw new StagedoorError("argument-invalid", "The prefix of the keys in Redis cannot be used.", {
      hint: 'Choose one of ordinary characters, without "{}", such as: stagedoor:',
    });
  }
  return {
    token: (key) => `${prefix}{${entryName(key)}}`,
    lock: (key) => `${prefix}{${entryName(key)}}:lock`,
    // No name of an entry: those have two colons.
    index: `${prefix}{index}`,
    limits: (key) => `${prefix}{${appName(key)}}:limits`,
    window: (key) => ["", ":sent", ":used"].map((part) => `${prefix}{${appName(key)}}:window${part}`),
  };
}

/** One name for one key, readable for ordinary ones, without braces whatever the parts hold. */
export function entryName(key: TokenKey): string {
  return [key.provider, key.clientId, key.profile].map(encodePart).join(":");
}

/** One name for one app, with one colon: no name of an entry, and not the index. */
function appName(key: LimitKey): string {
  return [key.provider, key.clientId].map(encodePart).join(":");
}

/** The key of a name; `undefined` where `entryName` did not make it. */
export function entryKey(name: string): TokenKey | undefined {
  const parts = name.split(":").map(decodePart);
  const [provider, clientId, profile] = parts;
  if (parts.length !== 3 || !provider || !clientId || !profile) return undefined;
  return { provider, clientId, profile };
}

/** JSON first: it has a form for halves of surrogate pairs, which percent encoding has not. */
function encodePart(part: string): string {
  return encodeURIComponent(JSON.stringify(part).slice(1, -1));
}

function decodePart(text: string): string | undefined {
  try {
    const part = parseJson(`"${decodeURIComponent(text)}"`);
    return typeof part === "string" ? part : undefined;
  } catch {
    return undefined;
  }
}
