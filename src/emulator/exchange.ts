/**
 * A request and an answer as the emulator sees them: plain values, so that neither a `Request` nor a `Response` has to be built
 * where a server can do without.
 */
export type ServiceName = "accounts" | "api" | "console";

export interface Inquiry {
  readonly service: ServiceName;
  readonly method: string;
  /** As it was sent, still percent-encoded, without the query. */
  readonly path: string;
  /** Without the `?`; empty when there is none. */
  readonly query: string;
  /** The value of a header, asked for in lower case, or `null`. */
  header(name: string): string | null;
  /** The body; rejects with `BodyTooLarge` above so many bytes, `MAX_BODY_BYTES` unless said otherwise. */
  text(maxBytes?: number): Promise<string>;
  readonly signal?: AbortSignal | undefined;
  /** The id of the person who agrees at once, where the request is that of an authorize page; never from the wire. */
  readonly agreedBy?: string | undefined;
}

export type AnswerHeaders = Readonly<Record<string, string | readonly string[]>>;

export interface Answer {
  readonly status: number;
  /** Names in lower case; a list where the header is sent several times. */
  readonly headers: AnswerHeaders;
  readonly body: string | Uint8Array<ArrayBuffer>;
  /**
   * A body that comes bit by bit, in the place of `body`. It ends the line early by throwing: `ConnectionReset` by a reset,
   * `BodyCut` by a plain end.
   */
  readonly stream?: AsyncIterable<Uint8Array>;
}

/** Stands in the ledger where no answer went out. */
export const NO_ANSWER: Answer = { status: 0, headers: {}, body: "" };

/** Enough for every request that Spotify takes: a cover image, the largest, has 256 KB. */
export const MAX_BODY_BYTES = 1_048_576;

export class BodyTooLarge extends Error {
  override readonly name = "BodyTooLarge";
}

/** What `fetch` rejects with where the line breaks; `code` is the one that a system would give. */
abstract class BrokenLine extends TypeError {
  override readonly name = "TypeError";
  readonly code: string;
  constructor(code: string, what: string) {
    super(`fetch failed: the emulator ${what}, as a fault told it to`);
    this.code = code;
  }
}

/** The connection ends without an answer: `fetch` rejects with it, a server resets the socket. */
export class ConnectionReset extends BrokenLine {
  constructor() {
    super("ECONNRESET", "reset the connection");
  }
}

/** The connection ends in the middle of an answer, as if all had been said. */
export class BodyCut extends BrokenLine {
  constructor() {
    super("UND_ERR_SOCKET", "cut the answer short");
  }
}

/** Nobody listens; in `fetch` only, for a server has really closed its port. */
export class ConnectionRefused extends BrokenLine {
  constructor() {
    super("ECONNREFUSED", "refused the connection");
  }
}

/** On every answer, so that a test can prove whom it talked to. */
export const EMULATOR_HEADERS = { "x-emulator": "stagedoor" } as const;

export function jsonAnswer(status: number, value: unknown, headers: AnswerHeaders = {}): Answer {
  return { status, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(value) };
}

export function textAnswer(status: number, body: string, headers: AnswerHeaders = {}): Answer {
  return { status, headers: { "content-type": "text/plain; charset=utf-8", ...headers }, body };
}

export function emptyAnswer(status: number, headers: AnswerHeaders = {}): Answer {
  return { status, headers, body: "" };
}
