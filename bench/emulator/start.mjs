/**
 * The time from starting `stagedoor emulate --json` to its ready line, beside the whole life of `node -e 0`.
 *
 *   npm run build && node bench/emulator/start.mjs [rounds]
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { median, print } from "../measuring.mjs";

const ROUNDS = Number(process.argv[2] ?? 15);
const COMMAND = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

async function bareNode() {
  const start = performance.now();
  await once(spawn(process.execPath, ["-e", "0"]), "exit");
  return performance.now() - start;
}

async function emulate() {
  const start = performance.now();
  const child = spawn(process.execPath, [COMMAND, "emulate", "--json", "--port", "0"]);
  const [line] = await once(child.stdout, "data");
  const took = performance.now() - start;
  JSON.parse(line);
  child.kill();
  await once(child, "exit");
  return took;
}

const times = { "node -e 0": [], "stagedoor emulate --json": [] };
for (let round = 0; round < ROUNDS; round++) {
  times["node -e 0"].push(await bareNode());
  times["stagedoor emulate --json"].push(await emulate());
}
const base = median(times["node -e 0"]);
console.log(`${ROUNDS} rounds in turn`);
print(
  Object.entries(times).map(([command, all]) => ({
    command,
    "median ms": median(all).toFixed(0),
    "least ms": Math.min(...all).toFixed(0),
    "above node ms": (median(all) - base).toFixed(0),
  })),
);
