import { StagedoorError } from "../base/errors.js";
import { checkRedirectUri } from "../oauth/index.js";

/** Which ports a login may listen on: one, some in order of preference, or all from one to another, both included. */
export type Ports = number | readonly number[] | { readonly from: number; readonly to: number };

/** What a login uses unless told otherwise: registered without a port, so that any free one works. */
export const DEFAULT_REDIRECT_URI = "http://127.0.0.1/callback";

const LITERAL = /^http:\/\/(?:127\.0\.0\.1|\[::1\])(?::(?<port>\d+))?/;

/** A redirect URI that this machine can answer itself. */
export interface LoopbackAddress {
  /** What to bind, which is never a name. */
  readonly host: "127.0.0.1" | "::1";
  /** The ports to try in turn; 0 stands for any free one. */
  readonly ports: Iterable<number>;
  /** True when the redirect URI names the port itself. */
  readonly fixed: boolean;
  /** The redirect URI with this port in it, otherwise unchanged to the byte. */
  withPort(port: number): string;
}

/**
 * Reads where to listen from a redirect URI.
 *
 * @throws StagedoorError `redirect-uri-invalid`, `argument-invalid` for ports that cannot be
 * @see RFC 8252 section 7.3
 */
export function readLoopback(redirectUri: string, ports: Ports | undefined): LoopbackAddress {
  const url = checkRedirectUri(redirectUri);
  if (url.protocol !== "http:") {
    throw new StagedoorError(
      "redirect-uri-invalid",
      `A login on this machine cannot answer at ${redirectUri}: only a loopback address comes back to it.`,
      {
        hint: `Use ${DEFAULT_REDIRECT_URI}, or keep this redirect URI and paste the address that the browser ends on: stagedoor login --paste`,
      },
    );
  }
  const written = LITERAL.exec(redirectUri)?.groups?.port;
  const own = written === undefined ? undefined : Number(written);
  if (own === 0) {
    throw new StagedoorError("redirect-uri-invalid", `Port 0 in ${redirectUri} is no port.`, {
      hint: "Leave the port out: any free one is used then.",
    });
  }
  const wanted = readPorts(ports);
  if (own !== undefined && ports !== undefined && !includes(wanted, own)) {
    throw new StagedoorError(
      "argument-invalid",
      `The redirect URI names port ${own}, and the login was told to use another.`,
      { hint: "Register the redirect URI without a port to choose one freely, or leave the choice out." },
    );
  }
  return {
    host: url.hostname === "[::1]" ? "::1" : "127.0.0.1",
    ports: own === undefined ? wanted : [own],
    fixed: own !== undefined,
    withPort: (port) => redirectUri.replace(LITERAL, (literal) => (own ? literal : `${literal}:${port}`)),
  };
}

function readPorts(ports: Ports | undefined): readonly number[] {
  if (ports === undefined) return [0];
  const list = typeof ports === "number" ? [ports] : "from" in ports ? range(ports) : ports;
  if (list.length > 0 && list.every((port) => Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    return list;
  }
  throw new StagedoorError("argument-invalid", "The ports to listen on are not ports.", {
    hint: "Give numbers from 1 to 65535; a range goes from the lower to the higher one.",
  });
}

function range({ from, to }: { readonly from: number; readonly to: number }): readonly number[] {
  // Bounded before it is made: a range typed with a slip must not fill the memory.
  const length = to - from + 1;
  return length >= 1 && length <= 65_536 ? Array.from({ length }, (_, index) => from + index) : [];
}

function includes(ports: readonly number[], port: number): boolean {
  return ports.includes(port) || ports.includes(0);
}

/** What to say when none of the ports could be had. */
export function portError(
  address: LoopbackAddress,
  tried: readonly number[],
  systemCode: unknown,
): StagedoorError {
  if (systemCode === "EADDRNOTAVAIL" || systemCode === "EAFNOSUPPORT") {
    return new StagedoorError("redirect-uri-invalid", `This machine has no address ${address.host}.`, {
      hint: `Register ${DEFAULT_REDIRECT_URI} and use it here.`,
    });
  }
  const [first = 0, ...others] = tried;
  const last = others.at(-1);
  const which = last === undefined ? `Port ${first}` : `Each port tried from ${first} to ${last}`;
  const why = systemCode === "EACCES" ? "may not be used by this program" : "is in use by another program";
  return new StagedoorError("port-in-use", `${which} on ${address.host} ${why}.`, {
    hint: address.fixed
      ? `Stop the program that has it, or register ${DEFAULT_REDIRECT_URI} without a port: any free one works then.`
      : "Name another with --port, or none at all: any free one is used then.",
  });
}
