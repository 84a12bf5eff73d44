import { StagedoorError } from "../base/errors.js";
import { systemCode } from "./file-error.js";
import { libcLocks, openLibc } from "./file-libc-locks.js";

/**
 * The kernel's locks, by the way that this runtime has to them.
 *
 * @throws StagedoorError `store-lock-unavailable` when it has none
 */
export async function nativeLocks(): Promise<typeof import("fs-native-extensions")> {
  try {
    const libc = await openLibc();
    if (libc !== undefined) return libcLocks(libc);
  } catch (error) {
    throw unavailable(
      "the C library cannot be called",
      error,
      "Run deno with --allow-ffi, on Linux; or use Node, or a store that needs no file lock.",
    );
  }
  try {
    return await import("fs-native-extensions");
  } catch (error) {
    throw unavailable(
      "fs-native-extensions cannot be loaded",
      error,
      "Install stagedoor again (npm install), or use a store that needs no file lock.",
    );
  }
}

function unavailable(why: string, error: unknown, hint: string): StagedoorError {
  return new StagedoorError(
    "store-lock-unavailable",
    `File locks do not work here: ${why} on ${process.platform}-${process.arch} (${systemCode(error)}).`,
    { hint },
  );
}
