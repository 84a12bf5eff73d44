import { lstatSync, readdirSync, renameSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { StagedoorError } from "../base/errors.js";
import { isAbsent, systemCode } from "./file-error.js";

/**
 * Moves a file that cannot be used out of the way; it may hold what a person can still rescue, so it is not deleted.
 *
 * @param why what is wrong with it
 * @param now milliseconds since the Unix epoch, for the new name
 * @returns the error that tells of it
 */
export function setAside(path: string, why: string, now: number): StagedoorError {
  const said = `The token file ${path} cannot be used: ${why}.`;
  try {
    const place = freePath(`${path}.corrupt-${now}`);
    renameSync(path, place);
    return new StagedoorError("store-corrupt", `${said} It was moved to ${place}.`, {
      hint: "Log in again: stagedoor login",
    });
  } catch (error) {
    return new StagedoorError(
      "store-corrupt",
      `${said} It could not be moved away either (${systemCode(error)}).`,
      {
        hint: "Move the file away, then log in again: stagedoor login",
      },
    );
  }
}

/** Deletes what was set aside of a file: whoever removes a token wants none left, and these may hold one. */
export function removeSetAside(directory: string, name: string): void {
  for (const other of readdirSync(directory)) {
    if (!other.startsWith(name)) continue;
    // To the end: another profile may have a name that begins like this.
    if (/^\.corrupt-\d+(?:-\d+)?$/.test(other.slice(name.length))) unlinkSync(join(directory, other));
  }
}

function freePath(path: string): string {
  for (let count = 1; ; count++) {
    const candidate = count === 1 ? path : `${path}-${count}`;
    try {
      lstatSync(candidate);
    } catch (error) {
      if (isAbsent(error)) return candidate;
      throw error;
    }
  }
}
