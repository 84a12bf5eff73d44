import { median } from "../measuring.mjs";

/** @typedef {{ results: any[], error?: string }} Measured */

/**
 * The median of one member over the rounds; `undefined` for who failed.
 *
 * @param {Measured | undefined} measured
 * @param {string} member
 */
export function middle(measured, member) {
  if (measured === undefined || measured.error !== undefined || measured.results.length === 0)
    return undefined;
  return median(measured.results.map((result) => result[member]));
}

/**
 * The median of the rounds' ratios: both were measured side by side in each.
 *
 * @param {Measured | undefined} one
 * @param {Measured | undefined} other
 * @param {string} member
 */
export function ratio(one, other, member) {
  if (middle(one, member) === undefined || middle(other, member) === undefined) return undefined;
  const count = Math.min(one.results.length, other.results.length);
  return median(
    Array.from({ length: count }, (_, at) => one.results[at][member] / other.results[at][member]),
  );
}

/**
 * @param {number | undefined} number
 * @param {number} [digits]
 */
export const show = (number, digits = 2) =>
  number === undefined
    ? "—"
    : number.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });

/**
 * One line of what was to be reached.
 *
 * @param {string} what
 * @param {"<=" | ">=" | "<" | "="} sign
 * @param {number} target
 * @param {number | undefined} measured
 * @param {{ unit?: string, digits?: number }} [format]
 */
export function goal(what, sign, target, measured, { unit = "", digits = 2 } = {}) {
  const holds = {
    "<=": (value) => value <= target,
    ">=": (value) => value >= target,
    "<": (value) => value < target,
    "=": (value) => value === target,
  };
  const words = { "<=": "at most", ">=": "at least", "<": "less than", "=": "exactly" };
  return {
    what,
    target: `${words[sign]} ${target}${unit}`,
    measured: measured === undefined ? "not measured" : `${show(measured, digits)}${unit}`,
    isMet: measured !== undefined && holds[sign](measured),
  };
}

/**
 * Rows in the order of a figure, stagedoor's and the raw ones among the others.
 *
 * @template {Measured} M
 * @param {readonly M[]} all
 * @param {string} member
 * @param {"up" | "down"} direction
 */
export function ordered(all, member, direction) {
  const sign = direction === "up" ? 1 : -1;
  const key = (one) => middle(one, member) ?? sign * Number.POSITIVE_INFINITY;
  return [...all].sort((a, b) => sign * (key(a) - key(b)));
}

/**
 * The peer that is best at something.
 *
 * @template {Measured & { contestant: { kind: string } }} M
 * @param {readonly M[]} all
 * @param {string} member
 * @param {"most" | "least"} which
 */
export const bestPeer = (all, member, which) =>
  ordered(
    all.filter(({ contestant, ...one }) => contestant.kind === "peer" && middle(one, member) !== undefined),
    member,
    which === "most" ? "down" : "up",
  )[0];
