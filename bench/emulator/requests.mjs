/**
 * How many GET /v1/tracks/{id} the emulator answers, beside a bare node:http server that answers the same bytes: each in a process
 * of its own, on the same core in turn, asked by 64 callers on the other core.
 *
 *   npm run build && node bench/emulator/requests.mjs [rounds]
 */
import { ask, CALLER_CORE, median, print, SERVER_CORE, startPinned } from "../measuring.mjs";

const ROUNDS = Number(process.argv[2] ?? 5);
const PLAN = { callers: 64, warmupMs: 700, durationMs: 1500 };
/** Fewer than the emulator remembers, and far more. */
const CASES = { "the same 200 tracks": 200, "20,000 of 1,000,000 tracks in turn": 20_000 };

const ready = (child) => new Promise((resolve) => child.once("message", () => resolve(child)));
const [emulated, bare, callers] = await Promise.all([
  ready(startPinned(SERVER_CORE, new URL("emulated-server.mjs", import.meta.url))),
  ready(startPinned(SERVER_CORE, new URL("bare-server.mjs", import.meta.url))),
  ready(startPinned(CALLER_CORE, new URL("callers.mjs", import.meta.url))),
]);
const told = async (child, message) => (await ask(child, message)).value;
const authorization = await told(emulated, { name: "authorization" });
const servers = [
  { name: "bare node:http", child: bare },
  { name: "emulator", child: emulated },
];

async function round(server, paths) {
  const port = await told(server.child, { name: "port" });
  await ask(callers, { ...PLAN, port, paths, authorization });
  await ask(server.child, { name: "spent" });
  const result = await new Promise((resolve) => callers.once("message", resolve));
  const { microseconds } = await ask(server.child, { name: "spent" });
  return { ...result, cpu: microseconds / result.count };
}

for (const [title, count] of Object.entries(CASES)) {
  const answers = await told(emulated, { name: "answers", count });
  await ask(bare, { name: "imitate", ...answers });
  const results = servers.map(() => []);
  for (let at = 0; at < ROUNDS; at++) {
    for (const [which, server] of servers.entries())
      results[which].push(await round(server, Object.keys(answers.all)));
  }
  const middle = (which, member) => median(results[which].map((result) => result[member]));
  console.log(`\n${title}, ${PLAN.callers} callers, ${ROUNDS} rounds in turn, medians`);
  print(
    servers.map(({ name }, which) => ({
      server: name,
      "requests/s": Math.round(middle(which, "perSecond")),
      "of bare": (middle(which, "perSecond") / middle(0, "perSecond")).toFixed(2),
      "CPU µs/request": middle(which, "cpu").toFixed(1),
      "of bare by CPU": (middle(0, "cpu") / middle(which, "cpu")).toFixed(2),
      "p50 ms": middle(which, "p50").toFixed(2),
      "p99 ms": middle(which, "p99").toFixed(2),
      "bytes/answer": Math.round(middle(which, "bytesPerAnswer")),
    })),
  );
}
for (const child of [emulated, bare, callers]) child.disconnect();
