import { userInfo } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { hasCode, StagedoorError } from "../base/errors.js";
import { configDirectory } from "./file-config-directory.js";
import type { HeldFileLock } from "./file-lock.js";
import { nameStem } from "./file-name.js";

const ELSEWHERE =
  "The locks may lie in another directory that all who share the keychain can write: keychainStore({ lockDirectory }).";

/**
 * The directory of a service's lock files.
 *
 * The keychain is the user's, whatever HOME, XDG_CONFIG_HOME or the working directory are; so the locks lie in the home directory that the
 * system's list of users has, which no variable changes.
 *
 * @param named where the locks shall be instead
 * @throws StagedoorError `store-lock-unavailable` when the user has no home directory
 */
export function lockDirectoryOf(service: string, named: string | undefined): string {
  if (named !== undefined) return join(resolve(named), nameStem([service]));
  const directory = configDirectory(process.platform, {}, homeOfUser());
  if (isAbsolute(directory)) return join(directory, "stagedoor", "keychain-locks", nameStem([service]));
  throw new StagedoorError(
    "store-lock-unavailable",
    "The keychain cannot be locked: the system knows no home directory of this user.",
    { hint: ELSEWHERE },
  );
}

/** Runs `action` by `locking`, and says of a lock that cannot be had what can be done about it here. */
export async function lockedOrAdvised<T, A>(
  locking: (action: (lock: HeldFileLock) => Promise<A>) => Promise<T>,
  action: (lock: HeldFileLock) => Promise<A>,
): Promise<T> {
  let hasBegun = false;
  try {
    return await locking((lock) => {
      hasBegun = true;
      return action(lock);
    });
  } catch (error) {
    if (hasBegun || !hasCode(error, "store-lock-unavailable")) throw error;
    throw error.advise([error.hint, ELSEWHERE].filter((part) => part !== undefined).join(" "));
  }
}

function homeOfUser(): string {
  try {
    return userInfo().homedir;
  } catch {
    // A user who is in no list of users, as in some containers.
    return "";
  }
}
