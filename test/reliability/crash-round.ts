// One kill in the middle of a refresh, and what its heir finds: a process that has seen nothing of the login yet.
import { setTimeout as pause } from "node:timers/promises";
import type { SpotifyProgram, WorkerProgram } from "./conductor.js";
import { moment, type StoredAnswer } from "./protocol.js";
import { readTokenFiles, type TokenFiles } from "./token-files.js";

export interface Kill {
  /** From the kill to the lock in the heir's hands, in milliseconds. */
  readonly lockMs: number;
  /** Between the commit and the kill, in milliseconds: negative for a kill before it; absent where nothing was committed. */
  readonly afterCommitMs?: number;
  /** What the victim left: the token as before the refresh, announced or not, or the new one. */
  readonly left: "untouched" | "announced" | "renewed";
  readonly isLost: boolean;
  readonly temporary: number;
  readonly broken: readonly string[];
  readonly heir: WorkerProgram;
}

export interface Round {
  readonly spotify: SpotifyProgram;
  readonly victim: WorkerProgram;
  readonly heir: WorkerProgram;
  /** What is stored, as the victim knows it. */
  readonly before: StoredAnswer;
  /** When to kill, in milliseconds after the refresh began. */
  readonly killAfterMs: number;
  /** Where the files are, of a file store. */
  readonly directory?: string | undefined;
}

const HONEST = /an earlier answer of Spotify was probably lost/;

/** Kills the victim in mid-refresh and has the heir go on. */
export async function killRound(round: Round): Promise<Kill> {
  const { spotify, victim, heir, before, killAfterMs, directory } = round;
  const { last } = await spotify.ask("token-requests", { since: Number.MAX_SAFE_INTEGER });
  const refreshing = await victim.prepare("refresh", {});
  const locking = await heir.prepare("hold", {}, { timeoutMs: 60_000 });
  refreshing.go();
  await pause(killAfterMs);
  const killed = moment();
  victim.signal("SIGKILL");
  locking.go();
  const { ended: locked } = await locking.answer;
  const broken: string[] = [];
  const left = await heir.ask("stored", {});
  const files = directory === undefined ? undefined : readTokenFiles(directory);
  broken.push(...(files?.broken ?? []), ...mixture(files, left));
  await heir.ask("release", {});
  const goingOn = (await heir.ask("refresh", {})).calls[0];
  await victim.ended;
  const { entries } = await spotify.ask("token-requests", { since: last });
  const commit = entries.find(({ caller, committed }) => caller === victim.name && committed);
  const isOld = left?.refresh === before.refresh;
  const isLost = goingOn?.code !== undefined;
  // The only kill that may cost a login is the one between the server's commit and the durable write.
  const mayBeLost = commit !== undefined && isOld;
  if (isLost && !mayBeLost)
    broken.push(`a login was lost without need (${goingOn.code}: ${goingOn.message})`);
  if (!isLost && mayBeLost) broken.push("a login went on although its refresh token was used up");
  if (isLost && (goingOn.code !== "reauthorization-required" || !HONEST.test(goingOn.message ?? "")))
    broken.push(`a lost login was said to be ${goingOn.code}: ${goingOn.message}`);
  if (entries.filter(({ caller }) => caller === heir.name).length > 1)
    broken.push("the heir asked more than once");
  if (directory !== undefined && !isLost && readTokenFiles(directory).temporary > 0)
    broken.push("a temporary file was not swept by the next write");
  return {
    lockMs: locked.steady - killed.steady,
    ...(commit !== undefined && { afterCommitMs: killed.wall - commit.time }),
    left: !isOld ? "renewed" : left?.state === "active" ? "untouched" : "announced",
    isLost,
    temporary: files?.temporary ?? 0,
    broken,
    heir,
  };
}

/** What the files say must be what the store says, once. */
function mixture(files: TokenFiles | undefined, left: StoredAnswer | null): readonly string[] {
  if (left === null) return ["the store was empty"];
  if (files === undefined) return [];
  const [record, ...more] = files.records;
  if (record === undefined || more.length > 0) return [`${files.records.length} token files for one login`];
  return record.refresh === left.refresh && record.state === left.state
    ? []
    : ["the file and the store do not agree"];
}
