import { StagedoorError } from "../base/errors.js";
import { isLoopback } from "../base/origins.js";

/** Failures that happen before the first byte of a request can have left. */
const BEFORE_SENDING = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** A connection that could not be made or that broke. */
export class NetworkError extends StagedoorError {
  override readonly name = "NetworkError";
  /** The system's own code, such as `ECONNREFUSED`, where there is one. */
  readonly systemCode: string | undefined;
  /** `no` when the request certainly did not leave; `unknown` when the server may have acted on it. */
  readonly delivered: "no" | "unknown";

  /** @param host with its port, where it is not the usual one */
  constructor(host: string, systemCode: string | undefined) {
    const delivered = systemCode !== undefined && isBeforeSending(systemCode) ? "no" : "unknown";
    const code = systemCode === undefined ? "" : ` (${systemCode})`;
    super("network-failed", `The connection to ${host} failed${code}.`, {
      hint:
        systemCode === "ECONNREFUSED" && isLoopback(new URL(`http://${host}`))
          ? "Nothing answers at that address. If an emulator should, start it: stagedoor emulate"
          : "Check the network and try again.",
    });
    this.systemCode = systemCode;
    this.delivered = delivered;
  }
}

function isBeforeSending(systemCode: string): boolean {
  return (
    BEFORE_SENDING.has(systemCode) || systemCode.startsWith("CERT_") || systemCode.startsWith("ERR_TLS_")
  );
}

/** Finds the system's code in a foreign error and its causes; their messages are left behind, for they may hold a token. */
export function systemCodeOf(error: unknown): string | undefined {
  let current = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth++) {
    if (
      "code" in current &&
      typeof current.code === "string" &&
      /^[A-Z][A-Z0-9_]{2,40}$/.test(current.code)
    ) {
      return current.code;
    }
    const { cause } = current;
    current = current instanceof AggregateError ? (current.errors[0] as unknown) : cause;
  }
  return undefined;
}
