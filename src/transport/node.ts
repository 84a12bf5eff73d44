import type { Send } from "../base/http.js";
import { fetchSender } from "./fetch-sender.js";
import type { nodeSend } from "./node-send.js";
import { type DefaultSenderOptions, limitsOf, type SenderOptions } from "./sender-options.js";

let loaded: typeof nodeSend | undefined;

/**
 * The sender for Node: undici without `fetch` round it.
 *
 * All senders of a process share its connections, at most 64 to an origin. Redirects are refused, as by `fetchSender`.
 *
 * @throws StagedoorError `argument-invalid` for a deadline that no timer can keep
 *
 * @example
 * const send = nodeSender({ timeoutMs: 10_000 });
 * const answer = await send({ method: "GET", url: "https://api.spotify.com/v1/me", headers: { authorization } });
 */
export function nodeSender(options: SenderOptions = {}): Send {
  const limits = limitsOf(options);
  return (request) =>
    loaded === undefined ? load().then((send) => send(request, limits)) : loaded(request, limits);
}

/** How this runtime sends where nothing else was asked for. */
export function defaultSender(options: DefaultSenderOptions = {}): Send {
  return options.fetch === undefined ? nodeSender(options) : fetchSender(options);
}

/** At the first request: importing stagedoor takes no time for undici, zlib and streams, which may not be used. */
async function load(): Promise<typeof nodeSend> {
  const { nodeSend } = await import("./node-send.js");
  loaded = nodeSend;
  return nodeSend;
}
