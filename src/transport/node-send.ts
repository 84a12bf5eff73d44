import Pool from "undici/lib/dispatcher/pool.js";
import { abortError } from "../base/errors.js";
import type { HttpRequest, HttpResponse } from "../base/http.js";
import { markUnsent } from "../base/unsent.js";
import { hostOf } from "./answer-error.js";
import { Deadlines } from "./deadlines.js";
import { NodeExchange } from "./node-exchange.js";
import { Pools } from "./node-pools.js";
import { write } from "./node-request.js";
import { checkDeadline, type SenderLimits } from "./sender-options.js";

/** Of the process: a client costs no connections of its own. */
const pools = new Pools(Pool);
// The connections keep the process alive while something is awaited.
const deadlines = new Deadlines((timer) => timer.unref());

/** Sends one request by the connections that all senders of the process share. */
export function nodeSend(request: HttpRequest, limits: SenderLimits): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const { url, signal, timeoutMs } = request;
    if (timeoutMs !== undefined) checkDeadline(timeoutMs);
    if (signal?.aborted) throw markUnsent(abortError(signal, `The request to ${hostOf(url)}`));
    const { origin, written } = write(request);
    new NodeExchange(request, written, { limits, deadlines, connections: pools.at(origin), resolve, reject });
  });
}
