import type { Stats } from "node:fs";
import { constants } from "node:fs";
import { copyFile, type FileHandle, link, lstat, open, rename, unlink } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { buffer } from "node:stream/consumers";
import { decodeUtf8 } from "../base/encoding.js";
import { StagedoorError } from "../base/errors.js";
import { randomString } from "../base/random.js";
import { syncDirectory } from "../stores/file-directory.js";
import { nextStep, systemCode, unwritable, writingFailed } from "../stores/file-error.js";
import { checkPlainFile } from "../stores/file-private.js";
import type { Context } from "./context.js";

/** What stands for standard input or output in place of a file. */
export const STANDARD_STREAM = "-";

const READ_ONLY_HINT = "The file system is read-only: name a file on another one.";
const PIPE_HINT = "What comes from a pipe is read from standard input: cat FILE | stagedoor import -";

/** A token file of many logins is a few KiB. */
const MAX_BYTES = 256 * 1024;

/** A file as it was when it was read. */
export interface ReadFile {
  readonly text: string;
  readonly stats: Stats;
}

/**
 * Reads the file that a person named, or standard input; nothing of it is changed.
 *
 * @throws StagedoorError `argument-invalid`
 */
export async function readTokenFile({ stdin }: Context, path: string): Promise<string> {
  if (path === STANDARD_STREAM) return decoded(await buffer(stdin), "standard input");
  try {
    return (await read(path)).text;
  } catch (error) {
    if (error instanceof StagedoorError) throw error;
    const code = systemCode(error);
    throw new StagedoorError("argument-invalid", `The file ${path} cannot be read (${code}).`, {
      hint: code === "ENOENT" ? "See if the name is right." : nextStep(code, path),
    });
  }
}

/**
 * What a file holds that is about to be written.
 *
 * @returns `undefined` when it is not there
 * @throws StagedoorError `store-unwritable` when it is anything else than a plain file of this user, `argument-invalid`
 */
export async function readTarget(path: string): Promise<ReadFile | undefined> {
  try {
    checkPlain(path, await lstat(path));
    return await read(path);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw writingFailed(path, error);
  }
}

/**
 * Writes a file for this user alone, as a whole or not at all.
 *
 * @param before what it held when that was read; `undefined` when it must not be there
 * @throws StagedoorError `store-unwritable`
 */
export async function writeTokenFile(
  path: string,
  text: string,
  before: ReadFile | undefined,
): Promise<void> {
  const directory = dirname(resolve(path));
  const temporary = join(directory, `.stagedoor-${randomString(16)}.tmp`);
  try {
    const handle = await open(temporary, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (before === undefined) {
      await putNew(temporary, path);
    } else {
      await checkUnchanged(path, before.stats);
      await rename(temporary, path);
    }
    await syncDirectory(directory);
  } catch (error) {
    const code = systemCode(error);
    if (code === "EEXIST") throw exists(path);
    if (code === "EROFS") throw unwritable(path, `cannot be written (${code})`, READ_ONLY_HINT);
    throw writingFailed(path, error);
  } finally {
    // Gone already where it was renamed.
    await unlink(temporary).catch(() => undefined);
  }
}

/** The error for a file that is there and was not to be replaced. */
export function exists(path: string): StagedoorError {
  return unwritable(path, "is there already", "Replace it with --force, or name another file.");
}

async function read(path: string): Promise<ReadFile> {
  // Never waiting for the other end of a FIFO.
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) {
      const hint = stats.isDirectory() ? "Name a file in it." : PIPE_HINT;
      throw new StagedoorError("argument-invalid", `${path} is not a plain file.`, { hint });
    }
    return { text: decoded(await bytesOf(handle, stats.size), path), stats };
  } finally {
    await handle.close();
  }
}

async function bytesOf(handle: FileHandle, size: number): Promise<Uint8Array> {
  // One byte too many is enough to see that there are too many.
  const bytes = new Uint8Array(Math.min(size, MAX_BYTES) + 1);
  let length = 0;
  while (length < bytes.length) {
    const { bytesRead } = await handle.read(bytes, length, bytes.length - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return bytes.subarray(0, length);
}

function decoded(bytes: Uint8Array, place: string): string {
  const why = (what: string) =>
    new StagedoorError("argument-invalid", `What ${place} holds is no token file: ${what}.`, {
      hint: "See if the name is right.",
    });
  if (bytes.length > MAX_BYTES) throw why("it is larger than 256 KiB");
  const text = decodeUtf8(bytes);
  if (text === undefined) throw why("it is not UTF-8");
  // `TextDecoder` takes a byte order mark off; whoever reads the text is to know that it was there.
  const [first, second, third] = bytes;
  return first === 0xef && second === 0xbb && third === 0xbf ? `\ufeff${text}` : text;
}

function checkPlain(path: string, stats: Stats): void {
  if (stats.isSymbolicLink()) {
    throw unwritable(path, "is a symbolic link", "Name the file that it leads to.");
  }
  checkPlainFile(path, stats, (where, why) => unwritable(where, why, "Name another file."));
}

/** Gives the finished file its name; that fails when the name is taken, whoever took it and when. */
async function putNew(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path);
  } catch (error) {
    // File systems without hard links, such as those of USB sticks.
    if (!["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP"].includes(systemCode(error))) throw error;
    await copyFile(temporary, path, constants.COPYFILE_EXCL);
  }
}

/** What another program wrote since the file was read must not be lost. */
async function checkUnchanged(path: string, before: Stats): Promise<void> {
  const now = await lstat(path);
  checkPlain(path, now);
  if (now.ino === before.ino && now.mtimeMs === before.mtimeMs && now.size === before.size) return;
  throw unwritable(path, "was changed by another program just now", "End that program, then try again.");
}
