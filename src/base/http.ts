/** One request as the senders see it: described completely, not yet sent. */
export interface HttpRequest {
  readonly method: string;
  /** Absolute. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One answer, its body read to the end. */
export interface HttpResponse {
  readonly status: number;
  /** The value of a header, whatever its case, or `null`. */
  header(name: string): string | null;
  readonly body: Uint8Array<ArrayBuffer>;
}

/**
 * Sends a request and reads the answer whole; redirects are never followed.
 *
 * @throws StagedoorError `network-failed`, `timeout`, `aborted`, `response-too-large`
 */
export type Send = (request: HttpRequest) => Promise<HttpResponse>;

/** Something wrapped round a sender: a deadline, a retry, an observer. */
export type Layer = (next: Send) => Send;

/** The part of the platform's `fetch` that stagedoor uses, so that an emulator's `fetch` or a test's fits too. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;
