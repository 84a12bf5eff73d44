import type { IncomingMessage } from "node:http";

/** Where a callback server is, as a browser would say it. */
export interface Place {
  /** The one `Host` that is right, such as `127.0.0.1:8888`. */
  readonly host: string;
  /** The path of the redirect URI. */
  readonly path: string;
  /** The path of the final page. */
  readonly donePath: string;
}

/** What a request is: one of the two that the server knows, or a status to turn it away with. */
export type Verdict =
  | { readonly kind: "callback"; readonly parameters: URLSearchParams }
  | { readonly kind: "done" }
  | { readonly kind: "refused"; readonly status: 400 | 404 | 405 | 421 | 503 };

/**
 * Judges a request by all but its `state`.
 *
 * A page that some other site serves can make a browser send requests here. What it cannot do is forge `Host`, so a name that was
 * rebound to this machine gives itself away, and neither can it hide that it asks for an image or a frame.
 *
 * @see RFC 9112 sections 3.2 and 3.2.2, RFC 9110 section 7.4
 */
export function checkRequest(request: IncomingMessage, place: Place): Verdict {
  const { method, url = "", httpVersion } = request;
  if (httpVersion !== "1.1" && httpVersion !== "1.0") return refused(400);
  // Only the origin form: an absolute target would name a host of its own.
  if (!url.startsWith("/") && method !== "OPTIONS") return refused(400);
  const [host, ...moreHosts] = request.headersDistinct.host ?? [];
  if (host === undefined || moreHosts.length > 0) return refused(400);
  if (host.toLowerCase() !== place.host) return refused(421);
  if (method !== "GET") return refused(405);
  if (hasBody(request)) return refused(400);
  const [path = "", query] = split(url, "?");
  if (path === place.donePath) return { kind: "done" };
  if (path !== place.path) return refused(404);
  if (isSpeculative(request)) return refused(503);
  if (!isNavigation(request)) return refused(400);
  return { kind: "callback", parameters: new URLSearchParams(query) };
}

function refused(status: 400 | 404 | 405 | 421 | 503): Verdict {
  return { kind: "refused", status };
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0";
}

/** A browser that only guesses where the person will go; a refusal makes it ask again when they do. */
function isSpeculative({ headers }: IncomingMessage): boolean {
  return [headers["sec-purpose"], headers.purpose, headers["x-moz"]].some((value) =>
    String(value ?? "").includes("prefetch"),
  );
}

/** Programs send no such header and current browsers always do. */
function isNavigation({ headers }: IncomingMessage): boolean {
  const destination = headers["sec-fetch-dest"];
  return destination === undefined || destination === "document";
}

function split(text: string, separator: string): [string, string] {
  const index = text.indexOf(separator);
  return index < 0 ? [text, ""] : [text.slice(0, index), text.slice(index + 1)];
}
