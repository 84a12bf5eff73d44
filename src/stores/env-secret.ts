import type { Stats } from "node:fs";
import { closeSync, constants, fstatSync, openSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { decodeUtf8 } from "../base/encoding.js";
import { type ErrorCode, StagedoorError } from "../base/errors.js";
import { isAbsent, systemCode } from "./file-error.js";

/** Variables by name, as `process.env` has them. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** A secret and where it was found, in words that do not hold it. */
export interface FoundSecret {
  readonly text: string;
  /** `SPOTIFY_TOKEN`, or `/run/secrets/spotify_token (SPOTIFY_TOKEN_FILE)`. */
  readonly source: string;
}

export interface SecretOptions {
  /** A directory in which the secret may be a file with its name in small letters. Default: none. */
  readonly directory?: string | undefined;
  /** The code of the error for one that cannot be used. */
  readonly code: ErrorCode;
}

/** What is larger is neither a token nor any other secret of ours. */
const MAX_BYTES = 64 * 1024;

/**
 * Finds a secret: in the variable `NAME`, else in the file that `NAME_FILE` names, else in a file of a directory such as Docker's
 * `/run/secrets`. Space around it does not count, and an empty variable counts as absent.
 *
 * A file may be a link, as Kubernetes makes them, but must lead to a plain file.
 *
 * @throws StagedoorError with `options.code`, naming the variable or file and never what is in it, for one that is missing although it was
 * named, cannot be read, is empty, too large or not text
 * @see https://docs.docker.com/engine/swarm/secrets/ (the custom of `…_FILE`)
 */
export function findSecret(
  environment: Variables,
  name: string,
  options: SecretOptions,
): FoundSecret | undefined {
  const { directory, code } = options;
  const value = environment[name]?.trim();
  if (value) return checked(value, name, code);
  const path = environment[`${name}_FILE`]?.trim();
  if (path) {
    const source = `${path} (${name}_FILE)`;
    const text = readText(path, source, code);
    if (text === undefined)
      throw refusal(code, source, "does not exist", `Put the secret there, or unset ${name}_FILE.`);
    return checked(text, source, code);
  }
  if (directory === undefined || !isOpen(directory)) return undefined;
  const inDirectory = join(directory, name.toLowerCase());
  const text = readText(inDirectory, inDirectory, code);
  return text === undefined ? undefined : checked(text, inDirectory, code);
}

/** As `findSecret`, for a secret of one line: control characters in it are refused too. */
export function findSecretLine(
  environment: Variables,
  name: string,
  options: SecretOptions,
): FoundSecret | undefined {
  const found = findSecret(environment, name, options);
  if (found === undefined || !/\p{Cc}/u.test(found.text)) return found;
  throw refusal(
    options.code,
    found.source,
    "has line breaks or other control characters in it",
    CONTENT_HINT,
  );
}

const CONTENT_HINT = "Put nothing but the secret itself there.";

const QUOTED = /^(["']).*\1$/s;
/** `docker run --env-file` is one of those. */
const QUOTES_HINT = "Take the quotation marks away: not every program that reads a .env file does that.";

/** The error for a secret that cannot be used. */
export function refusal(code: ErrorCode, source: string, why: string, hint: string): StagedoorError {
  return new StagedoorError(code, `${source} cannot be used: it ${why}.`, { hint });
}

function checked(text: string, source: string, code: ErrorCode): FoundSecret {
  if (text === "") throw refusal(code, source, "is empty", CONTENT_HINT);
  if (text.length > MAX_BYTES) throw refusal(code, source, "is too large for a secret", CONTENT_HINT);
  if (QUOTED.test(text)) throw refusal(code, source, "begins and ends with a quotation mark", QUOTES_HINT);
  return { text, source };
}

/** False for a directory that is not there, or that this user cannot look into: then it is not there for this program. */
function isOpen(directory: string): boolean {
  try {
    // What only those may ask who may look into it.
    statSync(`${directory}/.`);
    return true;
  } catch {
    return false;
  }
}

/** The text of a plain file, without the space around it; `undefined` when there is none. */
function readText(path: string, source: string, code: ErrorCode): string | undefined {
  try {
    // Never waiting for the other end of a FIFO.
    const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const bytes = readAll(fd, fstatSync(fd), source, code);
      const text = decodeUtf8(bytes)?.trim();
      if (text === undefined) throw refusal(code, source, "is not text in UTF-8", CONTENT_HINT);
      return text;
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (error instanceof StagedoorError) throw error;
    if (isAbsent(error) || systemCode(error) === "ENOTDIR") return undefined;
    throw refusal(
      code,
      source,
      `cannot be read (${systemCode(error)})`,
      `See who may read it: ls -l "${path}"`,
    );
  }
}

function readAll(fd: number, stats: Stats, source: string, code: ErrorCode): Uint8Array {
  const file = "Name a file that holds nothing but the secret.";
  if (stats.isDirectory()) throw refusal(code, source, "is a directory", file);
  if (!stats.isFile()) throw refusal(code, source, "is not a plain file", file);
  // One byte more than there may be; what a file says of its size is not asked, since some say 0.
  const bytes = new Uint8Array(MAX_BYTES + 1);
  let length = 0;
  while (length < bytes.length) {
    const read = readSync(fd, bytes, length, bytes.length - length, length);
    if (read === 0) return bytes.subarray(0, length);
    length += read;
  }
  throw refusal(code, source, "is too large for a secret", CONTENT_HINT);
}
