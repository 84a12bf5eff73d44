import { StagedoorError } from "../base/errors.js";
import type { KeychainEntries } from "./keychain-entries.js";
import { KEYCHAIN_NAME } from "./keychain-failure.js";

/** `~` is in no name of an entry that is in use. */
const MARK = "~corrupt-";

/** True for an entry that was moved out of the way. */
export function isSetAside(account: string): boolean {
  return account.includes(MARK);
}

/**
 * Files what cannot be used under another name; it may hold what a person can still rescue, so it is not deleted.
 *
 * @param why what is wrong with it
 * @param now milliseconds since the Unix epoch, for the new name
 * @returns the error that tells of it
 */
export async function setAside(
  entries: KeychainEntries,
  account: string,
  secret: Uint8Array,
  why: string,
  now: number,
): Promise<StagedoorError> {
  const said = `The entry "${account}" of the keychain (${KEYCHAIN_NAME}) cannot be used: ${why}.`;
  let place = `${account}${MARK}${now}`;
  for (let count = 2; (await entries.get(place)) !== null; count++)
    place = `${account}${MARK}${now}-${count}`;
  await entries.set(place, secret);
  await entries.remove(account);
  return new StagedoorError("store-corrupt", `${said} It was renamed "${place}".`, {
    hint: "Log in again: stagedoor login",
  });
}

/** Removes what was set aside of an entry: whoever removes a token wants none left, and these may hold one. */
export async function removeSetAside(entries: KeychainEntries, account: string): Promise<void> {
  for (const other of await entries.find()) {
    if (other.account.startsWith(`${account}${MARK}`)) await entries.remove(other.account);
  }
}
