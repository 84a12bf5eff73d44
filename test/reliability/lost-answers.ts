import { HOUR, MINUTE } from "../../src/base/clock.js";
import { type Conductor, open, type SpotifyProgram, type WorkerProgram, withConductor } from "./conductor.js";
import { counted } from "./crash-sweep.js";
import { markLedger, since, storeIsCurrent } from "./oracles.js";
import type { CallOutcome } from "./protocol.js";
import type { Cell, Scenario, ScenarioResult } from "./scenario.js";

const MODES = ["keep", "keep-repeat", "rotate-strict", "rotate-grace", "rotate-family-revoke"] as const;
type Mode = (typeof MODES)[number];

interface Trouble {
  readonly title: string;
  readonly fault: Readonly<Record<string, unknown>>;
  /** Whether Spotify has done the work when it strikes. */
  readonly commits: boolean;
  /** Ends only by the caller's deadline. */
  readonly isSilent?: boolean;
}

const TROUBLES: readonly Trouble[] = [
  { title: "F2 reset, not done", fault: { kind: "F2" }, commits: false },
  { title: "F3 done, then reset", fault: { kind: "F3" }, commits: true },
  { title: "F4 done, headers, then reset", fault: { kind: "F4" }, commits: true },
  { title: "F5 done, body cut short", fault: { kind: "F5" }, commits: true },
  { title: "F5 done, last chunk missing", fault: { kind: "F5", framing: "chunked" }, commits: true },
  { title: "F6 done, 1 byte a second", fault: { kind: "F6" }, commits: true, isSilent: true },
  { title: "F7 done, never answered", fault: { kind: "F7" }, commits: true, isSilent: true },
  {
    title: "F7 never answered, not done",
    fault: { kind: "F7", at: "before-commit" },
    commits: false,
    isSilent: true,
  },
  { title: "F8 503, not done", fault: { kind: "F8" }, commits: false },
  { title: "F9 done, then 503", fault: { kind: "F9" }, commits: true },
];
const SMALL_MODES: readonly Mode[] = ["keep", "rotate-family-revoke"];
const SMALL_TROUBLES = TROUBLES.filter(({ fault }) => ["F3", "F5", "F8"].includes(String(fault.kind)));

/** Short where every request waits for it, long where a busy machine must not mistake its own delay for the fault. */
const SILENT_DEADLINE_MS = 1_000;
const DEADLINE_MS = 10_000;
const HONEST = /an earlier answer of Spotify was probably lost/;

export const lostAnswers: Scenario = {
  name: "lost-answers",
  title: "Answers of the token endpoint that are lost",
  cases: ["RF-10"],
  about:
    "A fault strikes a refresh once while a second process waits for the same token, or twice while nobody else is there; afterwards both processes ask again. " +
    "Each holder of the lock may send a refresh token twice, never two processes at a time; a login may end only where Spotify had used its refresh token up.",
  minutes: 2,
  async run(options): Promise<ScenarioResult> {
    const modes = options.size === "full" ? MODES : SMALL_MODES;
    const troubles = options.size === "full" ? TROUBLES : SMALL_TROUBLES;
    return withConductor(async (conductor) => {
      const cells = new Map<string, Seen>();
      const work = modes.values();
      const lane = async () => {
        let players: Players | undefined;
        for (const mode of work) {
          players ??= await startPlayers(conductor);
          for (const trouble of troubles)
            cells.set(`${mode} ${trouble.title}`, await play(players, conductor, mode, trouble));
          options.progress(`${mode} is through`);
        }
      };
      await Promise.all([lane(), lane()]);
      const rows = troubles.map(({ title }): readonly Cell[] => [
        title,
        ...modes.map((mode) => cells.get(`${mode} ${title}`)?.text ?? ""),
      ]);
      const broken = [...cells.values()].flatMap((seen) => seen.broken);
      return {
        tables: [
          {
            caption:
              "What becomes of the login: struck once / struck twice, and how many token requests that took",
            columns: ["the answer", ...modes.map((mode) => `\`${mode}\``)],
            rows,
          },
        ],
        broken: counted([...broken, ...(await conductor.finish())]),
        notes: [
          "Struck twice, the first call fails with a passing error, and the login is marked `uncertain` until somebody asks again.",
        ],
      };
    });
  },
};

interface Players {
  readonly spotify: SpotifyProgram;
  readonly one: WorkerProgram;
  readonly other: WorkerProgram;
  aheadMs: number;
}

interface Seen {
  readonly text: string;
  readonly broken: readonly string[];
}

async function startPlayers(conductor: Conductor): Promise<Players> {
  const [spotify, one, other] = await Promise.all([
    conductor.spotify(),
    conductor.worker(),
    conductor.worker(),
  ]);
  return { spotify, one, other, aheadMs: 0 };
}

async function play(players: Players, conductor: Conductor, mode: Mode, trouble: Trouble): Promise<Seen> {
  const once = await strike(players, conductor, mode, trouble, 1);
  const twice = await strike(players, conductor, mode, trouble, 2);
  return { text: `${once.text} / ${twice.text}`, broken: [...once.broken, ...twice.broken] };
}

async function strike(
  players: Players,
  conductor: Conductor,
  mode: Mode,
  trouble: Trouble,
  times: 1 | 2,
): Promise<Seen> {
  const { spotify, one, other } = players;
  const store = conductor.fileStore();
  const tokenDeadlineMs = trouble.isSilent === true ? SILENT_DEADLINE_MS : DEADLINE_MS;
  for (const worker of [one, other]) await open(worker, { spotify, store, tokenDeadlineMs, trace: true });
  await spotify.ask("refresh-mode", { mode });
  await one.ask("login", { aheadMs: players.aheadMs });
  const told = [one, other].map(({ events }) => events.length);
  const mark = await markLedger(spotify);
  await spotify.ask("faults", { faults: [{ ...trouble.fault, times, match: { grant: "refresh_token" } }] });
  players.aheadMs += HOUR + MINUTE;
  const ask = (workers: readonly WorkerProgram[]) =>
    conductor.together(workers, "call", { count: 2, what: "token", aheadMs: players.aheadMs });

  const broken: string[] = [];
  const where = `${trouble.title}, ${mode}, struck ${times === 1 ? "once" : "twice"}`;
  const first = (await ask(times === 1 ? [one, other] : [one])).flatMap(({ calls }) => calls);
  const between = await one.ask("stored", {});
  if (times === 2) {
    if (first.some(({ code }) => code === undefined || code === "reauthorization-required"))
      broken.push(`${where}: the first call did not fail in passing (${codes(first)})`);
    if (between?.state !== "uncertain")
      broken.push(`${where}: the login is ${between?.state}, not uncertain`);
  }
  await spotify.ask("clear-faults", {});
  const last = (await ask([one, other])).flatMap(({ calls }) => calls);

  const seen = await since(spotify, mark);
  const usedUp = trouble.commits && (mode === "rotate-strict" || mode === "rotate-family-revoke");
  const ended = [...first, ...last].filter(({ code }) => code === "reauthorization-required");
  const isEnded = last.every(({ code }) => code === "reauthorization-required");
  if (usedUp !== isEnded)
    broken.push(`${where}: the login ${isEnded ? "ended" : "went on"} (${codes(last)})`);
  if (!usedUp && last.some(({ code }) => code !== undefined))
    broken.push(`${where}: calls failed (${codes(last)})`);
  if (ended.some(({ message = "" }) => !HONEST.test(message)))
    broken.push(`${where}: the end of the login was not explained (${ended[0]?.message})`);
  if (!isEnded)
    broken.push(...(await storeIsCurrent(spotify, [one])).map((sentence) => `${where}: ${sentence}`));
  broken.push(...replays([one, other], told).map((sentence) => `${where}: ${sentence}`));
  // Struck once: one request and one replay. Struck twice: the same, and one more request of whoever asked again.
  const most = times === 1 ? 2 : 3;
  if (seen.requests > most) broken.push(`${where}: ${seen.requests} token requests, not ${most}`);
  return { text: `${isEnded ? "sign in again" : "goes on"} (${seen.requests})`, broken };
}

/** I6: no two processes have a refresh token on its way at a time, and none sends it more than twice under one lock. */
function replays(workers: readonly WorkerProgram[], told: readonly number[]): readonly string[] {
  const flights = workers.flatMap(({ name, events }, index) => {
    const own = events.slice(told[index]);
    const sent = own.filter(({ event }) => event === "token-request").map(({ at }) => at.steady);
    const settled = own
      .filter(({ event }) => event === "refreshed" || event === "refresh-failed")
      .map(({ at }) => at.steady);
    return settled.map((end, turn) => {
      const begin = settled[turn - 1] ?? Number.NEGATIVE_INFINITY;
      const within = sent.filter((at) => at > begin && at < end);
      return { name, count: within.length, from: Math.min(...within), to: end };
    });
  });
  const real = flights.filter(({ count }) => count > 0).sort((a, b) => a.from - b.from);
  const sentences = real
    .filter(({ count }) => count > 2)
    .map(({ name, count }) => `${name} sent it ${count} times`);
  for (const [index, flight] of real.entries()) {
    const next = real[index + 1];
    if (next !== undefined && next.name !== flight.name && next.from < flight.to)
      sentences.push("two processes had it on its way at once");
  }
  return sentences;
}

function codes(calls: readonly CallOutcome[]): string {
  return [...new Set(calls.map(({ code = "ok" }) => code))].join(", ");
}
