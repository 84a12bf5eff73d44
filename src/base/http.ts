import type { LimitListener } from "./limits.js";

/** One request as the senders see it: described completely, not yet sent. */
export interface HttpRequest {
  readonly method: string;
  /** Absolute. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds from now to the last byte of the answer. Default: what the sender keeps to. */
  readonly timeoutMs?: number | undefined;
  /** What call it belongs to; the layers go by it, the senders do not look. */
  readonly call?: CallTraits | undefined;
}

/** Calls that somebody waits for go before those that nobody waits for. */
export type Priority = "interactive" | "background";

/** What the layers between client and sender know of a call beyond its bytes. */
export interface CallTraits {
  /** The pattern of its path, such as `/artists/{id}/albums`; Spotify counts its quotas by groups of these. */
  readonly endpoint: string;
  /** True when sending it twice leaves the same state as sending it once. */
  readonly repeatable: boolean;
  /** The same text for the same login, another one for every other: a secret, never to be shown. */
  readonly account: string;
  readonly priority: Priority;
  /** How long the call may be held back for a limit of Spotify's, in milliseconds. Default: what the governor was told. */
  readonly maxWaitMs?: number | undefined;
  /** Is told when the call is held back for a limit of Spotify's, or meets one. */
  readonly listener?: LimitListener | undefined;
  /** The state of what is read, where it is known. */
  readonly version?: Version | undefined;
  /** True when no answer will do that was kept, or asked for earlier. */
  readonly fresh?: boolean | undefined;
}

/** A state of what is read, such as the snapshot of a playlist: an answer of the same state never grows stale. */
export interface Version {
  /** Another text for every other state. */
  readonly id: string;
  /** Whether what was read is known to be of this state; an answer that was kept is given to nobody before it is. */
  readonly isCertain: boolean;
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
