import { execFileSync } from "node:child_process";
import { resolve } from "node:path";

/** Builds before the tests, so that those which run the command or an example run what is in `src/`. */
export function setup(): void {
  const root = resolve(import.meta.dirname, "../..");
  // Over what is there: another run of the tests may be using it.
  execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], {
    cwd: root,
  });
}
