import type { Dispatcher } from "undici";
import { type AbortListener, listen, stopListening } from "../base/abort-listeners.js";
import { abortError, StagedoorError } from "../base/errors.js";
import type { HttpRequest, HttpResponse } from "../base/http.js";
import { markUnsent } from "../base/unsent.js";
import { hostOf, isRedirect, redirectRefused, tooLarge } from "./answer-error.js";
import { DeadlineError } from "./deadline-error.js";
import { type Deadlines, Timed } from "./deadlines.js";
import { NetworkError, systemCodeOf } from "./network-error.js";
import { decode } from "./node-decode.js";
import type { Connections, Waiting } from "./node-pools.js";
import type { SenderLimits } from "./sender-options.js";

export interface ExchangeContext {
  readonly limits: SenderLimits;
  readonly deadlines: Deadlines;
  readonly connections: Connections;
  readonly resolve: (response: HttpResponse) => void;
  readonly reject: (error: StagedoorError) => void;
}

type Abort = (error?: Error) => void;

const NOTHING: Uint8Array<ArrayBuffer> = new Uint8Array();

/** What undici is told when the caller has gone; nobody sees it. */
const ABANDONED = new Error("abandoned");

/**
 * One request and its answer, as undici hands it over piece by piece.
 *
 * This is undici's older interface for handlers: it gives the headers as they came.
 */
export class NodeExchange extends Timed implements Waiting, AbortListener {
  readonly written: Dispatcher.DispatchOptions;
  readonly #request: HttpRequest;
  readonly #limits: SenderLimits;
  readonly #context: ExchangeContext;
  /** While a connection is this request's. */
  #abort: Abort | undefined;
  #hasBegun = false;
  #status = 0;
  #headers: readonly Uint8Array[] = [];
  #first: Uint8Array<ArrayBuffer> | undefined;
  #chunks: Uint8Array[] | undefined;
  #length = 0;

  /** @throws LimitError `queue-full` */
  constructor(request: HttpRequest, written: Dispatcher.DispatchOptions, context: ExchangeContext) {
    super(context.deadlines, { timeoutMs: request.timeoutMs ?? context.limits.timeoutMs });
    this.written = written;
    this.#request = request;
    this.#limits = context.limits;
    this.#context = context;
    context.connections.enter(this);
    // undici may have begun already, or have failed.
    if (!this.#hasBegun) this.waitFor("connect", this.#limits.connectMs);
    if (!this.isOver && request.signal !== undefined) listen(request.signal, this);
  }

  onAbort(signal: AbortSignal): void {
    const error = abortError(signal, `The request to ${this.#host}`);
    this.fail(this.#hasBegun ? error : markUnsent(error));
  }

  override expire(): void {
    const delivered = this.#hasBegun ? "unknown" : "no";
    this.fail(new DeadlineError(this.#host, this.dueFor, this.dueAfterMs, delivered));
  }

  /** The connection is there, and nothing has been written to it. */
  onConnect(abort: Abort): void {
    // Thrown and not handed to `abort`, which would close a connection that is as good as new.
    if (this.isOver) throw ABANDONED;
    this.#abort = abort;
    this.#hasBegun = true;
    this.waitFor("headers", this.#limits.headersMs);
  }

  onHeaders(status: number, headers: readonly Uint8Array[]): boolean {
    // 103 and its like come before the answer.
    if (status < 200) return true;
    this.#status = status;
    this.#headers = headers;
    if (isRedirect(status)) this.fail(redirectRefused(this.#host));
    else this.waitFor("idle", this.#limits.idleMs);
    return true;
  }

  onData(chunk: Buffer<ArrayBuffer>): boolean {
    this.#length += chunk.byteLength;
    if (this.#length > this.#limits.maxBodyBytes) {
      this.#failTooLarge();
      return true;
    }
    if (this.#first === undefined) this.#first = chunk;
    else if (this.#chunks === undefined) this.#chunks = [this.#first, chunk];
    else this.#chunks.push(chunk);
    this.waitFor("idle", this.#limits.idleMs);
    return true;
  }

  onComplete(): void {
    // From here on, the connection is another request's.
    this.#abort = undefined;
    this.#context.connections.leave();
    const packed = this.#body();
    const encoding = packed.byteLength === 0 ? null : this.#header("content-encoding");
    if (encoding === null) this.#succeed(packed);
    else {
      decode(encoding, packed, this.#limits.maxBodyBytes, this.#host, (error, body) => {
        if (error === undefined) this.#succeed(body);
        else this.fail(error);
      });
    }
  }

  onError(error: Error): void {
    this.#abort = undefined;
    this.#context.connections.leave();
    if (this.isOver) return;
    // These have no body, and a length that they name is that of another answer (RFC 9110 section 8.6); undici expects it all the same (7.30.2).
    const isWhole = (this.#status === 304 || this.#status === 204) && this.#length === 0;
    if (isWhole && systemCodeOf(error) === "UND_ERR_RES_CONTENT_LENGTH_MISMATCH") this.#succeed(NOTHING);
    else this.fail(this.#translate(error));
  }

  /** Ends the exchange, and with it a connection on which something is still to come. */
  fail(error: StagedoorError): void {
    if (this.isOver) return;
    this.#end();
    this.#context.reject(error);
    if (this.#abort === undefined) this.#context.connections.giveUp(this);
    else this.#abort(ABANDONED);
  }

  #succeed(body: Uint8Array<ArrayBuffer>): void {
    if (this.isOver) return;
    this.#end();
    this.#context.resolve({ status: this.#status, header: (name) => this.#header(name), body });
  }

  #end(): void {
    this.stopWaiting();
    const { signal } = this.#request;
    if (signal !== undefined) stopListening(signal, this);
  }

  #failTooLarge(): void {
    this.fail(tooLarge(this.#host, this.#limits.maxBodyBytes));
  }

  #translate(error: Error): StagedoorError {
    const code = systemCodeOf(error);
    if (code === "UND_ERR_CONNECT_TIMEOUT") {
      return new DeadlineError(this.#host, "connect", this.#limits.connectMs, "no");
    }
    if (code === "UND_ERR_HEADERS_OVERFLOW") {
      return new StagedoorError(
        "response-too-large",
        `${this.#host} answered with more headers than are read.`,
      );
    }
    // undici 7.30.2 loses the parser's own code.
    const isUnparsed = code === undefined && error.name === "HTTPParserError";
    return new NetworkError(this.#host, isUnparsed ? "HPE_UNKNOWN" : code, this.#hasBegun);
  }

  get #host(): string {
    return hostOf(this.#request.url);
  }

  #body(): Uint8Array<ArrayBuffer> {
    if (this.#first === undefined) return NOTHING;
    if (this.#chunks !== undefined) return Buffer.concat(this.#chunks, this.#length);
    // One piece is handed on as it came, a view of what the socket read: most bodies are one.
    return this.#first;
  }

  /** Looks through the headers as they came. Whoever asks asks for few of them, and most requests for none. */
  #header(name: string): string | null {
    let found: string | null = null;
    for (let index = 0; index + 1 < this.#headers.length; index += 2) {
      const key = this.#headers[index];
      // The length tells most of them apart, before a text is made of any.
      if (key?.byteLength !== name.length || latin1(key).toLowerCase() !== name.toLowerCase()) continue;
      const value = latin1(this.#headers[index + 1]).trim();
      found = found === null ? value : `${found}, ${value}`;
    }
    return found;
  }
}

function latin1(bytes: Uint8Array | undefined): string {
  return bytes === undefined
    ? ""
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
