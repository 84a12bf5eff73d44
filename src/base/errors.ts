import { listen, stopListening } from "./abort-listeners.js";
import { sanitizeText } from "./text.js";

/**
 * Every code that stagedoor can fail with. Codes are stable: `switch (error.code)` works across versions.
 */
export type ErrorCode =
  // The caller's own input
  | "argument-invalid"
  | "client-id-missing"
  | "client-secret-missing"
  | "redirect-uri-invalid"
  | "endpoint-url-invalid"
  | "issuer-mismatch"
  | "profile-unknown"
  // Logging in
  | "login-required"
  | "reauthorization-required"
  | "access-denied"
  | "state-mismatch"
  | "callback-invalid"
  | "authorization-failed"
  | "login-expired"
  | "login-timeout"
  | "port-in-use"
  | "browser-unavailable"
  // The accounts service's token endpoint
  | "invalid-grant"
  | "invalid-client"
  | "oauth-error"
  | "token-invalid"
  // The network, of either service
  | "network-failed"
  | "timeout"
  | "aborted"
  | "redirect-refused"
  | "origin-refused"
  | "response-too-large"
  | "response-invalid"
  | "list-changed"
  | "server-error"
  // The Web API
  | "bad-request"
  | "unauthorized"
  | "forbidden"
  | "scope-missing"
  | "endpoint-removed"
  | "not-found"
  | "rate-limited"
  | "quota-exceeded"
  | "queue-full"
  | "circuit-open"
  | "api-error"
  // The token store
  | "store-unavailable"
  | "store-read-only"
  | "store-undecryptable"
  | "store-unreadable"
  | "store-unwritable"
  | "store-corrupt"
  | "store-conflict"
  | "store-lock-unavailable";

export interface ErrorOptions {
  /** The next step, as a sentence or a command that can be typed. */
  readonly hint?: string | undefined;
}

/**
 * The base of all errors that stagedoor throws on purpose.
 *
 * It carries no `cause`: a foreign error may hold a token, so what is worth knowing of it is copied into our own
 * fields and nothing else travels.
 *
 * @example
 * try {
 *   await spotify.me.profile();
 * } catch (error) {
 *   if (error instanceof StagedoorError && error.code === "login-required") console.log(error.hint);
 * }
 */
export class StagedoorError extends Error {
  // Written out, not taken from the class: a minifier renames classes.
  override readonly name: string = "StagedoorError";
  /** Stable, for programs. */
  readonly code: ErrorCode;
  /** The next step, for people. */
  readonly hint: string | undefined;
  /**
   * `true` where a write failed that may have been done all the same, such as one whose answer was lost: look before sending it again,
   * unless twice leaves the same as once. Absent otherwise.
   */
  declare readonly mayBeDone?: true;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(sanitizeText(message, 2000));
    this.code = code;
    this.hint = options.hint;
  }

  /** Puts another next step in the place of the one that is there: for whoever knows more than the place where the error was made. */
  advise(hint: string): this {
    return Object.assign(this, { hint });
  }

  /** Notes that what failed may have been done all the same. */
  markMayBeDone(): this {
    return Object.assign(this, { mayBeDone: true });
  }

  /** The fields that are safe to log. */
  toJSON(): Record<string, unknown> {
    const { stack: _stack, ...fields } = this;
    return { ...fields, name: this.name, code: this.code, message: this.message, hint: this.hint };
  }
}

/** True when `error` is one of ours with this code. */
export function hasCode(error: unknown, ...codes: readonly ErrorCode[]): error is StagedoorError {
  return error instanceof StagedoorError && codes.includes(error.code);
}

/** The error for an `AbortSignal` that fired: by its owner (`aborted`) or by its own deadline (`timeout`). */
export function abortError(signal: AbortSignal, what: string): StagedoorError {
  const error = errorFor(signal.reason, what);
  aborts.add(error);
  return error;
}

const aborts = new WeakSet<object>();

/** True when a signal fired, whatever code the error has that its reason was. */
export function isAbort(error: unknown): boolean {
  return typeof error === "object" && error !== null && aborts.has(error);
}

function errorFor(reason: unknown, what: string): StagedoorError {
  if (reason instanceof StagedoorError) return errorLike(reason);
  if (reason instanceof Error && reason.name === "TimeoutError") {
    return new StagedoorError("timeout", `${what} took too long.`);
  }
  return new StagedoorError("aborted", `${what} was cancelled.`);
}

/** An error like this one that nobody else holds: whoever catches one may write another hint into it, or that something may be done. */
export function errorLike(error: StagedoorError): StagedoorError {
  // Not by its own constructor, whose arguments are not known here, and yet an error in every sense.
  const copy: StagedoorError = Reflect.construct(Error, [error.message], error.constructor);
  return Object.defineProperties(copy, Object.getOwnPropertyDescriptors(error));
}

/** Settles with `promise`, or rejects as soon as `signal` fires; `promise` itself goes on undisturbed. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined, what: string): Promise<T> {
  if (signal === undefined) return promise;
  if (signal.aborted) {
    promise.catch(() => undefined);
    return Promise.reject(abortError(signal, what));
  }
  return new Promise<T>((resolve, reject) => {
    const listener = { onAbort: () => reject(abortError(signal, what)) };
    listen(signal, listener);
    promise.then(resolve, reject).finally(() => stopListening(signal, listener));
  });
}
