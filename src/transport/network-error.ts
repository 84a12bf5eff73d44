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

/** What OpenSSL finds wrong with a certificate (`X509_verify_cert_error_string`), beside the codes that begin with `CERT_`. */
const CERTIFICATE_CODES = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "HOSTNAME_MISMATCH",
  "INVALID_CA",
  "INVALID_PURPOSE",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

/** A connection that could not be made or that broke. */
export class NetworkError extends StagedoorError {
  override readonly name = "NetworkError";
  /** The system's own code, such as `ECONNREFUSED`, where there is one. */
  readonly systemCode: string | undefined;
  /** `no` when the request certainly did not leave; `unknown` when the server may have acted on it. */
  readonly delivered: "no" | "unknown";
  /** False when trying again cannot help, as with a certificate that is not trusted. */
  readonly temporary: boolean;

  /**
   * @param host with its port, where it is not the usual one
   * @param begun whether the sender had begun to write the request, where it knows; otherwise the code has to say
   */
  constructor(host: string, systemCode: string | undefined, begun?: boolean) {
    const isCertificate = systemCode !== undefined && isCertificateCode(systemCode);
    const code = systemCode === undefined ? "" : ` (${systemCode})`;
    super("network-failed", sentence(host, systemCode, isCertificate) + code.concat("."), {
      hint: nextStep(host, systemCode, isCertificate),
    });
    this.systemCode = systemCode;
    // A host that was reached can become unreachable with the request on its way.
    this.delivered = (begun ?? !(isCertificate || isBeforeSending(systemCode))) ? "unknown" : "no";
    this.temporary = !isCertificate;
  }
}

function sentence(host: string, systemCode: string | undefined, isCertificate: boolean): string {
  if (isCertificate) return `The certificate of ${host} is not to be trusted`;
  if (systemCode?.startsWith("HPE_")) return `${host} answered with something that is not HTTP`;
  return `The connection to ${host} failed`;
}

function nextStep(host: string, systemCode: string | undefined, isCertificate: boolean): string {
  if (isCertificate) {
    return "Check the clock of this machine, and that no proxy stands in between. Behind a company's own, set NODE_EXTRA_CA_CERTS to its certificate.";
  }
  return systemCode === "ECONNREFUSED" && isLoopback(new URL(`http://${host}`))
    ? "Nothing answers at that address. If an emulator should, start it: stagedoor emulate"
    : "Check the network and try again.";
}

function isCertificateCode(systemCode: string): boolean {
  return systemCode.startsWith("CERT_") || CERTIFICATE_CODES.has(systemCode);
}

function isBeforeSending(systemCode: string | undefined): boolean {
  return systemCode !== undefined && (BEFORE_SENDING.has(systemCode) || systemCode.startsWith("ERR_TLS_"));
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
