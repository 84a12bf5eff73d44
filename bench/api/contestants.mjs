/**
 * Who is measured. Each is a file of `contestants/`, loaded only in a process of its own.
 *
 * @typedef {object} Settings
 * @property {string} url the bare server, without a path
 * @property {boolean} [isExpired] begin with a token that has run out
 * @property {"extended" | "development"} [tier]
 * @property {string} [profile] whose login
 * @property {boolean} [isLimited] switch on what the library has for 429
 * @property {{ port: number, prefix: string }} [redis] share limits there
 *
 * @typedef {object} Caller
 * @property {(id: string) => Promise<{ id: string }>} getTrack
 * @property {(id: string, onTrack: (id: string) => void, plan: { inFlight?: number }) => Promise<void>} [readPlaylist]
 * @property {(ids: string[], plan: { tier: string, inFlight?: number }) => Promise<{ id: string }[]>} [readTracks]
 *
 * @typedef {object} Contestant
 * @property {string} name of its file
 * @property {string} title
 * @property {"stagedoor" | "raw" | "peer"} kind
 * @property {string} [package] whose version the page tells
 */

/** @type {readonly Contestant[]} */
export const CONTESTANTS = [
  { name: "stagedoor", title: "**stagedoor**, `createSpotify`", kind: "stagedoor" },
  { name: "stagedoor-call", title: "**stagedoor**, `call` alone", kind: "stagedoor" },
  { name: "dispatch", title: "undici `dispatch`, bare handler, Pool", kind: "raw", package: "undici" },
  { name: "request", title: "undici `request`, Pool", kind: "raw", package: "undici" },
  { name: "node-http", title: "`node:http`, keep-alive agent", kind: "raw" },
  { name: "fetch", title: "built-in `fetch`", kind: "raw" },
  { name: "soundify", title: "@soundify/web-api", kind: "peer", package: "@soundify/web-api" },
  { name: "official", title: "@spotify/web-api-ts-sdk", kind: "peer", package: "@spotify/web-api-ts-sdk" },
  {
    name: "stainless",
    title: "@stainless-commons/spotify",
    kind: "peer",
    package: "@stainless-commons/spotify",
  },
  { name: "web-api-node", title: "spotify-web-api-node", kind: "peer", package: "spotify-web-api-node" },
  { name: "spotify-api-js", title: "spotify-api.js", kind: "peer", package: "spotify-api.js" },
];

/** Yardsticks of single tables. */
const YARDSTICKS = [
  { name: "refresh-once", title: "one refresh for all, by hand, on a Pool", kind: "raw", package: "undici" },
  {
    name: "pacing",
    title: "a pace that knows the limit, by hand, on a Pool",
    kind: "raw",
    package: "undici",
  },
  {
    name: "gate",
    title: "a gate that closes at each 429, by hand, on a Pool",
    kind: "raw",
    package: "undici",
  },
];

/** @param {...string} names */
export const contestants = (...names) =>
  names.map((name) => [...CONTESTANTS, ...YARDSTICKS].find((one) => one.name === name));

export const PEERS = CONTESTANTS.filter(({ kind }) => kind === "peer").map(({ name }) => name);
