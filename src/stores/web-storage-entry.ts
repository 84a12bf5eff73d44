import { isRecord, parseJson } from "../base/encoding.js";
import { StagedoorError } from "../base/errors.js";
import type { StoredToken, TokenKey } from "../token/store.js";
import { ABSENT } from "../token/store.js";
import { keyText } from "./key.js";
import { parseRecordOf } from "./record.js";

/** What is needed of the browser's `localStorage` or `sessionStorage`. */
export interface WebStorage {
  readonly length: number;
  key(index: number): string | null;
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
}

export const TOKEN_PREFIX = "stagedoor:token:";
const ASIDE_PREFIX = "stagedoor:corrupt:";

const TOMBSTONE_VERSION = 1;

/** What is stored under a key. */
export type Entry =
  | { readonly kind: "record"; readonly generation: number; readonly stored: StoredToken }
  /** Nothing, or what is left after a removal: the generation, so that it does not come back. */
  | { readonly kind: "absent"; readonly generation: number }
  | { readonly kind: "newer" }
  | { readonly kind: "corrupt"; readonly text: string; readonly why: string };

/** Reads what lies under a key. */
export function parseEntry(key: TokenKey, text: string | null): Entry {
  if (text === null) return { kind: "absent", generation: ABSENT };
  const removed = removedGeneration(text);
  if (removed !== undefined) return { kind: "absent", generation: removed };
  const content = parseRecordOf(key, text);
  if (content.kind === "newer") return content;
  if (content.kind === "corrupt") return { ...content, text };
  return { kind: "record", generation: content.stored.generation, stored: content.stored };
}

/** The generation in what `serializeTombstone` wrote; `undefined` for anything else. */
export function removedGeneration(text: string): number | undefined {
  const data = parseJson(text);
  const isTombstone = isRecord(data) && data.version === TOMBSTONE_VERSION && isGeneration(data.removed);
  return isTombstone ? Number(data.removed) : undefined;
}

/** What stays behind when a token is removed; it holds nothing secret. */
export function serializeTombstone(generation: number): string {
  return JSON.stringify({ version: TOMBSTONE_VERSION, removed: generation });
}

/** The name of the entry of a key. */
export function entryName(key: TokenKey): string {
  return TOKEN_PREFIX + keyText(key);
}

/** The names in a storage that begin with `prefix`. */
export function namesIn(storage: WebStorage, prefix: string): readonly string[] {
  const names = Array.from({ length: storage.length }, (_, index) => storage.key(index));
  return names.filter((name) => name !== null).filter((name) => name.startsWith(prefix));
}

/** A name that is free, for what cannot be used and yet should not be lost. */
export function asideName(storage: WebStorage, key: TokenKey, now: number): string {
  for (let number = now; ; number++) {
    const name = `${ASIDE_PREFIX}${number}:${keyText(key)}`;
    if (storage.getItem(name) === null) return name;
  }
}

/** Deletes what was set aside of a key: whoever removes a token wants none left, and these may hold one. */
export function removeAside(storage: WebStorage, key: TokenKey): void {
  for (const name of namesIn(storage, ASIDE_PREFIX)) {
    const rest = name.slice(ASIDE_PREFIX.length);
    if (rest.slice(rest.indexOf(":") + 1) === keyText(key)) storage.removeItem(name);
  }
}

/** Our error for what the browser answered to reading; our own errors pass. */
export function readingFailed(error: unknown): StagedoorError {
  return error instanceof StagedoorError
    ? error
    : (forbidden(error) ?? failed("store-unreadable", "read", error));
}

/** Our error for what the browser answered to writing; our own errors pass. */
export function writingFailed(error: unknown): StagedoorError {
  if (error instanceof StagedoorError) return error;
  // Firefox has a name of its own for it.
  if (["QuotaExceededError", "NS_ERROR_DOM_QUOTA_REACHED"].includes(nameOf(error))) {
    return new StagedoorError(
      "store-unwritable",
      "The token could not be saved: the browser's storage for this page is full.",
      {
        hint: "Remove what the page no longer needs from it, then try again.",
      },
    );
  }
  return forbidden(error) ?? failed("store-unwritable", "written", error);
}

function forbidden(error: unknown): StagedoorError | undefined {
  if (nameOf(error) !== "SecurityError") return undefined;
  return new StagedoorError("store-unavailable", "The browser does not let this page use its storage.", {
    hint: "Allow cookies and site data for this page, or keep the token in memory: webStorageStore()",
  });
}

function failed(code: "store-unreadable" | "store-unwritable", what: string, error: unknown): StagedoorError {
  return new StagedoorError(code, `The browser's storage could not be ${what} (${nameOf(error)}).`, {
    hint: "Keep the token in memory where this goes on: webStorageStore()",
  });
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "unknown error";
}

function isGeneration(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0;
}
