import { type Clock, stopwatch } from "../base/clock.js";
import type { HttpResponse, Version } from "../base/http.js";
import { type Freshness, judge, type ReadHeader } from "./cache-freshness.js";

/** When an answer was asked for, by the machine's two clocks. */
export interface AskedAt {
  readonly clock: Clock;
  /** Milliseconds since the request was sent. */
  readonly passed: () => number;
}

export function askedNow(clock: Clock): AskedAt {
  return { clock, passed: stopwatch(clock) };
}

/** The headers that say how long an answer may be kept; where a 304 leaves one out, the earlier one still counts. */
const LASTING = ["cache-control", "expires", "etag", "vary"] as const;
type Lasting = ReadonlyMap<string, string | null>;

interface Headers {
  /** Of the answer that had the body. */
  readonly first: ReadHeader;
  /** Of the last 304. */
  readonly latest: ReadHeader;
  readonly lasting: Lasting;
}

function lastingOf(latest: ReadHeader, earlier?: Lasting): Lasting {
  return new Map(LASTING.map((name) => [name, latest(name) ?? earlier?.get(name) ?? null]));
}

/** About what an entry takes beside its body and its key, in bytes. */
const OVERHEAD_BYTES = 1024;

/** An answer that is kept, with a body that nobody else holds. */
export class KeptAnswer {
  readonly #body: HttpResponse["body"];
  readonly #headers: Headers;
  readonly #passed: () => number;
  readonly #freshness: Freshness;
  readonly #version: Version | undefined;

  private constructor(
    body: HttpResponse["body"],
    headers: Headers,
    freshness: Freshness,
    passed: () => number,
    version: Version | undefined,
  ) {
    this.#body = body;
    this.#headers = headers;
    this.#freshness = freshness;
    this.#passed = passed;
    this.#version = version;
  }

  /** Keeps an answer, or gives `undefined` where it may not be kept or would never be used again. */
  static of(
    { status, header, body }: HttpResponse,
    { clock, passed }: AskedAt,
    version: Version | undefined,
  ): KeptAnswer | undefined {
    if (status !== 200) return undefined;
    const freshness = judge(header, clock.now());
    const { mayKeep, lifetimeMs, etag } = freshness;
    const isOfUse = version !== undefined || etag !== undefined || lifetimeMs > passed();
    if (!mayKeep || !isOfUse) return undefined;
    const headers = { first: header, latest: header, lasting: lastingOf(header) };
    return new KeptAnswer(copyOf(body), headers, freshness, passed, version);
  }

  /** The same body under the headers of a 304. */
  renewed(latest: ReadHeader, { clock, passed }: AskedAt, version: Version | undefined): KeptAnswer {
    const { first, lasting } = this.#headers;
    const headers = { first, latest, lasting: lastingOf(latest, lasting) };
    const freshness = judge((name) => read(headers, name), clock.now());
    return new KeptAnswer(this.#body, headers, freshness, passed, version);
  }

  get mayKeep(): boolean {
    return this.#freshness.mayKeep;
  }

  /** True when it may be given without asking. */
  get isFresh(): boolean {
    return this.#version?.isCertain ?? this.#passed() < this.#freshness.lifetimeMs;
  }

  get isVersioned(): boolean {
    return this.#version !== undefined;
  }

  get etag(): string | undefined {
    return this.#freshness.etag;
  }

  get bytes(): number {
    return this.#body.byteLength + OVERHEAD_BYTES;
  }

  /** As it came, with a body of the caller's own: what one does to it, no other sees. */
  answer(): HttpResponse {
    return { status: 200, header: (name) => read(this.#headers, name), body: copyOf(this.#body) };
  }
}

/** Not by `slice`: what Node's own senders give are Buffers, whose `slice` shares the memory. */
export function copyOf(body: HttpResponse["body"]): HttpResponse["body"] {
  return new Uint8Array(body);
}

function read({ first, latest, lasting }: Headers, name: string): string | null {
  const lower = name.toLowerCase();
  // Those that describe the body are of the answer that had one.
  if (lower.startsWith("content-")) return first(lower);
  return latest(lower) ?? lasting.get(lower) ?? first(lower);
}
