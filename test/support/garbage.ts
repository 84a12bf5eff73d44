import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** What `--expose-gc` gives, without the option. */
export function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc()");
}
