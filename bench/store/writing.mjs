/**
 * How long a renewed token is not yet safe: from the call of `compareAndSwap`, under the lock, until the disk has it.
 *
 *   npm run build && node bench/store/writing.mjs [dist]
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { print, quantile } from "../measuring.mjs";

const dist = resolve(process.argv[2] ?? join(import.meta.dirname, "../../dist"));
const { fileStore } = await import(pathToFileURL(join(dist, "stores/file.js")).href);
const { Token } = await import(pathToFileURL(join(dist, "token/index.js")).href);

const WRITES = 200;
const keyOf = (profile) => ({ provider: "spotify", clientId: "c0ffee", profile });
const token = new Token({
  accessToken: "a".repeat(300),
  refreshToken: "r".repeat(130),
  expiresAt: 1_800_000_000_000,
  scopes: ["user-library-read"],
  issuer: "https://accounts.spotify.com",
  clientId: "c0ffee",
  grant: "authorization_code",
  authorizedAt: 1_790_000_000_000,
  obtainedAt: 1_799_996_400_000,
});

const home = mkdtempSync(join(tmpdir(), "stagedoor-bench-"));
const store = fileStore({ directory: join(home, "tokens") });

/** Writes one token again and again, under the lock. */
async function measure(name) {
  const times = [];
  for (let count = 0; count < WRITES; count++) {
    await store.withLock(keyOf("default"), async () => {
      const generation = (await store.read(keyOf("default")))?.generation ?? 0;
      const started = performance.now();
      await store.compareAndSwap(keyOf("default"), generation, token);
      times.push(performance.now() - started);
    });
  }
  const figure = (share) => quantile(times, share).toFixed(2);
  print([{ [name.padEnd(44)]: "", "median ms": figure(0.5), "p99 ms": figure(0.99), "max ms": figure(1) }]);
}

/** Keeps the event loop of this process busy for 5 ms in every turn. */
function keepBusy() {
  let goesOn = true;
  const turn = () => {
    const until = performance.now() + 5;
    while (performance.now() < until);
    if (goesOn) setImmediate(turn);
  };
  turn();
  return () => {
    goesOn = false;
  };
}

try {
  await measure("as the machine is");
  // They end by themselves, should this program be ended before.
  const code = "for (const end = Date.now() + 60_000; Date.now() < end; );";
  const burners = [1, 2].map(() => spawn(process.execPath, ["-e", code]));
  await measure("beside two processes that only compute");
  for (const burner of burners) burner.kill("SIGKILL");
  const stop = keepBusy();
  await measure("in a process that computes 5 ms in each turn");
  stop();
  for (let profile = 0; profile < 10_000; profile++) {
    await store.compareAndSwap(keyOf(`p${profile}`), 0, token);
  }
  await measure("among 10 000 profiles");
  const started = performance.now();
  await store.list();
  console.log(`list of 10 000: ${(performance.now() - started).toFixed(0)} ms`);
  const readStarted = performance.now();
  for (let profile = 0; profile < 1000; profile++) await store.read(keyOf(`p${profile}`));
  console.log(`read of one of them: ${((performance.now() - readStarted) / 1000).toFixed(3)} ms`);
} finally {
  rmSync(home, { recursive: true });
}
