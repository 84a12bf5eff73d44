/** Where the time of a program went, from a `.cpuprofile`: its functions by what they took themselves. */

/**
 * @typedef {object} Spent
 * @property {string} what a function, or what Node did
 * @property {string} where `stagedoor`, `undici`, `node` or the name of another package
 * @property {number} share of the time in which the program did not wait
 */

/**
 * @param {{ nodes: any[], samples: number[], timeDeltas: number[] }} profile
 * @returns {Spent[]} the longest first
 */
export function spentIn({ nodes, samples, timeDeltas }) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const spent = new Map();
  let whole = 0;
  for (const [at, id] of samples.entries()) {
    const { callFrame } = byId.get(id);
    if (callFrame.functionName === "(idle)") continue;
    const us = timeDeltas[at];
    whole += us;
    const { what, where } = nameOf(callFrame);
    const key = `${where} ${what}`;
    const known = spent.get(key) ?? { what, where, us: 0 };
    known.us += us;
    spent.set(key, known);
  }
  return [...spent.values()]
    .map(({ us, ...rest }) => ({ ...rest, share: us / whole }))
    .sort((a, b) => b.share - a.share);
}

function nameOf({ functionName, url, lineNumber }) {
  if (/^\(.*\)$/.test(functionName)) return { what: functionName, where: "node" };
  const path = url.replace(/^.*\/node_modules\//, "");
  const label = functionName === "" ? "anonymous" : functionName;
  if (url === "" || url.startsWith("node:")) return { what: `${label} ${url}`.trim(), where: "node" };
  if (path !== url) {
    const [, name] = /^((?:@[^/]+\/)?[^/]+)/.exec(path);
    return { what: `${label} ${path.split("/").at(-1)}:${lineNumber + 1}`, where: name };
  }
  const own = /\/dist\/(.+)$/.exec(url)?.[1];
  if (own !== undefined) return { what: `${label} ${own}:${lineNumber + 1}`, where: "stagedoor" };
  return { what: `${label} ${url.split("/").at(-1)}:${lineNumber + 1}`, where: "the measurement" };
}

/**
 * What each package took in all.
 *
 * @param {readonly Spent[]} spent
 */
export function byPackage(spent) {
  const sums = new Map();
  for (const { where, share } of spent) sums.set(where, (sums.get(where) ?? 0) + share);
  return [...sums].map(([where, share]) => ({ where, share })).sort((a, b) => b.share - a.share);
}
