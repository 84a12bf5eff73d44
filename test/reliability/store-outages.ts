import { HOUR } from "../../src/base/clock.js";
import { skipsPostgres, skipsRedis } from "../support/components.js";
import { startPostgres } from "../support/postgres-server.js";
import { startRedis } from "../support/redis-server.js";
import { type Conductor, type SpotifyProgram, withConductor } from "./conductor.js";
import { counted } from "./crash-sweep.js";
import { failures, markLedger, percentile, since, storeIsCurrent } from "./oracles.js";
import type { Cell, Scenario, ScenarioResult } from "./scenario.js";
import { slowLine } from "./slow-line.js";
import type { StoreDescription } from "./store-description.js";

/** How long the token endpoint takes where the store is restarted meanwhile. */
const ENDPOINT_MS = 500;
const LATENCY_MS = 5_000;
const CALLS = 50;

/** A server of a store, and how a worker reaches it. */
interface Place {
  readonly name: string;
  readonly port: number;
  at(port: number): StoreDescription;
  /** Ends it in the way of a crash and starts it anew. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export const storeOutages: Scenario = {
  name: "store-outages",
  title: "Stores that are restarted in mid-refresh, or slow",
  cases: ["ST-07", "ST-11", "ST-13", "RF-08"],
  about:
    "Under `rotate-strict` the server behind the store is ended the hard way and started again while the token endpoint works; then everything that " +
    `passes between program and store is held up for ${LATENCY_MS / 1000} s while the token still works.`,
  minutes: 1,
  run: ({ size }) =>
    withConductor(async (conductor): Promise<ScenarioResult> => {
      const spotify = await conductor.spotify({ refresh: "rotate-strict" });
      const seen: Seen[] = [];
      const skipped: string[] = [];
      for (const [title, skips, start] of [
        ["Redis", skipsRedis, startRedisPlace],
        ["Postgres", skipsPostgres, startPostgresPlace],
      ] as const) {
        if (size === "small" && title !== "Redis") continue;
        if (skips) {
          skipped.push(`${title}: it is not installed`);
          continue;
        }
        const place = await start();
        try {
          seen.push(await restarted(conductor, spotify, place));
          if (size === "full") seen.push(await slow(conductor, spotify, place));
        } finally {
          await place.stop();
        }
      }
      return {
        tables: [
          {
            columns: ["store", "what", "token requests", "calls", "the login"],
            rows: seen.map(({ row }) => row),
          },
        ],
        broken: counted([...seen.flatMap(({ broken }) => broken), ...(await conductor.canaries())]),
        skipped,
      };
    }),
};

interface Seen {
  readonly row: readonly Cell[];
  readonly broken: readonly string[];
}

let profiles = 0;

async function restarted(conductor: Conductor, spotify: SpotifyProgram, place: Place): Promise<Seen> {
  const profile = `outage-${++profiles}`;
  const [worker, other] = await conductor.workers(2, {
    open: { spotify, store: place.at(place.port), profile, trace: true },
  });
  if (worker === undefined || other === undefined) throw new Error("There are not two workers.");
  await worker.ask("login", {});
  const told = worker.events.length;
  const mark = await markLedger(spotify);
  await spotify.ask("faults", {
    faults: [
      { kind: "delay", ms: ENDPOINT_MS, at: "after-commit", match: { grant: "refresh_token" }, times: 1 },
    ],
  });
  const asked = worker.ask("refresh", {}, { timeoutMs: 60_000 });
  await worker.event((event) => event.event === "token-request" && worker.events.indexOf(event) >= told);
  await place.restart();
  const answer = await asked;
  const where = `${place.name}, restarted in mid-refresh`;
  const { requests } = await since(spotify, mark);
  const again = await worker.ask("refresh", {}, { timeoutMs: 60_000 });
  const last = await other.ask("refresh", {}, { timeoutMs: 60_000 });
  const broken = failures([answer, again, last]).map((sentence) => `${where}: ${sentence}`);
  if (requests !== 1) broken.push(`${where}: ${requests} token requests`);
  broken.push(...(await storeIsCurrent(spotify, [worker, other])).map((sentence) => `${where}: ${sentence}`));
  for (const one of [worker, other]) await one.exit();
  const [call] = answer.calls;
  const said = call?.code === undefined ? `gets the token after ${Math.round(call?.ms ?? 0)} ms` : call.code;
  return {
    row: [
      place.name,
      "ended hard and started again in mid-refresh",
      requests,
      said,
      broken.length === 0 ? "goes on" : "is over",
    ],
    broken,
  };
}

async function slow(conductor: Conductor, spotify: SpotifyProgram, place: Place): Promise<Seen> {
  const line = await slowLine(place.port);
  try {
    const profile = `outage-${++profiles}`;
    const worker = await conductor.worker({ open: { spotify, store: place.at(line.port), profile } });
    await worker.ask("login", {});
    await worker.ask("call", { count: 1, what: "api" });
    const mark = await markLedger(spotify);
    line.delay(LATENCY_MS);
    // Ten minutes before its end nothing is due; a minute before, it is refreshed in the background while all go on with it.
    const answers = [await worker.ask("call", { count: CALLS, what: "api" })];
    answers.push(await worker.ask("call", { count: CALLS, what: "token", aheadMs: HOUR - 2 * 60_000 }));
    line.delay(0);
    const broken = failures(answers).map((sentence) => `${place.name}, slow: ${sentence}`);
    const times = answers.flatMap(({ calls }) => calls.map(({ ms }) => ms));
    if (Math.max(...times) >= LATENCY_MS) broken.push(`${place.name}, slow: a call waited for the store`);
    // What was held up comes yet: the refresh that began in the background may still fail by it, and this one joins it.
    await worker.ask("refresh", {}, { timeoutMs: 60_000 });
    answers.push(await worker.ask("refresh", {}, { timeoutMs: 60_000 }));
    broken.push(...failures(answers.slice(-1)), ...(await storeIsCurrent(spotify, [worker])));
    const { requests } = await since(spotify, mark);
    await worker.exit();
    return {
      row: [
        place.name,
        `${LATENCY_MS / 1000} s each way, while the token works`,
        requests,
        `${times.length} calls, median ${percentile(times, 50).toFixed(0)} ms, at most ${Math.max(...times).toFixed(0)} ms`,
        "goes on",
      ],
      broken,
    };
  } finally {
    await line.close();
  }
}

async function startRedisPlace(): Promise<Place> {
  const server = await startRedis({ args: ["--appendonly", "yes", "--appendfsync", "always"] });
  return {
    name: "Redis (`appendfsync always`)",
    port: server.port,
    at: (port) => ({ kind: "redis", client: "ioredis", host: "127.0.0.1", port }),
    restart: () => server.restart(),
    stop: () => server.stop(),
  };
}

async function startPostgresPlace(): Promise<Place> {
  const server = await startPostgres({ settings: { fsync: "on" } });
  return {
    name: "Postgres (lease)",
    port: Number(new URL(server.url).port),
    at(port) {
      const url = new URL(server.url);
      url.port = String(port);
      return { kind: "postgres", client: "pg", url: url.href, lock: "lease" };
    },
    async restart() {
      await server.end("SIGKILL");
      await server.start();
    },
    stop: () => server.stop(),
  };
}
