import { editDistance } from "../../base/text.js";
import { type OperationId, table } from "../../contract/table.js";
import type { NearMiss } from "../ledger.js";
import { HIDDEN } from "../noted-path.js";

const PREFIX = "/v1";
/** How many of the pieces may differ before nothing is near any more. */
const MAX_DIFFERENCE = 2;
/** Longer pieces are ids or nonsense: comparing them letter by letter would only take time. */
const MAX_COMPARED = 40;

interface Candidate {
  readonly method: string;
  readonly path: string;
  readonly operationId?: OperationId;
  readonly pieces: readonly string[];
}

/** The two addresses of the accounts service that programs use. */
const ACCOUNTS: readonly Candidate[] = [
  { method: "POST", path: "/api/token", pieces: ["api", "token"] },
  { method: "GET", path: "/authorize", pieces: ["authorize"] },
];

let operations: readonly Candidate[] | undefined;

/** Made when somebody first misses: most emulators never need it. */
function api(): readonly Candidate[] {
  operations ??= table().map(({ row }) => ({
    method: row.method,
    path: `${PREFIX}${row.path}`,
    // The table holds exactly the rows that `OperationId` is made of.
    operationId: row.operationId as OperationId,
    pieces: piecesOf(row.path),
  }));
  return operations;
}

/** Which operation a request that matched nothing came nearest to, and what was different; `undefined` when nothing is near. */
export function nearMiss(service: "accounts" | "api", method: string, path: string): NearMiss | undefined {
  const hasPrefix = path === PREFIX || path.startsWith(`${PREFIX}/`);
  const pieces = piecesOf(hasPrefix ? path.slice(PREFIX.length) : path);
  let best:
    | { readonly candidate: Candidate; readonly cost: number; readonly words: readonly string[] }
    | undefined;
  for (const [home, candidates] of [
    ["accounts", ACCOUNTS],
    ["api", api()],
  ] as const) {
    for (const candidate of candidates) {
      const words = differences(pieces, candidate.pieces);
      if (words === undefined) continue;
      if (home !== service) words.push(`it is an address of the ${NAMES[home]}`);
      else if (home === "api" && !hasPrefix) words.push(`the path starts with ${PREFIX}`);
      if (method !== candidate.method) words.push(`the method is ${candidate.method}, not ${method}`);
      // A word written wrong is nearer than one too many or too few, which often makes another operation.
      const cost = words.length + Math.abs(pieces.length - candidate.pieces.length);
      if (best === undefined || cost < best.cost) best = { candidate, cost, words };
    }
  }
  if (best === undefined || best.words.length === 0) return undefined;
  const { pieces: _pieces, ...operation } = best.candidate;
  return { ...operation, difference: best.words.join("; ") };
}

const NAMES = { accounts: "accounts service", api: "Web API" } as const;

function piecesOf(path: string): readonly string[] {
  return path.split("/").filter((piece) => piece !== "");
}

/** What is different between the pieces of two paths, in words; `undefined` when too much is. */
function differences(sent: readonly string[], meant: readonly string[]): string[] | undefined {
  const words: string[] = [];
  if (sent.length > meant.length + 1 || sent.length < meant.length - 1) return undefined;
  for (const [index, piece] of meant.entries()) {
    const given = sent[index];
    if (given === undefined) words.push(`/${piece} is missing at the end`);
    else if (piece.startsWith("{") ? given.length < 2 && given !== HIDDEN : given !== piece) {
      if (piece.startsWith("{") || !isAlike(given, piece)) return undefined;
      words.push(`${isPlural(given, piece) ? "singular and plural: " : ""}${given} should be ${piece}`);
    }
  }
  if (sent.length > meant.length) words.push(`/${sent.at(-1)} at the end is too much`);
  return words.length > MAX_DIFFERENCE || sent.length === 0 ? undefined : words;
}

function isPlural(a: string, b: string): boolean {
  return `${a}s` === b || `${b}s` === a;
}

/** True for words that differ by case, or by about a third of their letters. */
function isAlike(given: string, meant: string): boolean {
  if (given.length > MAX_COMPARED) return false;
  return editDistance(given.toLowerCase(), meant.toLowerCase()) <= Math.max(1, Math.floor(meant.length / 3));
}
