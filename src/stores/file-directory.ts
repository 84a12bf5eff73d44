import type { Stats } from "node:fs";
import { chmodSync, closeSync, constants, fsync, lstatSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";
import type { StagedoorError } from "../base/errors.js";
import { isAbsent, systemCode } from "./file-error.js";

/** Takes a sentence about something that was found amiss and mended or passed over. */
export type Report = (problem: string) => void;

/** Makes an error from a path, what is wrong with it, and the next step. */
export type Refuse = (path: string, why: string, hint: string) => StagedoorError;

/** Waits until the disk has what was written to an opened file. */
export const sync: (fd: number) => Promise<void> = promisify(fsync);

const GROUP_AND_OTHERS = 0o077;
const STICKY = 0o1000;

/** The user that files must belong to; `undefined` on Windows, where neither owners nor modes are told this way. */
export function currentUser(): number | undefined {
  return process.geteuid?.();
}

/** True when somebody else may do anything with it, as far as modes are told on this platform. */
export function isOpenToOthers(stats: Stats): boolean {
  return currentUser() !== undefined && (stats.mode & GROUP_AND_OTHERS) !== 0;
}

/** True when it belongs to another user. */
export function isForeign(stats: Stats): boolean {
  const user = currentUser();
  return user !== undefined && stats.uid !== user;
}

/** Makes the directory, and those above it that are missing, for the user alone; then checks it. */
export async function makePrivateDirectory(path: string, refuse: Refuse, report: Report): Promise<void> {
  const first = makeDirectories(path);
  if (first !== undefined) await syncNewDirectories(first, path);
  checkPrivateDirectory(path, refuse, report);
}

/**
 * What `mkdir` does when it is recursive, but for one thing: where a file system says that a directory's parent is missing although
 * it is there (`/proc` does), Node's own tries for ever.
 *
 * @param mayClimb whether the directories above may be made
 * @returns the first directory that was made, `undefined` when all were there
 */
function makeDirectories(path: string, mayClimb = true): string | undefined {
  try {
    mkdirSync(path, { mode: 0o700 });
    return path;
  } catch (error) {
    if (systemCode(error) === "EEXIST") return undefined;
    if (systemCode(error) !== "ENOENT" || !mayClimb || dirname(path) === path) throw error;
    const first = makeDirectories(dirname(path));
    const own = makeDirectories(path, false);
    return first ?? own;
  }
}

/** Makes the names of new directories survive a power cut too: each is written in the one above it. */
async function syncNewDirectories(first: string, last: string): Promise<void> {
  for (let path = last; path.length >= first.length; path = dirname(path)) await syncDirectory(dirname(path));
}

/** Waits until the disk has the names in a directory. */
export async function syncDirectory(path: string): Promise<void> {
  let directory: OpenDirectory;
  try {
    directory = openDirectory(path);
  } catch (error) {
    // Somebody else's directory may take our names and yet not let itself be opened; it will reach the disk all the same.
    if (systemCode(error) === "EACCES") return;
    throw error;
  }
  try {
    await directory.syncNames();
  } finally {
    directory.close();
  }
}

/** A directory whose names can be made to survive a power cut. */
export interface OpenDirectory {
  syncNames(): Promise<void>;
  close(): void;
}

/** @throws system errors as they come */
export function openDirectory(path: string): OpenDirectory {
  // Windows cannot open a directory, and keeps its names safe without being asked.
  if (process.platform === "win32") return { syncNames: async () => undefined, close: () => undefined };
  const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  return { syncNames: () => syncNames(fd), close: () => closeSync(fd) };
}

async function syncNames(fd: number): Promise<void> {
  await sync(fd).catch((error: unknown) => {
    // Some network file systems know no such thing for directories.
    if (!["EINVAL", "ENOTSUP"].includes(systemCode(error))) throw error;
  });
}

/**
 * Checks that a directory is the user's own; one that is, but lets others in, is closed to them.
 *
 * @returns whether it exists
 */
export function checkPrivateDirectory(path: string, refuse: Refuse, report: Report): boolean {
  let stats: Stats;
  try {
    const own = lstatSync(path);
    // A link that somebody else laid could lead anywhere; root's links are part of the system.
    if (own.isSymbolicLink() && isForeign(own) && own.uid !== 0) {
      throw refuse(path, "is a symbolic link of another user", "Remove it, or choose another directory.");
    }
    stats = own.isSymbolicLink() ? statSync(path) : own;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
  if (!stats.isDirectory()) {
    throw refuse(path, "is not a directory", "Move it away, or choose another directory.");
  }
  if (isForeign(stats)) {
    throw refuse(
      path,
      `belongs to another user (uid ${stats.uid})`,
      "Choose a directory of your own for the tokens, or run as its owner.",
    );
  }
  if (isOpenToOthers(stats)) {
    if ((stats.mode & STICKY) !== 0) {
      throw refuse(
        path,
        "is a directory that all users share",
        "Choose a directory of your own inside it instead.",
      );
    }
    close(path, report);
  }
  return true;
}

function close(path: string, report: Report): void {
  try {
    chmodSync(path, 0o700);
    report(`${path} was open to other users and was closed to them (mode 0700).`);
  } catch (error) {
    // Where nobody can write, nobody can put anything in our way either: a secret mounted read-only must stay readable.
    if (systemCode(error) !== "EROFS") throw error;
    report(`${path} is open to other users, and cannot be closed to them because it is read-only.`);
  }
}
