// Ways in which a disk fails under a running program.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Conductor, WorkerProgram } from "./conductor.js";

/** Makes a disk sick, and gives what makes it well again. */
export type Sickness = (place: Place) => Promise<() => Promise<void>>;

export interface Place {
  /** Of the token files. */
  readonly directory: string;
  /** The file system around it, where it is one of its own. */
  readonly mount: string;
  readonly worker: WorkerProgram;
}

export async function fill({ mount }: Place): Promise<() => Promise<void>> {
  const ballast = join(mount, "ballast");
  spawnSync("dd", ["if=/dev/zero", `of=${ballast}`, "bs=1k"]);
  return async () => rmSync(ballast);
}

export async function remount({ mount }: Place): Promise<() => Promise<void>> {
  must("mount", "-o", "remount,ro", mount);
  return async () => must("mount", "-o", "remount,rw", mount);
}

export function inject(call: string, code: string): Sickness {
  return async ({ worker }) => {
    const words = [
      "-f",
      "-p",
      String(worker.pid),
      "-o",
      "/dev/null",
      "-e",
      `trace=${call}`,
      "-e",
      `inject=${call}:error=${code}`,
    ];
    const tracer = spawn("strace", words, { stdio: ["ignore", "ignore", "pipe"] });
    const over = new Promise<void>((resolve) => tracer.once("close", () => resolve()));
    await new Promise<void>((resolve, reject) => {
      tracer.stderr.setEncoding("utf8").on("data", (text: string) => text.includes("attached") && resolve());
      tracer.once("close", () => reject(new Error("strace ended.")));
    });
    void worker.ended.then(() => tracer.kill("SIGKILL"));
    return async () => {
      tracer.kill("SIGINT");
      await over;
    };
  };
}

export function canMount(conductor: Conductor): boolean {
  const place = join(conductor.storeDirectory(), "probe");
  mkdirSync(place);
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", place]).status !== 0) return false;
  spawnSync("umount", ["-l", place]);
  return true;
}

export function must(program: string, ...words: readonly string[]): void {
  const { status, stderr } = spawnSync(program, words, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} failed: ${stderr}`);
}
