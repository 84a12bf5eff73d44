import { isRecord, parseJson } from "../base/encoding.js";
import { StagedoorError } from "../base/errors.js";
import { parseToken, serializeToken } from "../token/serialization.js";
import type { StoredToken, TokenKey } from "../token/store.js";
import { equalKeys } from "./key.js";

const VERSION = 1;

/** What a file turned out to hold. */
export type RecordContent =
  | { readonly kind: "record"; readonly key: TokenKey; readonly stored: StoredToken }
  /** Written by a newer stagedoor: to be left alone. */
  | { readonly kind: "newer" }
  | { readonly kind: "corrupt"; readonly why: string };

/** Writes a record as the text of a file. */
export function serializeRecord(key: TokenKey, stored: StoredToken): string {
  const { provider, clientId, profile } = key;
  return JSON.stringify({
    version: VERSION,
    generation: stored.generation,
    key: { provider, clientId, profile },
    token: parseJson(serializeToken(stored.token)),
  });
}

/** Reads what `serializeRecord` wrote; `undefined` stands for bytes that are not even text. */
export function parseRecord(text: string | undefined): RecordContent {
  const data = text === undefined ? undefined : parseJson(text);
  if (!isRecord(data)) return { kind: "corrupt", why: "it is not a JSON object" };
  if (isNewer(data) || (isRecord(data.token) && isNewer(data.token))) return { kind: "newer" };
  if (data.version !== VERSION) return { kind: "corrupt", why: "it names no version" };
  const { generation, key } = data;
  if (typeof generation !== "number" || !Number.isSafeInteger(generation) || generation <= 0) {
    return { kind: "corrupt", why: "its generation is missing or wrong" };
  }
  if (!isKey(key)) return { kind: "corrupt", why: "it does not say whose token it is" };
  try {
    const stored = { generation, token: parseToken(JSON.stringify(data.token) ?? "") };
    return { kind: "record", key, stored };
  } catch (error) {
    if (!(error instanceof StagedoorError)) throw error;
    return { kind: "corrupt", why: "the token in it is incomplete" };
  }
}

/** As `parseRecord`, but the record of another key counts as corrupt: files were swapped or copied. */
export function parseRecordOf(wanted: TokenKey, text: string | undefined): RecordContent {
  const content = parseRecord(text);
  if (content.kind !== "record" || equalKeys(content.key, wanted)) return content;
  return { kind: "corrupt", why: "it holds the token of another profile" };
}

function isNewer(data: Record<string, unknown>): boolean {
  return typeof data.version === "number" && data.version > VERSION;
}

function isKey(value: unknown): value is TokenKey {
  return (
    isRecord(value) &&
    [value.provider, value.clientId, value.profile].every((part) => typeof part === "string")
  );
}
