import { createHash } from "node:crypto";
import type { TokenKey } from "../token/store.js";

/** What every token file ends in, and nothing else in the directory does. */
export const TOKEN_SUFFIX = ".json";

/** Leaves room for the endings of set-aside files, also on encrypted home directories (eCryptfs: 143 characters a name). */
const MAX_LENGTH = 110;

/** Names that Windows gives to devices, with whatever extension. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/;

/**
 * The name, without ending, that a key's files have in a flat directory.
 *
 * @example
 * fileStem({ provider: "spotify", clientId: "abc", profile: "Mia" }); // "spotify+abc+_004dia"
 */
export function fileStem(key: TokenKey): string {
  return nameStem([key.provider, key.clientId, key.profile]);
}

/**
 * One name for these parts and for no others, which every file system and keychain can bear.
 *
 * Lower-case letters, digits, `-` and `.` stand for themselves; every other UTF-16 unit is written `_` and four hexadecimal digits, so that
 * two never share a name, not even where upper and lower case are the same. `+` stands between the parts. What would be
 * too long, or a device on Windows, is named by its SHA-256; that name has one `+`, and so is neither a key's nor that of one part.
 */
export function nameStem(parts: readonly string[]): string {
  const stem = parts.map(encodePart).join("+");
  if (stem.length <= MAX_LENGTH && !stem.startsWith(".") && !DEVICE.test(stem)) return stem;
  return `sha256+${createHash("sha256").update(JSON.stringify(parts)).digest("hex")}`;
}

/** The name of the file that holds the key's token. */
export function tokenFileName(key: TokenKey): string {
  return fileStem(key) + TOKEN_SUFFIX;
}

/** What the temporary files of a stem, and of no other, begin with: short, whatever the length of the name. */
export function temporaryMark(stem: string): string {
  return `.${createHash("sha256").update(stem).digest("hex").slice(0, 16)}-`;
}

function encodePart(part: string): string {
  // Without the `u` flag: a lone half of a surrogate pair must keep its own number too.
  return part.replace(/[^a-z0-9.-]/g, (unit) => `_${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
