import { type ErrorCode, StagedoorError } from "../base/errors.js";

/** A call that was not sent, because Spotify would refuse it or could not answer it. */
export class LimitError extends StagedoorError {
  override readonly name = "LimitError";
  /** When to come back, in milliseconds since the Unix epoch. */
  readonly retryAt: number | undefined;

  constructor(
    code: Extract<ErrorCode, "rate-limited" | "quota-exceeded" | "queue-full" | "circuit-open">,
    message: string,
    options: { readonly retryAt?: number | undefined; readonly hint?: string | undefined } = {},
  ) {
    super(code, message, { hint: options.hint });
    this.retryAt = options.retryAt === undefined ? undefined : Math.ceil(options.retryAt);
  }
}
