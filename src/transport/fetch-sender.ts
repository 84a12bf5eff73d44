import { type AbortListener, listen, stopListening } from "../base/abort-listeners.js";
import { abortError, StagedoorError } from "../base/errors.js";
import type { Fetch, HttpRequest, HttpResponse, Send } from "../base/http.js";
import { hostOf, isRedirect, redirectRefused, tooLarge } from "./answer-error.js";
import { DeadlineError } from "./deadline-error.js";
import { Deadlines, Timed } from "./deadlines.js";
import { NetworkError, systemCodeOf } from "./network-error.js";
import {
  checkDeadline,
  type DefaultSenderOptions,
  limitsOf,
  type SenderLimits,
  type SenderOptions,
} from "./sender-options.js";

export interface FetchSenderOptions extends SenderOptions {
  /** Default: the runtime's own `fetch`. */
  readonly fetch?: Fetch | undefined;
}

/**
 * The sender for every runtime that has `fetch`.
 *
 * Redirects are refused: neither service of Spotify's sends one, and following it could carry a token to a stranger. `fetch` does not tell when
 * it has a connection: the deadlines for the connection and for the beginning of the answer are kept as one, as long as both together.
 *
 * @throws StagedoorError `argument-invalid` for a deadline that no timer can keep
 *
 * @example
 * const send = fetchSender({ timeoutMs: 10_000 });
 * const answer = await send({ method: "GET", url: "https://api.spotify.com/v1/me", headers: { authorization } });
 */
export function fetchSender(options: FetchSenderOptions = {}): Send {
  const limits = limitsOf(options);
  return (request) =>
    new Promise((resolve, reject) => {
      if (request.timeoutMs !== undefined) checkDeadline(request.timeoutMs);
      const fetch = options.fetch ?? globalThis.fetch;
      new FetchExchange(request, limits, { resolve, reject }).run(fetch);
    });
}

/** How this runtime sends where nothing else was asked for. */
export function defaultSender(options: DefaultSenderOptions = {}): Send {
  return fetchSender(options);
}

interface Settler {
  readonly resolve: (response: HttpResponse) => void;
  readonly reject: (error: unknown) => void;
}

class FetchExchange extends Timed implements AbortListener {
  readonly #request: HttpRequest;
  readonly #limits: SenderLimits;
  readonly #host: string;
  readonly #settler: Settler;
  /** For `fetch`, and for no longer than the request: a signal that lives on would gather what listens to it. */
  readonly #controller = new AbortController();

  constructor(request: HttpRequest, limits: SenderLimits, settler: Settler) {
    // A timer for each request, since workerd ends the timers of an incoming request with it: nothing there can be shared between two.
    super(new Deadlines(), { timeoutMs: request.timeoutMs ?? limits.timeoutMs });
    this.#request = request;
    this.#limits = limits;
    this.#host = hostOf(request.url);
    this.#settler = settler;
  }

  run(fetch: Fetch): void {
    const { signal } = this.#request;
    if (signal?.aborted) {
      this.#settler.reject(this.#aborted(signal));
      return;
    }
    if (signal !== undefined) listen(signal, this);
    this.waitFor("headers", this.#limits.connectMs + this.#limits.headersMs);
    this.#exchange(fetch).then(
      (response) => this.#settle(() => this.#settler.resolve(response)),
      (error: unknown) => this.#fail(this.#translate(error)),
    );
  }

  override expire(): void {
    this.#fail(new DeadlineError(this.#host, this.dueFor, this.dueAfterMs, "unknown"));
  }

  onAbort(signal: AbortSignal): void {
    this.#fail(this.#aborted(signal));
  }

  #aborted(signal: AbortSignal): StagedoorError {
    return abortError(signal, `The request to ${this.#host}`);
  }

  async #exchange(fetch: Fetch): Promise<HttpResponse> {
    const { method, url, headers, body } = this.#request;
    const response = await fetch(url, {
      method,
      headers,
      redirect: "manual",
      signal: this.#controller.signal,
      ...(body !== undefined && { body }),
    });
    // A `fetch` that is not the runtime's own may not look at its signal.
    if (this.isOver) await response.body?.cancel();
    if (response.type === "opaqueredirect" || isRedirect(response.status)) throw redirectRefused(this.#host);
    return {
      status: response.status,
      header: (name) => response.headers.get(name),
      body: await this.#read(response),
    };
  }

  async #read(response: Response): Promise<HttpResponse["body"]> {
    const { maxBodyBytes, idleMs } = this.#limits;
    if (response.body === null) return new Uint8Array();
    if (Number(response.headers.get("content-length") ?? 0) > maxBodyBytes) {
      throw tooLarge(this.#host, maxBodyBytes);
    }
    const chunks: Uint8Array[] = [];
    let length = 0;
    const reader = response.body.getReader();
    this.waitFor("idle", idleMs);
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      length += part.value.byteLength;
      if (length > maxBodyBytes) throw tooLarge(this.#host, maxBodyBytes);
      chunks.push(part.value);
      this.waitFor("idle", idleMs);
      if (this.isOver) await reader.cancel();
    }
    return join(chunks, length);
  }

  #translate(error: unknown): StagedoorError {
    return error instanceof StagedoorError ? error : new NetworkError(this.#host, systemCodeOf(error));
  }

  /** Ends the exchange, and with it the connection: a body that nobody reads would keep it. */
  #fail(error: StagedoorError): void {
    this.#settle(() => {
      this.#settler.reject(error);
      this.#controller.abort();
    });
  }

  #settle(how: () => void): void {
    if (this.isOver) return;
    this.stopWaiting();
    const { signal } = this.#request;
    if (signal !== undefined) stopListening(signal, this);
    how();
  }
}

function join(chunks: readonly Uint8Array[], length: number): HttpResponse["body"] {
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}
