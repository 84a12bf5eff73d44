import { abortError, StagedoorError } from "../base/errors.js";
import type { Fetch, HttpRequest, HttpResponse, Send } from "../base/http.js";
import { NetworkError, systemCodeOf } from "./network-error.js";

/** The largest body that is read unless told otherwise, in bytes after decoding. */
export const DEFAULT_MAX_BODY_BYTES = 32 * 1024 * 1024;

export interface FetchSenderOptions {
  /** Default: the runtime's own `fetch`. */
  readonly fetch?: Fetch | undefined;
  /** Bytes after decoding; a longer body is an error. */
  readonly maxBodyBytes?: number | undefined;
}

/**
 * The sender for every runtime that has `fetch`.
 *
 * Redirects are refused: neither service of Spotify's sends one, and following it could carry a token to a stranger.
 *
 * @example
 * const send = fetchSender();
 * const answer = await send({ method: "GET", url: "https://api.spotify.com/v1/me", headers: { authorization } });
 */
export function fetchSender(options: FetchSenderOptions = {}): Send {
  const maxBodyBytes = options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES;
  return async (request) => {
    const { host } = new URL(request.url);
    const fetch = options.fetch ?? globalThis.fetch;
    try {
      const response = await fetch(request.url, toInit(request));
      await refuseRedirect(response, host);
      const body = await readBody(response, maxBodyBytes, host);
      return { status: response.status, header: (name) => response.headers.get(name), body };
    } catch (error) {
      if (error instanceof StagedoorError) throw error;
      if (request.signal?.aborted) throw abortError(request.signal, `The request to ${host}`);
      throw new NetworkError(host, systemCodeOf(error));
    }
  };
}

function toInit(request: HttpRequest): RequestInit {
  return {
    method: request.method,
    headers: request.headers,
    redirect: "manual",
    ...(request.body !== undefined && { body: request.body }),
    ...(request.signal !== undefined && { signal: request.signal }),
  };
}

async function refuseRedirect(response: Response, host: string): Promise<void> {
  const redirected =
    response.type === "opaqueredirect" || [301, 302, 303, 307, 308].includes(response.status);
  if (!redirected) return;
  await response.body?.cancel();
  throw new StagedoorError("redirect-refused", `${host} answered with a redirect, which is not followed.`, {
    hint: "Check the address of the service, and that no proxy or captive portal stands in between.",
  });
}

async function readBody(response: Response, maxBytes: number, host: string): Promise<HttpResponse["body"]> {
  if (response.body === null) return new Uint8Array();
  const declared = Number(response.headers.get("content-length") ?? 0);
  if (declared > maxBytes) {
    await response.body.cancel();
    throw tooLarge(host, maxBytes);
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    length += part.value.byteLength;
    if (length > maxBytes) {
      await reader.cancel();
      throw tooLarge(host, maxBytes);
    }
    chunks.push(part.value);
  }
  return join(chunks, length);
}

function join(chunks: readonly Uint8Array[], length: number): HttpResponse["body"] {
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}

function tooLarge(host: string, maxBytes: number): StagedoorError {
  return new StagedoorError("response-too-large", `${host} answered with more than ${maxBytes} bytes.`);
}
