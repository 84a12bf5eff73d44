import { type Answer, type Inquiry, jsonAnswer } from "../exchange.js";
import type { EntryPredicate, Ledger, LedgerEntry } from "../ledger.js";

/** What may wait for a reader who is slower than the requests; what comes beyond it is left out and counted. */
const MAX_WAITING = 10_000;
/** Members of an entry that a query can name; the value has to be the same. */
const EXACT = [
  "operationId",
  "person",
  "service",
  "method",
  "path",
  "grant",
  "clientId",
  "caller",
  "fault",
  "rule",
] as const;

const NAMES: readonly string[] = [...EXACT, "status", "since", "limit", "stream"];

/**
 * `GET /ledger`: all entries, or those that the query picks; with `?stream` or `Accept: application/x-ndjson` one a line, and the
 * live ones after them until the reader goes away.
 */
export function ledgerAnswer(ledger: Ledger, inquiry: Inquiry): Answer {
  const query = new URLSearchParams(inquiry.query);
  const unknown = [...query.keys()].find((name) => !NAMES.includes(name));
  if (unknown !== undefined)
    return jsonAnswer(400, { error: `There is no ${unknown} here, only ${NAMES.join(", ")}.` });
  const picks = predicateOf(query);
  if (picks === undefined) return jsonAnswer(400, { error: "since, limit and status must be numbers." });
  const limit = Number(query.get("limit") ?? Number.POSITIVE_INFINITY);
  const found = ledger.entries().filter(picks);
  const shown = limit === 0 ? [] : found.slice(-limit);
  const streams = query.has("stream") || (inquiry.header("accept") ?? "").includes("application/x-ndjson");
  if (!streams) return jsonAnswer(200, shown, { "cache-control": "no-store" });
  return {
    status: 200,
    headers: { "content-type": "application/x-ndjson", "cache-control": "no-store" },
    body: "",
    stream: liveLines(ledger, shown, picks),
  };
}

function predicateOf(query: URLSearchParams): EntryPredicate | undefined {
  const status = query.get("status");
  const since = query.get("since") ?? "0";
  if (![since, query.get("limit") ?? "0"].every((text) => /^\d{1,15}$/.test(text))) return undefined;
  if (status !== null && !/^\d(\d\d|xx)$/.test(status) && status !== "0") return undefined;
  const exact = EXACT.flatMap((name) => {
    const value = query.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return (entry) =>
    entry.sequence > Number(since) &&
    (status === null || hasStatus(entry, status)) &&
    exact.every(([name, value]) => entry[name] === value);
}

/** `4xx` stands for every status from 400 to 499. */
function hasStatus(entry: LedgerEntry, status: string): boolean {
  return status.endsWith("xx") ? String(entry.status)[0] === status[0] : String(entry.status) === status;
}

const encoder = new TextEncoder();
const line = (value: unknown) => encoder.encode(`${JSON.stringify(value)}\n`);

/** Written out, not as a generator: one that waits for the next entry could not be ended. */
function liveLines(
  ledger: Ledger,
  first: readonly LedgerEntry[],
  picks: EntryPredicate,
): AsyncIterable<Uint8Array> {
  const waiting: LedgerEntry[] = [...first];
  let left = 0;
  let ended = false;
  let wake: (() => void) | undefined;
  const stop = ledger.onEntry((entry) => {
    if (!picks(entry)) return;
    if (waiting.length >= MAX_WAITING) left++;
    else waiting.push(entry);
    wake?.();
  });
  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        while (!ended && waiting.length === 0 && left === 0) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        if (ended) return { done: true, value: undefined };
        if (waiting.length === 0) {
          const leftOut = left;
          left = 0;
          return { done: false, value: line({ leftOut }) };
        }
        // All that waits goes out at once; a line at a time would be slower than the requests.
        const lines = waiting.splice(0).map((entry) => `${JSON.stringify(entry)}\n`);
        return { done: false, value: encoder.encode(lines.join("")) };
      },
      return() {
        ended = true;
        stop();
        wake?.();
        return Promise.resolve({ done: true as const, value: undefined });
      },
    }),
  };
}
