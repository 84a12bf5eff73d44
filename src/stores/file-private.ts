import type { Stats } from "node:fs";
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { MINUTE } from "../base/clock.js";
import { decodeUtf8 } from "../base/encoding.js";
import { randomString } from "../base/random.js";
import type { Refuse, Report } from "./file-directory.js";
import { isForeign, isOpenToOthers, openDirectory, sync } from "./file-directory.js";
import { isAbsent, systemCode, unreadable } from "./file-error.js";

/** A token file is about 2 KiB; what is larger than this is none. */
const MAX_BYTES = 256 * 1024;

/** How old another entry's temporary file must be before it counts as left over. */
const LEFT_OVER_MS = 5 * MINUTE;

const PRIVATE = 0o600;

// Windows has neither flag; there the file is looked at before it is opened.
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
/** Never through a link, and never waiting for the other end of a FIFO. */
export const CAREFUL = NO_FOLLOW | (constants.O_NONBLOCK ?? 0);

/**
 * Reads a file that must be a plain file of this user.
 *
 * @returns its text, `undefined` for bytes that are not UTF-8, or `null` when there is no such file
 * @throws StagedoorError `store-unreadable` for anything else than a plain file; system errors as they come
 */
export function readPrivateFile(path: string, report: Report): string | undefined | null {
  const fd = openToRead(path);
  if (fd === null) return null;
  try {
    const stats = fstatSync(fd);
    checkPlainFile(path, stats, unreadable);
    if (stats.size > MAX_BYTES) {
      throw unreadable(
        path,
        `is too large for a token (${stats.size} bytes)`,
        "Move it away, then log in again.",
      );
    }
    if (isOpenToOthers(stats)) report(`${path} was open to other users and ${closeToOthers(fd)}.`);
    return decodeUtf8(readAll(fd, path, stats.size));
  } finally {
    closeSync(fd);
  }
}

function closeToOthers(fd: number): string {
  try {
    fchmodSync(fd, PRIVATE);
    return "was closed to them (mode 0600)";
  } catch (error) {
    // A read-only file system refuses this; what is in the file can be used all the same.
    return `could not be closed to them (${systemCode(error)})`;
  }
}

/** Refuses everything but a plain file of this user with one name. */
export function checkPlainFile(path: string, stats: Stats, refuse: Refuse): void {
  const away = "Move it away, then log in again.";
  if (!stats.isFile()) throw refuse(path, "is not a plain file", away);
  if (isForeign(stats)) throw refuse(path, `belongs to another user (uid ${stats.uid})`, away);
  // A second name lies where our directory's mode does not guard it. None at all: replaced since it was opened.
  if (stats.nlink > 1) throw refuse(path, "has a second name (a hard link)", away);
}

/**
 * Replaces a file as a whole, for this user alone: a reader finds the old content or the new, and the new survives a power cut.
 *
 * On failure the old file is as it was, but for one case: when only the directory's sync fails, the new content is there and may not
 * survive a power cut. The caller must be the only writer of `name`: temporary files that bear its mark
 * are taken for left over.
 *
 * @param mark what the temporary files of this entry, and of no other, begin with
 * @param mayReplace asked at the very last moment, after which nothing is waited for; when false, nothing is changed
 * @returns whether it was replaced
 * @throws system errors as they come
 */
export async function replacePrivateFile(
  directory: string,
  name: string,
  mark: string,
  text: string,
  mayReplace: () => boolean,
): Promise<boolean> {
  const temporary = join(directory, temporaryName(mark));
  let now: number;
  try {
    now = await writePrivateFile(temporary, text);
    // Opened before the change: afterwards it would be too late to run out of file descriptors.
    const opened = openDirectory(directory);
    try {
      if (!(await renameOver(temporary, join(directory, name), mayReplace))) {
        removeIfThere(temporary);
        return false;
      }
      await opened.syncNames();
    } finally {
      opened.close();
    }
  } catch (error) {
    removeIfThere(temporary);
    throw error;
  }
  try {
    // Only now: until the new content is safe, a crash would lose it.
    sweep(directory, mark, now - LEFT_OVER_MS);
  } catch {
    // What was written is written.
  }
  return true;
}

/** Removes a file for good; one that is not there is removed already. */
export async function removePrivateFile(directory: string, name: string, mark: string): Promise<void> {
  sweep(directory, mark, 0);
  const opened = openDirectory(directory);
  try {
    try {
      unlinkSync(join(directory, name));
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
    await opened.syncNames();
  } finally {
    opened.close();
  }
}

/** @returns when it was made, by the file system's own clock: a network drive's need not agree with ours */
async function writePrivateFile(path: string, text: string): Promise<number> {
  const fd = openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | NO_FOLLOW, PRIVATE);
  try {
    const bytes = new TextEncoder().encode(text);
    let written = 0;
    while (written < bytes.length) {
      written += writeSync(fd, bytes, written, bytes.length - written, written);
    }
    const { mtimeMs } = fstatSync(fd);
    await sync(fd);
    return mtimeMs;
  } finally {
    closeSync(fd);
  }
}

function openToRead(path: string): number | null {
  try {
    if (NO_FOLLOW === 0) checkPlainFile(path, lstatSync(path), unreadable);
    return openSync(path, constants.O_RDONLY | CAREFUL);
  } catch (error) {
    if (isAbsent(error)) return null;
    if (systemCode(error) === "ELOOP") {
      throw unreadable(path, "is a symbolic link", "Replace it by the file itself, then try again.");
    }
    throw error;
  }
}

function readAll(fd: number, path: string, size: number): Uint8Array {
  // One byte more than there should be, so that a file that grows meanwhile is noticed.
  const bytes = new Uint8Array(size + 1);
  let length = 0;
  while (length < bytes.length) {
    const count = readSync(fd, bytes, length, bytes.length - length, length);
    if (count === 0) return bytes.subarray(0, length);
    length += count;
  }
  throw unreadable(path, "is being written by another program", "End that program, then try again.");
}

function temporaryName(mark: string): string {
  return `${mark}${randomString(16)}.tmp`;
}

/** Deletes what crashed writers left behind: of this entry any, since only the holder of its lock writes; of others only old ones. */
function sweep(directory: string, mark: string, olderThan: number): void {
  for (const name of readdirSync(directory)) {
    if (!/^\.[0-9a-f]{16}-.*\.tmp$/.test(name)) continue;
    const path = join(directory, name);
    try {
      if (name.startsWith(mark) || lstatSync(path).mtimeMs < olderThan) unlinkSync(path);
    } catch {
      // Somebody else swept it, or it is no file of ours; neither may stop the write.
    }
  }
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // The failure that led here counts, not this one.
  }
}

async function renameOver(from: string, to: string, mayReplace: () => boolean): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    if (!mayReplace()) return false;
    try {
      renameSync(from, to);
      return true;
    } catch (error) {
      // On Windows a virus scanner or a reader may hold the old file for a moment.
      const passing =
        process.platform === "win32" && ["EPERM", "EACCES", "EBUSY"].includes(systemCode(error));
      if (!passing || attempt === 10) throw error;
      await pause(attempt * 10);
    }
  }
}
