/**
 * Sums up a profile: what took the most time by itself, and what each package took.
 *
 *   node --cpu-prof --cpu-prof-dir=/tmp/profiles program.mjs && node bench/profile.mjs /tmp/profiles/*.cpuprofile
 */
import { readFileSync } from "node:fs";
import { byPackage, spentIn } from "./harness/profile.mjs";
import { print } from "./measuring.mjs";

const percent = (share) => `${(share * 100).toFixed(1)} %`;

for (const file of process.argv.slice(2)) {
  const spent = spentIn(JSON.parse(readFileSync(file, "utf8")));
  console.log(`\n${file}`);
  print(byPackage(spent).map(({ where, share }) => ({ package: where, self: percent(share) })));
  console.log();
  print(
    spent.slice(0, 30).map(({ what, where, share }) => ({ function: what, of: where, self: percent(share) })),
  );
}
