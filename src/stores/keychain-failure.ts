import { SECOND } from "../base/clock.js";
import { StagedoorError } from "../base/errors.js";
import type { KeychainFailure } from "./keychain-process.js";

/** What the keychain is called where this runs. */
export const KEYCHAIN_NAME: string =
  process.platform === "darwin"
    ? "macOS Keychain"
    : process.platform === "win32"
      ? "Windows Credential Manager"
      : "Secret Service";

/** How many bytes one entry may have on Windows (CRED_MAX_CREDENTIAL_BLOB_SIZE). */
export const WINDOWS_LIMIT = 2560;

const OR_FILES = "or keep the tokens in files: use the file store (STAGEDOOR_STORE=file for the command).";
const UNLOCK =
  process.platform === "linux"
    ? `Unlock it (with the desktop's Passwords and Keys, or: gnome-keyring-daemon --unlock), ${OR_FILES}`
    : `Unlock it and allow the access, ${OR_FILES}`;
const START =
  process.platform === "linux"
    ? `Run this in a desktop session, or in one with a Secret Service (dbus-run-session and gnome-keyring-daemon), ${OR_FILES}`
    : `Log in at the machine itself, ${OR_FILES}`;

const LOCKED =
  /prompt was dismissed|prompt dismissed|islocked|is locked|user canceled|interaction is not allowed/i;
const AMBIGUOUS = /matched by \d+ credentials|ambiguous/i;
const TOO_BUSY = /did not receive a reply|error\.(?:NoReply|LimitsExceeded)/i;
const TOO_LONG = /longer than|too long|exceeds/i;

/**
 * The error for a call of the keychain that failed. The system's own words stay behind.
 *
 * @param account the entry that it was about
 */
export function keychainError(failure: KeychainFailure, account: string, timeoutMs: number): StagedoorError {
  switch (failure.kind) {
    case "missing":
      return unavailable(
        `@napi-rs/keyring is not installed for ${process.platform}-${process.arch}`,
        `Install it: npm install @napi-rs/keyring (without --omit=optional), ${OR_FILES}`,
      );
    case "unanswered":
      return unavailable(`it did not answer within ${timeoutMs / SECOND} seconds; it may be locked`, UNLOCK);
    case "ended":
      return unavailable("the process that asks it ended", `Try again, ${OR_FILES}`);
    case "refused":
      return refused(failure.words, account);
  }
}

/** The error for a place that cannot be reached at all. */
function unavailable(why: string, hint: string): StagedoorError {
  return new StagedoorError("store-unavailable", `The keychain (${KEYCHAIN_NAME}) cannot be used: ${why}.`, {
    hint,
  });
}

/** The error for an entry that cannot be read for what it is. */
export function entryUnreadable(account: string, why: string, hint: string): StagedoorError {
  return new StagedoorError(
    "store-unreadable",
    `The entry "${account}" of the keychain (${KEYCHAIN_NAME}) cannot be read: ${why}.`,
    { hint },
  );
}

/** The error for an entry that could not be written. */
export function entryUnwritable(account: string, why: string, hint: string): StagedoorError {
  return new StagedoorError(
    "store-unwritable",
    `The token could not be saved as the entry "${account}" of the keychain (${KEYCHAIN_NAME}): ${why}.`,
    { hint },
  );
}

export function entryTooLarge(account: string, bytes: number): StagedoorError {
  const limit = process.platform === "win32" ? `, of ${WINDOWS_LIMIT} that it may have` : "";
  return entryUnwritable(
    account,
    `it is too large (${bytes} bytes${limit})`,
    "Ask for fewer scopes (stagedoor login --reset-scopes), or use the file store (STAGEDOOR_STORE=file for the command).",
  );
}

function refused(words: string, account: string): StagedoorError {
  if (LOCKED.test(words)) return unavailable("it is locked, and was not unlocked", UNLOCK);
  if (AMBIGUOUS.test(words)) {
    return entryUnreadable(
      account,
      "another program has stored one with the same name",
      "Remove the one that is not stagedoor's with the system's program for passwords, then try again.",
    );
  }
  // D-Bus names its errors; such a name says more than our guess, and can hold nothing secret.
  const name = /\borg\.freedesktop\.[A-Za-z.]+/.exec(words)?.[0];
  const known = name === undefined ? "" : ` (${name})`;
  return unavailable(`there is none that can be reached from here${known}`, START);
}

/**
 * True for a refusal that comes of too many asking at once: a message bus or a service that drops calls answers others. Seen from 32
 * processes on.
 */
export function isTooBusy(failure: KeychainFailure | undefined): boolean {
  return failure?.kind === "refused" && TOO_BUSY.test(failure.words);
}

/** True for a refusal because of the size of the secret. */
export function isTooLong(failure: KeychainFailure): boolean {
  return failure.kind === "refused" && TOO_LONG.test(failure.words);
}
