import { constants } from "node:os";
import { StagedoorError } from "../base/errors.js";

/** The next step where a newer stagedoor has been at work. */
export const UPDATE = "Update stagedoor: npm install -g stagedoor@latest";

/** What moves the user's configuration directory, and the tokens with it. */
const CONFIG_VARIABLE =
  process.platform === "win32" ? "APPDATA" : process.platform === "darwin" ? "HOME" : "XDG_CONFIG_HOME";

/** The code that the system gave (`ENOSPC`), or the error's name where it gave none; nothing else of a foreign error travels. */
export function systemCode(error: unknown): string {
  if (!(error instanceof Error)) return "unknown error";
  if (!("code" in error) || typeof error.code !== "string") return error.name;
  if (error.code !== "UNKNOWN" && !error.code.startsWith("Unknown system error")) return error.code;
  // Some codes Node does not know by name, EDQUOT among them; the system does.
  const number = "errno" in error ? Math.abs(Number(error.errno)) : undefined;
  return Object.entries(constants.errno).find(([, value]) => value === number)?.[0] ?? error.code;
}

/** True when the system says that nothing is there. */
export function isAbsent(error: unknown): boolean {
  return systemCode(error) === "ENOENT";
}

/** The error for a token file or directory that cannot or must not be read. */
export function unreadable(path: string, why: string, hint: string): StagedoorError {
  return new StagedoorError("store-unreadable", `The token store cannot be read: ${path} ${why}.`, { hint });
}

/** The error for a token file or directory that cannot or must not be written. */
export function unwritable(path: string, why: string, hint: string): StagedoorError {
  return new StagedoorError("store-unwritable", `The token could not be saved: ${path} ${why}.`, { hint });
}

/** Our error for what the system answered to reading; our own errors pass. */
export function readingFailed(path: string, error: unknown): StagedoorError {
  if (error instanceof StagedoorError) return error;
  const code = systemCode(error);
  return unreadable(path, `cannot be read (${code})`, nextStep(code, path));
}

/** Our error for what the system answered to writing; our own errors pass. */
export function writingFailed(path: string, error: unknown): StagedoorError {
  if (error instanceof StagedoorError) return error;
  const code = systemCode(error);
  return unwritable(path, `cannot be written (${code})`, nextStep(code, path));
}

/** What a person can do about a system error. */
export function nextStep(code: string, path: string): string {
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return "Free some space on that disk, then try again.";
    case "ENAMETOOLONG":
      return "The path is too long for that file system: choose a directory with a shorter one.";
    case "EBUSY":
    case "EXDEV":
      return "The file is mounted by itself and cannot be replaced: mount the directory it is in instead.";
    case "EROFS":
      return `The file system is read-only: choose another directory for the tokens, with ${CONFIG_VARIABLE}=/DIRECTORY for the command, or fileStore({ directory }) in a program.`;
    case "EACCES":
    case "EPERM":
      return `See who owns it: ls -ld "${path}"`;
    case "EMFILE":
    case "ENFILE":
      return "Too many files are open: close some, or raise the limit (ulimit -n).";
    case "ELOOP":
      return "A symbolic link is not followed there: replace it by the file itself.";
    case "ENOTDIR":
    case "EEXIST":
      return "A file is where a directory should be: move it away, or choose another directory.";
    default:
      return "Check the disk and the directory, then try again.";
  }
}
