import { setTimeout as pause } from "node:timers/promises";
import { HOUR } from "../../src/base/clock.js";
import { available, BACKENDS, type Backend, type BackendKind, FILE, withBackend } from "./backends.js";
import { type Conductor, open, type SpotifyProgram, withConductor } from "./conductor.js";
import { counted } from "./crash-sweep.js";
import { markLedger, since, storeIsCurrent } from "./oracles.js";
import type { CallOutcome } from "./protocol.js";
import type { Cell, Scenario, ScenarioResult } from "./scenario.js";
import type { StoreDescription } from "./store-description.js";

const MODES = ["rotate-strict", "rotate-family-revoke"] as const;
const STAGES = ["announced", "pending", "answered"] as const;
type Stage = (typeof STAGES)[number];
const WORDS: Readonly<Record<Stage, string>> = {
  announced: "before the request",
  pending: "while the answer is on its way",
  answered: "before the answer is stored",
};

const LEASE_MS = 1_000;
/** How long the token endpoint takes; it has done its work first. */
const ENDPOINT_MS = 300;
/** Both clocks stand where the token has run out. */
const AHEAD_MS = 2 * HOUR;
/** How long nobody else may get a lock that the kernel keeps for a process that stands still. */
const PATIENCE_MS = 1_200;

export const stoppedHolders: Scenario = {
  name: "stopped-holders",
  title: "A holder of the lock that is stopped, and wakes up later",
  cases: ["LO-02", "LO-07"],
  about:
    "A process is stopped (`SIGSTOP`) in mid-refresh; a second one wants the same token. The lock of a file stays with the first until it goes on; a lease " +
    `(here ${LEASE_MS} ms) runs out and passes to the second. When the first goes on it must not send the old refresh token, overwrite what is newer, or end.`,
  minutes: 1,
  run: ({ size, progress }) =>
    withConductor(async (conductor): Promise<ScenarioResult> => {
      const kinds = BACKENDS.filter(({ name }) => /file|Redis|lease/.test(name));
      const { here, skipped } = available(size === "full" ? kinds : [FILE]);
      const seen: Seen[] = [];
      const stopAll = async (kind: BackendKind) => {
        const spotify = await conductor.spotify();
        await withBackend(kind, conductor, async (backend) => {
          for (const mode of size === "full" ? MODES : MODES.slice(1))
            for (const stage of size === "full" ? STAGES : STAGES.slice(1, 2))
              seen.push(await stop(conductor, spotify, backend, mode, stage));
        });
        progress(`${kind.name} is through`);
      };
      await Promise.all(here.map(stopAll));
      return {
        tables: [
          {
            columns: [
              "store",
              "mode",
              "stopped",
              "token requests",
              "the second one",
              "the first, when it goes on",
              "the login",
            ],
            rows: seen.map(({ row }) => row).sort((a, b) => String(a[0]).localeCompare(String(b[0]))),
          },
        ],
        broken: counted([...seen.flatMap(({ broken }) => broken), ...(await conductor.finish())]),
        notes: [
          "Under `rotate-family-revoke` a second holder cannot know that the first one's request was done: what it sends then ends the login. No lease can prevent that; a lease that outlives the stop does.",
        ],
        skipped,
      };
    }),
};

interface Seen {
  readonly row: readonly Cell[];
  readonly broken: readonly string[];
}

let profiles = 0;

async function stop(
  conductor: Conductor,
  spotify: SpotifyProgram,
  backend: Backend,
  mode: string,
  stage: Stage,
): Promise<Seen> {
  const profile = `stop-${++profiles}`;
  const store = (index: number): StoreDescription => {
    const description = backend.store(index);
    return "client" in description ? { ...description, leaseMs: LEASE_MS } : description;
  };
  await spotify.ask("refresh-mode", { mode });
  const [first, second] = await conductor.workers(2, (index) => ({
    env: backend.env,
    open: { spotify, store: store(index), profile, trace: true },
  }));
  if (first === undefined || second === undefined) throw new Error("There are not two workers.");
  await first.ask("login", {});
  await first.ask("refresh", {});
  if (stage !== "pending")
    await open(first, { spotify, store: store(0), profile, trace: true, stopAt: stage });
  const told = first.events.length;
  const mark = await markLedger(spotify);
  await spotify.ask("faults", {
    faults: [
      { kind: "delay", ms: ENDPOINT_MS, at: "after-commit", match: { grant: "refresh_token" }, times: 1 },
    ],
  });
  const firstAsked = first.ask("refresh", { aheadMs: AHEAD_MS });
  const awaited = { announced: "durable", pending: "token-request", answered: "token-answer" }[stage];
  await first.event((event) => event.event === awaited && first.events.indexOf(event) >= told);
  if (stage === "pending") {
    // The request is on the wire by the time at which the server has it.
    await pause(ENDPOINT_MS / 3);
    first.signal("SIGSTOP");
  }
  const secondAsked = second.ask("call", { count: 1, what: "token", aheadMs: AHEAD_MS });
  const where = `${backend.name}, ${mode}, stopped ${WORDS[stage]}`;
  const broken: string[] = [];
  const isLease = store(0).kind !== "file";
  if (isLease) {
    await secondAsked;
  } else {
    const early = await Promise.race([secondAsked.then(() => true), pause(PATIENCE_MS, false)]);
    if (early) broken.push(`${where}: the second one did not wait for the kernel's lock`);
  }
  const requestsBefore = (await since(spotify, mark)).entries.filter(
    ({ caller }) => caller === first.name,
  ).length;
  first.signal("SIGCONT");
  const [one] = (await firstAsked).calls;
  const [two] = (await secondAsked).calls;
  await spotify.ask("clear-faults", {});
  const seen = await since(spotify, mark);
  const ofFirst = seen.entries.filter(({ caller }) => caller === first.name).length;
  if (isLease && ofFirst > Math.max(requestsBefore, stage === "announced" ? 0 : 1))
    broken.push(`${where}: the first sent a refresh token after it went on`);
  if (seen.requests > (isLease ? 2 : 1)) broken.push(`${where}: ${seen.requests} token requests`);
  // Whoever asks now finds a login, unless the server ended it.
  const again = (await second.ask("refresh", { aheadMs: AHEAD_MS })).calls[0];
  const isOver = again?.code === "reauthorization-required";
  const mayBeOver = isLease && mode === "rotate-family-revoke" && stage !== "announced";
  if (isOver !== mayBeOver)
    broken.push(`${where}: the login ${isOver ? "is over" : "goes on"} (${again?.message ?? "ok"})`);
  else if (!isOver)
    broken.push(...(await storeIsCurrent(spotify, [first, second])).map((one) => `${where}: ${one}`));
  if (one?.code !== undefined && !mayBeOver)
    broken.push(`${where}: the first failed (${one.code}: ${one.message})`);
  // While its server still runs.
  for (const worker of [first, second]) await worker.exit();
  return {
    row: [
      backend.name,
      `\`${mode}\``,
      WORDS[stage],
      seen.requests,
      said(two),
      said(one),
      isOver ? "ended by the server" : "goes on",
    ],
    broken,
  };
}

function said(call: CallOutcome | undefined): string {
  return call?.code === undefined ? "has a token" : `\`${call.code}\``;
}
