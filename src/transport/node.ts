import { abortError } from "../base/errors.js";
import type { HttpRequest, HttpResponse, Send } from "../base/http.js";
import { hostOf } from "./answer-error.js";
import { Deadlines } from "./deadlines.js";
import { fetchSender } from "./fetch-sender.js";
import { NodeExchange } from "./node-exchange.js";
import { Pools } from "./node-pools.js";
import { write } from "./node-request.js";
import {
  checkDeadline,
  type DefaultSenderOptions,
  limitsOf,
  type SenderLimits,
  type SenderOptions,
} from "./sender-options.js";

/** Of the process: a client costs no connections of its own. */
let pools: Pools | undefined;
let loading: Promise<Pools> | undefined;
const deadlines = new Deadlines();

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
    pools === undefined
      ? load().then((loaded) => exchange(loaded, request, limits))
      : exchange(pools, request, limits);
}

/** How this runtime sends where nothing else was asked for. */
export function defaultSender(options: DefaultSenderOptions = {}): Send {
  return options.fetch === undefined ? nodeSender(options) : fetchSender(options);
}

/** At the first request: importing stagedoor takes no time for what may not be used. */
function load(): Promise<Pools> {
  loading ??= import("undici/lib/dispatcher/pool.js").then(({ default: Pool }) => {
    pools = new Pools(Pool);
    return pools;
  });
  return loading;
}

function exchange(pools: Pools, request: HttpRequest, limits: SenderLimits): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const { url, signal, timeoutMs } = request;
    if (timeoutMs !== undefined) checkDeadline(timeoutMs);
    if (signal?.aborted) throw abortError(signal, `The request to ${hostOf(url)}`);
    const { origin, written } = write(request);
    new NodeExchange(request, written, { limits, deadlines, connections: pools.at(origin), resolve, reject });
  });
}
