import { SECOND } from "../base/clock.js";
import type { Tally } from "./tally.js";

/** How long a rolling window may be, in milliseconds; Spotify documents 30 seconds. */
const SPANS = /* @__PURE__ */ [1, 2, 5, 10, 30].map((seconds) => seconds * SECOND);
/** How far a prediction may be off what the server said before the span counts as wrong. */
export const TOLERANCE_MS = SECOND;

/** The first 429 of a row of them. */
export interface Episode {
  readonly sentAt: number;
  readonly answeredAt: number;
  readonly retryAfterMs: number | undefined;
}

/** A span that the server's window may have, and what it would mean. */
export interface Candidate {
  readonly spanMs: number;
  /** How many were let through within it before the refusal. */
  readonly passed: number;
  readonly refuted: boolean;
  readonly errorMs: number;
  /** True when it would have sent again too early. */
  readonly isShort: boolean;
}

/** The span whose prediction comes nearest to what the server said. */
export function bestCandidate(passed: Tally, episode: Episode): Candidate | undefined {
  const candidates = SPANS.map((spanMs) => candidate(passed, spanMs, episode)).filter(
    (known) => known !== undefined,
  );
  const longest = candidates.at(-1);
  if (episode.retryAfterMs === undefined || longest === undefined) return longest;
  const likely = candidates.filter(({ refuted }) => !refuted);
  if (likely.length === 0) return longest;
  const smallestError = Math.min(...likely.map(({ errorMs }) => errorMs));
  const nearest = likely.filter(({ errorMs }) => errorMs === smallestError);
  const [first = longest] = nearest;
  if (smallestError > TOLERANCE_MS) {
    // None of them is the server's span: the next longer one is the one that is safe.
    return likely.find(({ isShort }) => !isShort) ?? likely.at(-1);
  }
  return nearest.includes(longest) ? longest : first;
}

/** What a span would mean; `undefined` when nothing was let through within it. */
export function candidate(
  passed: Tally,
  spanMs: number,
  { sentAt, answeredAt, retryAfterMs }: Episode,
): Candidate | undefined {
  const { surely, perhaps, oldest } = passed.between(sentAt - spanMs, answeredAt);
  if (surely === 0) return undefined;
  const predicted = Math.ceil((oldest + spanMs - sentAt) / SECOND) * SECOND;
  return {
    spanMs,
    passed: surely,
    refuted: passed.most(spanMs, sentAt) > perhaps,
    errorMs: retryAfterMs === undefined ? 0 : Math.abs(predicted - retryAfterMs),
    isShort: retryAfterMs !== undefined && predicted < retryAfterMs,
  };
}

/** The next longer span than this one, as far as there is one. */
export function nextLonger(spanMs: number): number {
  return SPANS.find((longer) => longer > spanMs) ?? spanMs;
}
