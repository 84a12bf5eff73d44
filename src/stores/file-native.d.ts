/** The part of the package that we call; it brings no types of its own. */
declare module "fs-native-extensions" {
  /** Takes an exclusive lock on the whole file; `false` when another open file has it. */
  export function tryLock(fd: number): boolean;
  export function unlock(fd: number): void;
}
