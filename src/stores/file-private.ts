import type { Stats } from "node:fs";
import { constants } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { lstat, open, readdir, rename, unlink } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { MINUTE } from "../base/clock.js";
import { decodeUtf8 } from "../base/encoding.js";
import { randomString } from "../base/random.js";
import type { Refuse, Report } from "./file-directory.js";
import { isForeign, isOpenToOthers, syncNames } from "./file-directory.js";
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
export async function readPrivateFile(path: string, report: Report): Promise<string | undefined | null> {
  const handle = await openToRead(path);
  if (handle === null) return null;
  try {
    const stats = await handle.stat();
    checkPlainFile(path, stats, unreadable);
    if (stats.size > MAX_BYTES) {
      throw unreadable(
        path,
        `is too large for a token (${stats.size} bytes)`,
        "Move it away, then log in again.",
      );
    }
    if (isOpenToOthers(stats)) {
      // A read-only file system refuses this; what is in the file can be used all the same.
      const closed = await handle.chmod(PRIVATE).then(
        () => "was closed to them (mode 0600)",
        (error: unknown) => `could not be closed to them (${systemCode(error)})`,
      );
      report(`${path} was open to other users and ${closed}.`);
    }
    return decodeUtf8(await readAll(handle, path, stats.size));
  } finally {
    await handle.close();
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
 * @throws system errors as they come
 */
export async function replacePrivateFile(
  directory: string,
  name: string,
  mark: string,
  text: string,
): Promise<void> {
  const temporary = join(directory, temporaryName(mark));
  const handle = await open(
    temporary,
    constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | NO_FOLLOW,
    PRIVATE,
  );
  try {
    let now: number;
    try {
      const stats = await handle.stat();
      // The file system's own clock: a network drive's need not agree with ours.
      now = stats.mtimeMs;
      await sweep(directory, mark, now - LEFT_OVER_MS, temporary);
      const bytes = new TextEncoder().encode(text);
      let written = 0;
      while (written < bytes.length) {
        written += (await handle.write(bytes, written, bytes.length - written, written)).bytesWritten;
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    await withDirectorySync(directory, () => renameOver(temporary, join(directory, name)));
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
}

/** Removes a file for good; one that is not there is removed already. */
export async function removePrivateFile(directory: string, name: string, mark: string): Promise<void> {
  await sweep(directory, mark, 0);
  await withDirectorySync(directory, async () => {
    await unlink(join(directory, name)).catch((error: unknown) => {
      if (!isAbsent(error)) throw error;
    });
  });
}

async function openToRead(path: string): Promise<FileHandle | null> {
  try {
    if (NO_FOLLOW === 0) checkPlainFile(path, await lstat(path), unreadable);
    return await open(path, constants.O_RDONLY | CAREFUL);
  } catch (error) {
    if (isAbsent(error)) return null;
    if (systemCode(error) === "ELOOP") {
      throw unreadable(path, "is a symbolic link", "Replace it by the file itself, then try again.");
    }
    throw error;
  }
}

async function readAll(handle: FileHandle, path: string, size: number): Promise<Uint8Array> {
  // One byte more than there should be, so that a file that grows meanwhile is noticed.
  const bytes = new Uint8Array(size + 1);
  let length = 0;
  while (length < bytes.length) {
    const { bytesRead } = await handle.read(bytes, length, bytes.length - length, length);
    if (bytesRead === 0) return bytes.subarray(0, length);
    length += bytesRead;
  }
  throw unreadable(path, "is being written by another program", "End that program, then try again.");
}

function temporaryName(mark: string): string {
  return `${mark}${randomString(16)}.tmp`;
}

/** Deletes what crashed writers left behind: of this entry any, since only the holder of its lock writes; of others only old ones. */
async function sweep(directory: string, mark: string, olderThan: number, except?: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    if (!/^\.[0-9a-f]{16}-.*\.tmp$/.test(name) || path === except) continue;
    try {
      if (name.startsWith(mark) || (await lstat(path)).mtimeMs < olderThan) await unlink(path);
    } catch {
      // Somebody else swept it, or it is no file of ours; neither may stop the write.
    }
  }
}

/** Makes a change in a directory and waits until the disk has it. */
async function withDirectorySync(directory: string, change: () => Promise<void>): Promise<void> {
  // Windows cannot open a directory, and keeps its names safe without being asked.
  if (process.platform === "win32") return change();
  // Opened before the change: afterwards it would be too late to run out of file descriptors.
  const handle = await open(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await change();
    await syncNames(handle);
  } finally {
    await handle.close();
  }
}

async function renameOver(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await rename(from, to);
    } catch (error) {
      // On Windows a virus scanner or a reader may hold the old file for a moment.
      const passing =
        process.platform === "win32" && ["EPERM", "EACCES", "EBUSY"].includes(systemCode(error));
      if (!passing || attempt === 10) throw error;
      await pause(attempt * 10);
    }
  }
}
