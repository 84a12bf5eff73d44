import { base64, decodeBase64, decodeUtf8, isRecord } from "../base/encoding.js";
import { entryTooLarge, isTooBusy, isTooLong, keychainError, WINDOWS_LIMIT } from "./keychain-failure.js";
import type { KeychainAnswer, KeychainRequest } from "./keychain-process.js";
import { askKeychain } from "./keychain-process.js";

/** The first and the longest pause before a keychain that was too busy is asked again, in milliseconds. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 500;

/** An entry of the keychain, as it is found. */
export interface FoundEntry {
  readonly account: string;
  /** What is stored, as far as it could be read as text. */
  readonly text: string;
}

/** The entries of one service in the keychain of the user. All methods throw `store-unavailable` when it cannot be reached in time. */
export interface KeychainEntries {
  /** `null` when there is none. */
  get(account: string): Promise<Uint8Array | null>;
  set(account: string, secret: Uint8Array): Promise<void>;
  /** One that is not there is removed already. */
  remove(account: string): Promise<void>;
  find(): Promise<readonly FoundEntry[]>;
}

/** @param timeoutMs milliseconds that any call may take */
export function keychainEntries(service: string, timeoutMs: number): KeychainEntries {
  const ask = async (request: KeychainRequest, account: string): Promise<unknown> => {
    const answer = await askPatiently(request, timeoutMs);
    if (answer.failure === undefined) return answer.value;
    if (request.name === "set" && isTooLong(answer.failure))
      throw entryTooLarge(account, sizeOf(request.secret));
    throw keychainError(answer.failure, account, timeoutMs);
  };
  return {
    async get(account) {
      const value = await ask({ name: "get", service, account }, account);
      return typeof value === "string" ? (decodeBase64(value) ?? null) : null;
    },
    async set(account, secret) {
      if (process.platform === "win32" && secret.length > WINDOWS_LIMIT) {
        throw entryTooLarge(account, secret.length);
      }
      await ask({ name: "set", service, account, secret: base64(secret) }, account);
    },
    async remove(account) {
      await ask({ name: "remove", service, account }, account);
    },
    async find() {
      const value = await ask({ name: "find", service }, service);
      return Array.isArray(value) ? value.flatMap(toFound) : [];
    },
  };
}

/** Asks again for as long as the keychain is only too busy; each request may be made twice. */
async function askPatiently(request: KeychainRequest, timeoutMs: number): Promise<KeychainAnswer> {
  const end = performance.now() + timeoutMs;
  for (let longestMs = FIRST_PAUSE_MS; ; longestMs = Math.min(longestMs * 2, LONGEST_PAUSE_MS)) {
    const answer = await askKeychain(request, Math.max(1, end - performance.now()));
    // Uneven, so that processes that were turned away together do not come back together.
    const pauseMs = longestMs * (0.5 + Math.random() / 2);
    if (!isTooBusy(answer.failure) || performance.now() + pauseMs >= end) return answer;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

/**
 * The bytes that stand for a record in a keychain: ASCII, and an even number of them. Windows lists entries by reading all of them as UTF-16,
 * and one that cannot be read so hides all others.
 */
export function toSecret(record: string): Uint8Array {
  // By UTF-16 units, as JSON escapes them.
  const ascii = record.replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return new TextEncoder().encode(ascii.length % 2 === 0 ? ascii : `${ascii} `);
}

/** The record that the bytes stand for; `undefined` for bytes that are no text. */
export function fromSecret(secret: Uint8Array): string | undefined {
  return decodeUtf8(secret);
}

function sizeOf(secret: string): number {
  return decodeBase64(secret)?.length ?? 0;
}

function toFound(value: unknown): readonly FoundEntry[] {
  if (!isRecord(value)) return [];
  const { account, password } = value;
  return typeof account === "string" && typeof password === "string" ? [{ account, text: password }] : [];
}
