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

interface Libc {
  fcntl(fd: number, command: number, lock: DataView): number;
  fstat(fd: number, stats: DataView): number;
}

interface Foreign {
  dlopen(library: string, symbols: Readonly<Record<keyof Libc, object>>): { readonly symbols: Libc };
}

/** Deno's way to call a C library, or `undefined` elsewhere. */
export function denoForeign(): Foreign | undefined {
  const deno: unknown = Reflect.get(globalThis, "Deno");
  return isForeign(deno) ? deno : undefined;
}

function isForeign(value: unknown): value is Foreign {
  return typeof value === "object" && value !== null && "dlopen" in value;
}

/**
 * The same locks as those of `fs-native-extensions`, which Deno cannot load: it lacks a part of libuv, and ends the process.
 *
 * @throws what Deno throws where calls of a C library are not allowed, or this one is not there
 */
export function denoLocks(foreign: Foreign): typeof import("fs-native-extensions") {
  const { symbols: libc } = foreign.dlopen("libc.so.6", {
    fcntl: { parameters: ["i32", "i32", "buffer"], result: "i32" },
    fstat: { parameters: ["i32", "buffer"], result: "i32" },
  });
  return {
    tryLock(fd) {
      checkDescriptor(libc, fd);
      for (let tries = 0; tries < MAX_TRIES; tries++) {
        if (libc.fcntl(fd, F_OFD_SETLK, flock(F_WRLCK)) === 0) return true;
        // The reason of a refusal cannot be had; that somebody has the lock, can.
        const asked = flock(F_WRLCK);
        if (libc.fcntl(fd, F_OFD_GETLK, asked) !== 0) break;
        if (asked.getInt16(0, true) !== F_UNLCK) return false;
      }
      throw new Error("The system gives no lock.");
    },
    unlock(fd) {
      libc.fcntl(fd, F_OFD_SETLK, flock(F_UNLCK));
    },
  };
}

function flock(kind: number): DataView {
  const lock = new DataView(new ArrayBuffer(FLOCK_BYTES));
  lock.setInt16(0, kind, true);
  return lock;
}

/** An older Deno numbers its files by itself: the system would lock whatever else has that number. */
function checkDescriptor(libc: Libc, fd: number): void {
  const stats = new DataView(new ArrayBuffer(STAT_BYTES));
  const isSame =
    libc.fstat(fd, stats) === 0 && stats.getBigUint64(INODE_AT, true) === fstatSync(fd, { bigint: true }).ino;
  if (!isSame) throw new Error("This Deno does not tell the system's number of a file.");
}
