import type { Clock } from "../../base/clock.js";
import { quotaExceeded, rateLimited, spurious } from "../api/refusal.js";
import { type Answer, type AnswerHeaders, emptyAnswer, textAnswer } from "../exchange.js";
import type { AnswerFault } from "./fault.js";

const UNAVAILABLE = 503;
const HUGE_BYTES = 64 * 2 ** 20;
const BOMB_BYTES = 100 * 2 ** 20;
const CHUNK_BYTES = 65_536;
/** Larger than what goes out at once: packing costs more for each piece than for each byte. */
const PACKED_CHUNK_BYTES = 2 ** 20;

/** What a fault answers in the place of the right answer; `undefined` for kinds that leave the answer as it is, or give none. */
export function faultAnswer(fault: AnswerFault, clock: Clock): Answer | undefined {
  switch (fault.kind) {
    case "status": {
      const { status = UNAVAILABLE, body = "" } = fault;
      return { status, headers: statusHeaders(fault), body: hasNoBody(status) ? "" : body };
    }
    case "html":
      return {
        status: 200,
        headers: { "content-type": "text/html; charset=utf-8" },
        body: "<!doctype html><title>Gateway</title><h1>Please try again later</h1>",
      };
    case "garbage":
      return {
        status: 200,
        headers: { "content-type": "application/json" },
        body: '{"access_token":"\u0000',
      };
    case "huge":
      return streamed(hugeJson(fault.bytes ?? HUGE_BYTES), {});
    case "gzip-bomb":
      return streamed(gzipBomb(fault.bytes ?? BOMB_BYTES), { "content-encoding": "gzip" });
    case "redirect":
      return emptyAnswer(fault.status ?? 302, { location: fault.location });
    case "retry-after":
      return tooMany(fault, clock);
    case "access-token-missing":
    case "premium-required":
      return spurious(fault.kind).answer;
    case "delay":
    case "reset":
    case "hang":
    case "pass":
      return undefined;
  }
}

/** Statuses that may not have a body (RFC 9110 sections 15.3.5, 15.3.6 and 15.4.5). */
export function hasNoBody(status: number): boolean {
  return status === 204 || status === 205 || status === 304;
}

function statusHeaders({ body, headers = {} }: Extract<AnswerFault, { kind: "status" }>): AnswerHeaders {
  const given = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return { ...(body !== undefined && { "content-type": "application/json" }), ...Object.fromEntries(given) };
}

function tooMany(fault: Extract<AnswerFault, { kind: "retry-after" }>, clock: Clock): Answer {
  const { seconds, as = "seconds", body = "text" } = fault;
  const value =
    as === "date" && typeof seconds === "number"
      ? new Date(clock.now() + seconds * 1000).toUTCString()
      : String(seconds);
  const headers: AnswerHeaders = seconds === null ? {} : { "retry-after": value };
  if (body === "text") return textAnswer(429, "Too many requests", headers);
  const { answer } = body === "quota" ? quotaExceeded(0, "current") : rateLimited(0, "current");
  const { "retry-after": _own, ...rest } = answer.headers;
  return { ...answer, headers: { ...rest, ...headers } };
}

function streamed(stream: AsyncIterable<Uint8Array>, headers: AnswerHeaders): Answer {
  return { status: 200, headers: { "content-type": "application/json", ...headers }, body: "", stream };
}

/** One JSON text: a string of letters between its quotation marks. */
async function* hugeJson(bytes: number): AsyncGenerator<Uint8Array> {
  const QUOTE = new Uint8Array([0x22]);
  const letters = new Uint8Array(CHUNK_BYTES).fill(0x61);
  yield QUOTE;
  for (let left = Math.max(0, bytes - 2); left > 0; left -= CHUNK_BYTES) {
    yield left < CHUNK_BYTES ? letters.subarray(0, left) : letters;
  }
  yield QUOTE;
}

/** Zeros, packed while they are sent: a thousandth of their size goes out. */
async function* gzipBomb(bytes: number): AsyncGenerator<Uint8Array> {
  const zeros = new Uint8Array(Math.min(bytes, PACKED_CHUNK_BYTES));
  let left = bytes;
  const source = new ReadableStream<BufferSource>({
    pull(controller) {
      controller.enqueue(left < zeros.length ? zeros.subarray(0, left) : zeros);
      left -= zeros.length;
      if (left <= 0) controller.close();
    },
  });
  yield* source.pipeThrough(new CompressionStream("gzip"));
}
