import { fstatSync } from "node:fs";

/** What Linux calls the question for a lock, the try, the kinds of lock, in `fcntl.h`. */
const F_OFD_GETLK = 36;
const F_OFD_SETLK = 37;
const F_WRLCK = 1;
const F_UNLCK = 2;

/** `struct flock` and `struct stat` of 64-bit Linux: the kind of lock comes first, the inode second. */
const FLOCK_BYTES = 32;
const STAT_BYTES = 256;
const INODE_AT = 8;

/** How often a lock that is refused although nobody has it is tried again: it was given back in between. */
const MAX_TRIES = 100;

/** The part of the system's C library that we call. */
export interface Libc {
  fcntl(fd: number, command: number, lock: Uint8Array): number;
  fstat(fd: number, stats: Uint8Array): number;
}

type Library = { readonly symbols: Libc };
type OpenLibrary = (path: string, symbols: Readonly<Record<keyof Libc, object>>) => Library;

const PATH = "libc.so.6";

/**
 * The C library, by the way that Deno and Bun have to it; `undefined` in Node, which has none and needs none.
 *
 * @throws what the runtime throws where that is not allowed, or there is no such library
 */
export async function openLibc(): Promise<Libc | undefined> {
  const deno: unknown = Reflect.get(globalThis, "Deno");
  if (canOpen(deno)) {
    return deno.dlopen(PATH, {
      fcntl: { parameters: ["i32", "i32", "buffer"], result: "i32" },
      fstat: { parameters: ["i32", "buffer"], result: "i32" },
    }).symbols;
  }
  if (Reflect.get(process.versions, "bun") === undefined) return undefined;
  // Not written out: bundlers and Node would look for it.
  const name = "bun:ffi";
  const bun: unknown = await import(name);
  if (!canOpen(bun)) throw new Error("This Bun has no foreign functions.");
  return bun.dlopen(PATH, {
    fcntl: { args: ["i32", "i32", "ptr"], returns: "i32" },
    fstat: { args: ["i32", "ptr"], returns: "i32" },
  }).symbols;
}

function canOpen(value: unknown): value is { readonly dlopen: OpenLibrary } {
  return typeof value === "object" && value !== null && "dlopen" in value;
}

/** The same locks as those of `fs-native-extensions`, which ends Deno and Bun: it calls what they lack of libuv. */
export function libcLocks(libc: Libc): typeof import("fs-native-extensions") {
  return {
    tryLock(fd) {
      checkDescriptor(libc, fd);
      for (let tries = 0; tries < MAX_TRIES; tries++) {
        if (libc.fcntl(fd, F_OFD_SETLK, flock(F_WRLCK)) === 0) return true;
        // The reason of a refusal cannot be had; that somebody has the lock, can.
        const asked = flock(F_WRLCK);
        if (libc.fcntl(fd, F_OFD_GETLK, asked) !== 0) break;
        if (asked[0] !== F_UNLCK) return false;
      }
      throw new Error("The system gives no lock.");
    },
    unlock(fd) {
      libc.fcntl(fd, F_OFD_SETLK, flock(F_UNLCK));
    },
  };
}

function flock(kind: number): Uint8Array {
  const lock = new Uint8Array(FLOCK_BYTES);
  lock[0] = kind;
  return lock;
}

/** A runtime that numbers its files by itself would have the system lock whatever else has that number. */
function checkDescriptor(libc: Libc, fd: number): void {
  const stats = new Uint8Array(STAT_BYTES);
  const isSame =
    libc.fstat(fd, stats) === 0 &&
    new DataView(stats.buffer).getBigUint64(INODE_AT, true) === fstatSync(fd, { bigint: true }).ino;
  if (!isSame) throw new Error("This runtime does not tell the system's number of a file.");
}
