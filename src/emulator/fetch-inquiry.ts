import { decodeUtf8 } from "../base/encoding.js";
import {
  type Answer,
  BodyTooLarge,
  EMULATOR_HEADERS,
  type Inquiry,
  MAX_BODY_BYTES,
  type ServiceName,
} from "./exchange.js";

/** A `Request` as an inquiry. */
export function inquiryOf(request: Request, url: URL, service: ServiceName): Inquiry {
  return {
    service,
    method: request.method,
    path: url.pathname,
    query: url.search.slice(1),
    header: (name) => request.headers.get(name),
    text: () => boundedText(request.body),
    signal: request.signal,
  };
}

/** An answer as a `Response`. */
export function responseOf(answer: Answer): Response {
  const headers = new Headers(EMULATOR_HEADERS);
  for (const [name, value] of Object.entries(answer.headers)) {
    for (const one of typeof value === "string" ? [value] : value) headers.append(name, one);
  }
  // An empty text would be given a content type, and some statuses allow no body at all.
  return new Response(answer.body === "" ? null : answer.body, { status: answer.status, headers });
}

async function boundedText(stream: ReadableStream<Uint8Array> | null): Promise<string> {
  if (stream === null) return "";
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) throw new BodyTooLarge();
    chunks.push(chunk);
  }
  return joinedText(chunks, length);
}

/** Chunks as one text; what is not UTF-8 counts as nothing, as no service takes it. */
export function joinedText(chunks: readonly Uint8Array[], length: number): string {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return decodeUtf8(bytes) ?? "";
}
