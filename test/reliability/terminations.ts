import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { HOUR } from "../../src/base/clock.js";
import { type Conductor, type SpotifyProgram, withConductor } from "./conductor.js";
import { counted } from "./crash-sweep.js";
import { storeIsCurrent } from "./oracles.js";
import type { Cell, Scenario, ScenarioResult } from "./scenario.js";
import { readTokenFiles } from "./token-files.js";

// The command as it stands in the sources, wherever it was built last.
const LOADER = new URL("../../tools/typescript-loader.mjs", import.meta.url).href;
const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
/** How long the token endpoint takes: long enough for a signal in the middle. */
const ENDPOINT_MS = 400;

export const terminations: Scenario = {
  name: "terminations",
  title: "Asked to end in mid-refresh",
  cases: ["RF-09", "RS-11"],
  about:
    "`SIGTERM` reaches a program while the token endpoint works. A program that does nothing about it ends at once, as if it was killed; the command " +
    "`stagedoor token` ends too, but not before the answer is stored.",
  minutes: 1,
  run: () =>
    withConductor(async (conductor): Promise<ScenarioResult> => {
      const spotify = await conductor.spotify({ refresh: "rotate-strict" });
      const seen = [
        await endLibrary(conductor, spotify, "before-commit"),
        await endLibrary(conductor, spotify, "after-commit"),
        await endCommand(conductor, spotify, "SIGTERM", 143),
        await endCommand(conductor, spotify, "SIGINT", 130),
      ];
      return {
        tables: [
          {
            columns: ["what", "signal", "how it ended", "the login afterwards"],
            rows: seen.map(({ row }) => row),
          },
        ],
        broken: counted([...seen.flatMap(({ broken }) => broken), ...(await conductor.finish())]),
      };
    }),
};

interface Seen {
  readonly row: readonly Cell[];
  readonly broken: readonly string[];
}

async function endLibrary(
  conductor: Conductor,
  spotify: SpotifyProgram,
  at: "before-commit" | "after-commit",
): Promise<Seen> {
  const store = conductor.fileStore();
  const [worker, heir] = await conductor.workers(2, { open: { spotify, store, trace: true } });
  if (worker === undefined || heir === undefined) throw new Error("There are not two workers.");
  await worker.ask("login", {});
  const told = spotify.events.length;
  await spotify.ask("faults", { faults: [{ kind: "F7", at, match: { grant: "refresh_token" }, times: 1 }] });
  void worker.ask("refresh", {}).catch(() => undefined);
  await spotify.event((event) => event.event === "entry" && spotify.events.indexOf(event) >= told);
  worker.signal("SIGTERM");
  const { code, signal } = await worker.ended;
  const [call] = (await heir.ask("refresh", {})).calls;
  const broken: string[] = [];
  if (signal !== "SIGTERM") broken.push(`a program without a handler ended with ${code}`);
  const isOver = call?.code === "reauthorization-required" && /was probably lost/.test(call.message ?? "");
  if (at === "before-commit" ? call?.code !== undefined : !isOver)
    broken.push(`ended ${at}: ${call?.code ?? "goes on"}: ${call?.message ?? ""}`);
  return {
    row: [
      at === "before-commit"
        ? "a program, before Spotify has done it"
        : "a program, after Spotify has done it",
      "SIGTERM",
      "by the signal",
      isOver ? "sign in again, with the reason" : "goes on",
    ],
    broken,
  };
}

async function endCommand(
  conductor: Conductor,
  spotify: SpotifyProgram,
  signal: "SIGTERM" | "SIGINT",
  expected: number,
): Promise<Seen> {
  const config = conductor.storeDirectory();
  const directory = join(config, "stagedoor", "tokens");
  const worker = await conductor.worker({ open: { spotify, store: { kind: "file", directory } } });
  // A login of two hours ago: the command has to refresh.
  const before = await worker.ask("login", { aheadMs: -2 * HOUR });
  await spotify.ask("faults", {
    faults: [{ kind: "delay", ms: ENDPOINT_MS, match: { grant: "refresh_token" }, times: 1 }],
  });
  const command = spawn(process.execPath, ["--import", LOADER, MAIN, "token"], {
    env: {
      PATH: process.env.PATH,
      HOME: config,
      XDG_CONFIG_HOME: config,
      SPOTIFY_ACCOUNTS_URL: spotify.accounts,
      SPOTIFY_API_URL: spotify.api,
      SPOTIFY_CLIENT_ID: spotify.clientId,
      SPOTIFY_CLIENT_SECRET: spotify.clientSecret,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  try {
    const ended = new Promise<number | null>((resolve) => command.once("close", resolve));
    const words = Promise.all([text(command.stdout), text(command.stderr)]);
    const isAnnounced = () => readTokenFiles(directory).records.some(({ state }) => state === "uncertain");
    const end = performance.now() + 20_000;
    while (!isAnnounced() && performance.now() < end) await pause(5);
    await pause(ENDPOINT_MS / 3);
    command.kill(signal);
    const code = await ended;
    const [stdout, stderr] = await words;
    const after = await worker.ask("stored", {});
    const broken: string[] = [];
    if (code !== expected) broken.push(`the command ended with ${code} at ${signal}: ${stderr}`);
    if (stdout !== "") broken.push(`the command wrote to its output after ${signal}`);
    if (after === null || after.refresh === before.refresh)
      broken.push(`the answer was not stored at ${signal}`);
    broken.push(...(await storeIsCurrent(spotify, [worker])));
    return {
      row: [
        "`stagedoor token`",
        signal,
        `exit code ${code}`,
        broken.length === 0 ? "goes on, the answer was stored" : "is over",
      ],
      broken,
    };
  } finally {
    command.kill("SIGKILL");
  }
}
