// Judges a run by the emulator's ledger. How to use it:
//
//   const mark = await markLedger(spotify);
//   … one or more rounds …
//   const seen = await since(spotify, mark);             // figures, for the table
//   const broken = exactlyOnce(seen, { rounds: 3 });     // sentences, empty when all is well
//   broken.push(...(await storeIsCurrent(spotify, [worker])));
import type { LedgerEntry } from "../../src/emulator/index.js";
import type { SpotifyProgram, WorkerProgram } from "./conductor.js";
import type { CallsAnswer } from "./protocol.js";

/** What reached the token endpoint by refreshes. */
export interface TokenFigures {
  readonly requests: number;
  /** How many of them gave a token. */
  readonly committed: number;
  /** The most requests that one generation saw, of those whose generation is known. */
  readonly mostPerGeneration: number;
  readonly invalidGrants: number;
  /** Grants that the emulator revoked because an old refresh token was used. */
  readonly familyRevocations: number;
  readonly entries: readonly LedgerEntry[];
}

export interface LedgerMark {
  readonly sequence: number;
  readonly revokedGrants: number;
}

export async function markLedger(spotify: SpotifyProgram): Promise<LedgerMark> {
  const { last } = await spotify.ask("token-requests", { since: Number.MAX_SAFE_INTEGER });
  const { revokedGrants } = await spotify.ask("current", {});
  return { sequence: last, revokedGrants };
}

export async function since(spotify: SpotifyProgram, mark: LedgerMark): Promise<TokenFigures> {
  const { entries } = await spotify.ask("token-requests", { since: mark.sequence });
  const refreshes = entries.filter(({ grant }) => grant === "refresh_token");
  const perGeneration = new Map<number, number>();
  for (const { generation } of refreshes)
    if (generation !== undefined) perGeneration.set(generation, (perGeneration.get(generation) ?? 0) + 1);
  const { revokedGrants } = await spotify.ask("current", {});
  return {
    requests: refreshes.length,
    committed: refreshes.filter(({ committed }) => committed).length,
    mostPerGeneration: Math.max(0, ...perGeneration.values()),
    invalidGrants: refreshes.filter(({ rule }) => rule === "invalid_grant").length,
    familyRevocations: revokedGrants - mark.revokedGrants,
    entries: refreshes,
  };
}

/** I1: one request for each time that the token ran out, each of them good. A sentence for each thing that is not so. */
export function exactlyOnce(seen: TokenFigures, { rounds }: { readonly rounds: number }): string[] {
  const broken: string[] = [];
  const callers = [...new Set(seen.entries.map(({ caller }) => caller))].slice(0, 6).join(", ");
  if (seen.requests !== rounds || seen.committed !== rounds)
    broken.push(
      `${seen.requests} token requests (${seen.committed} committed) for ${rounds} generations, from ${callers}`,
    );
  if (seen.mostPerGeneration > 1) broken.push(`${seen.mostPerGeneration} token requests for one generation`);
  if (seen.invalidGrants > 0) broken.push(`${seen.invalidGrants} times invalid_grant`);
  if (seen.familyRevocations > 0) broken.push(`${seen.familyRevocations} logins revoked`);
  return broken;
}

/** What the store holds, as these workers see it, is what the server would take. */
export async function storeIsCurrent(
  spotify: SpotifyProgram,
  workers: readonly WorkerProgram[],
): Promise<readonly string[]> {
  const { refresh } = await spotify.ask("current", {});
  const found = await Promise.all(
    workers.map(async (worker) => {
      const stored = await worker.ask("stored", {});
      if (stored === null) return `nothing is stored, as ${worker.name} sees it`;
      if (stored.refresh === null || !refresh.includes(stored.refresh))
        return `the stored refresh token is not the server's, as ${worker.name} sees it`;
      return stored.state === "active" ? "" : `the stored login is ${stored.state}`;
    }),
  );
  return found.filter((sentence) => sentence !== "");
}

/** Failed calls, by code, such as `2 calls failed with timeout`. */
export function failures(answers: readonly CallsAnswer[]): readonly string[] {
  const codes = new Map<string, { count: number; message: string }>();
  for (const { code, message = "" } of answers.flatMap(({ calls }) => calls)) {
    if (code === undefined) continue;
    const known = codes.get(code) ?? { count: 0, message };
    known.count += 1;
    codes.set(code, known);
  }
  return [...codes].map(([code, { count, message }]) => `${count} calls failed with ${code}: ${message}`);
}

/** The value below which so many of a hundred lie. */
export function percentile(numbers: readonly number[], percent: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0;
}
