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
type Lasting = Readonly<Record<string, string | null>>;

/** About what an entry takes beside its body and its key, in bytes. */
const OVERHEAD_BYTES = 1024;

/** An answer that is kept, with a body that nobody else holds. */
export class KeptAnswer {
  readonly #body: HttpResponse["body"];
  readonly #first: ReadHeader;
  readonly #latest: ReadHeader;
  readonly #lasting: Lasting;
  readonly #passed: () => number;
  readonly #freshness: Freshness;
  readonly #version: Version | undefined;

  private constructor(
    body: HttpResponse["body"],
    headers: { readonly first: ReadHeader; readonly latest: ReadHeader; readonly lasting: Lasting },
    { clock, passed }: AskedAt,
    version: Version | undefined,
  ) {
    this.#body = body;
    this.#first = headers.first;
    this.#latest = headers.latest;
    this.#lasting = Object.fromEntries(
      LASTING.map((name) => [name, headers.latest(name) ?? headers.lasting[name] ?? null]),
    );
    this.#passed = passed;
    this.#freshness = judge((name) => this.#header(name), clock.now());
    this.#version = version;
  }

  /** Keeps an answer, or gives `undefined` where it may not be kept or would never be used again. */
  static of(
    { status, header, body }: HttpResponse,
    asked: AskedAt,
    version: Version | undefined,
  ): KeptAnswer | undefined {
    if (status !== 200) return undefined;
    const { mayKeep, lifetimeMs, etag } = judge(header, asked.clock.now());
    const isOfUse = version !== undefined || lifetimeMs > asked.passed() || etag !== undefined;
    if (!mayKeep || !isOfUse) return undefined;
    const headers = { first: header, latest: header, lasting: {} };
    return new KeptAnswer(body.slice(), headers, asked, version);
  }

  /** The same body under the headers of a 304. */
  renewed(header: ReadHeader, asked: AskedAt, version: Version | undefined): KeptAnswer {
    const headers = { first: this.#first, latest: header, lasting: this.#lasting };
    return new KeptAnswer(this.#body, headers, asked, version);
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
    return { status: 200, header: (name) => this.#header(name), body: this.#body.slice() };
  }

  #header(name: string): string | null {
    const lower = name.toLowerCase();
    // Those that describe the body are of the answer that had one.
    if (lower.startsWith("content-")) return this.#first(lower);
    return this.#latest(lower) ?? this.#lasting[lower] ?? this.#first(lower);
  }
}
