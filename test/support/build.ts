import { execFileSync } from "node:child_process";
import { resolve } from "node:path";

/** Builds before the tests, so that those which run the command or an example run what is in `src/`. */
export function setup(): void {
  const root = resolve(import.meta.dirname, "../..");
  execFileSync(process.execPath, ["tools/build.mjs", "--over"], { cwd: root });
}
