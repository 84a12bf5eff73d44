/** For libraries whose addresses are fixed: the same `fetch`, with Spotify's origins replaced. */
const original = globalThis.fetch;

/** @param {string} url the bare server */
export const redirectFetch = (url) => (address, init) =>
  original(String(address).replace(/^https:\/\/(?:api|accounts)\.spotify\.com/, url), init);
