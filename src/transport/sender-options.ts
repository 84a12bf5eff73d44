import { StagedoorError } from "../base/errors.js";
import type { Fetch } from "../base/http.js";

/** The largest body that is read unless told otherwise, in bytes. */
export const DEFAULT_MAX_BODY_BYTES = 32 * 1024 * 1024;

/** Timers of the platform count no further. */
const LONGEST_MS = 2 ** 31 - 1;

export interface SenderOptions {
  /** The longest body, in bytes, as it travels and as it is when it is unpacked. Default: 32 MiB. */
  readonly maxBodyBytes?: number | undefined;
  /** From the call to the last byte of the answer, in milliseconds, where the request does not say. Default: 30,000. */
  readonly timeoutMs?: number | undefined;
  /** Until the request has a connection: a free one or a new one, in milliseconds. Default: 10,000. */
  readonly connectMs?: number | undefined;
  /** From then until the answer begins, in milliseconds. Default: 15,000. */
  readonly headersMs?: number | undefined;
  /** Between two pieces of the answer, in milliseconds. Default: 10,000. */
  readonly idleMs?: number | undefined;
}

export interface DefaultSenderOptions extends SenderOptions {
  /** In place of the runtime's own way of sending. */
  readonly fetch?: Fetch | undefined;
}

export type SenderLimits = { readonly [K in keyof SenderOptions]-?: number };

/** @throws StagedoorError `argument-invalid` for a time that no timer can keep */
export function limitsOf(options: SenderOptions): SenderLimits {
  const limits = {
    maxBodyBytes: options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
    timeoutMs: options.timeoutMs ?? 30_000,
    connectMs: options.connectMs ?? 10_000,
    headersMs: options.headersMs ?? 15_000,
    idleMs: options.idleMs ?? 10_000,
  };
  for (const ms of [limits.timeoutMs, limits.connectMs, limits.headersMs, limits.idleMs]) checkDeadline(ms);
  return limits;
}

/**
 * @param ms milliseconds
 * @throws StagedoorError `argument-invalid`
 */
export function checkDeadline(ms: number): void {
  if (ms > 0 && ms <= LONGEST_MS) return;
  throw new StagedoorError("argument-invalid", `A deadline of ${ms} ms cannot be kept.`, {
    hint: "Use milliseconds from 1 to 2147483647, such as 30000.",
  });
}
