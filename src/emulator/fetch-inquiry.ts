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
    text: (maxBytes) => boundedText(request.body, maxBytes),
    signal: request.signal,
  };
}

/**
 * An answer as a `Response`.
 *
 * @param request whose signal ends a body that comes bit by bit
 */
export function responseOf(answer: Answer, request: Pick<Request, "method" | "signal">): Response {
  const { status, body, stream } = answer;
  const headers = new Headers(EMULATOR_HEADERS);
  for (const [name, value] of Object.entries(answer.headers)) {
    for (const one of typeof value === "string" ? [value] : value) headers.append(name, one);
  }
  if (request.method === "HEAD") return new Response(null, { status, headers });
  if (stream !== undefined) {
    const bytes = readable(stream, request.signal);
    // As `fetch` does: the header stays, the body comes unpacked.
    const isPacked = answer.headers["content-encoding"] === "gzip";
    return new Response(isPacked ? bytes.pipeThrough(new DecompressionStream("gzip")) : bytes, {
      status,
      headers,
    });
  }
  // An empty text would be given a content type, and some statuses allow no body at all.
  return new Response(body.length === 0 ? null : body, { status, headers });
}

/** A stream that ends, or breaks, as the source does, and breaks when the signal fires. */
function readable(
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const iterator = source[Symbol.asyncIterator]();
  return new ReadableStream({
    start(controller) {
      signal.addEventListener(
        "abort",
        () => {
          controller.error(signal.reason);
          void iterator.return?.();
        },
        { once: true },
      );
    },
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (signal.aborted) return;
      if (done) controller.close();
      // A copy: the platform may take the bytes away from whoever made them.
      else controller.enqueue(new Uint8Array(value));
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}

async function boundedText(
  stream: ReadableStream<Uint8Array> | null,
  maxBytes = MAX_BODY_BYTES,
): Promise<string> {
  if (stream === null) return "";
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > maxBytes) throw new BodyTooLarge();
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
