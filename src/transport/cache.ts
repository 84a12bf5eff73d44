import { type Clock, systemClock } from "../base/clock.js";
import { abortError, StagedoorError } from "../base/errors.js";
import type { HttpRequest, HttpResponse, Layer, Send } from "../base/http.js";
import { askedNow, KeptAnswer } from "./cache-answer.js";
import { SharedRead } from "./cache-shared-read.js";
import { CacheStore } from "./cache-store.js";

/** How much a cache keeps, over all accounts together. */
export interface CacheLimits {
  /** Default: 16 MiB. An answer larger than an eighth of it is not kept. */
  readonly maxBytes?: number | undefined;
  /** Default: 2,000 answers. */
  readonly maxEntries?: number | undefined;
}

export interface CacheOptions extends CacheLimits {
  readonly clock?: Clock | undefined;
}

/** A layer that keeps answers. */
export interface CacheLayer extends Layer {
  /** Drops everything that is kept. */
  clear(): void;
}

/** What is the same for all requests of an account, or does not change the answer. */
const PLAIN_HEADERS = new Set(["accept", "accept-encoding", "authorization", "user-agent"]);

/**
 * Keeps answers for as long as Spotify allows, and lets identical reads that are under way share one request.
 *
 * What is kept is one account's alone and dropped when that account writes. One layer can be put into several stacks, which then share the
 * room that it takes.
 *
 * @throws StagedoorError `argument-invalid` for a limit that is none
 * @see RFC 9111, and https://developer.spotify.com/documentation/web-api/concepts/api-calls#conditional-requests
 *
 * @example
 * const answers = cache({ maxBytes: 4 * 1024 * 1024 });
 * const send = stack(fetchSender(), answers);
 * answers.clear();
 */
export function cache(options: CacheOptions = {}): CacheLayer {
  const { maxBytes = 16 * 1024 * 1024, maxEntries = 2000, clock = systemClock } = options;
  checkLimit("maxBytes", maxBytes);
  checkLimit("maxEntries", maxEntries);
  const store = new CacheStore(maxBytes, maxEntries);
  const layer: Layer = (next) => (request) => {
    const account = request.call?.account;
    if (account === undefined || account === "") return next(request);
    if (request.method !== "GET") return write(store, account, next, request);
    return isPlain(request) ? read({ store, account, next, clock }, request) : next(request);
  };
  return Object.assign(layer, { clear: () => store.clear() });
}

function checkLimit(name: string, limit: number): void {
  if (Number.isSafeInteger(limit) && limit > 0) return;
  throw new StagedoorError("argument-invalid", `The argument ${name} must be a whole number from 1 on.`);
}

/** A request that says more, such as a condition of its own, is for whoever sends it to answer for. */
function isPlain({ headers, body }: HttpRequest): boolean {
  if (body !== undefined) return false;
  for (const name in headers) if (!PLAIN_HEADERS.has(name)) return false;
  return true;
}

/** Unless it was refused, a write may have been done, whatever came back. */
async function write(
  store: CacheStore,
  account: string,
  next: Send,
  request: HttpRequest,
): Promise<HttpResponse> {
  let isRefused = false;
  try {
    const response = await next(request);
    isRefused = response.status >= 400 && response.status < 500;
    return response;
  } finally {
    if (!isRefused) store.outdate(account);
  }
}

interface Reading {
  readonly store: CacheStore;
  readonly account: string;
  readonly next: Send;
  readonly clock: Clock;
}

function read(reading: Reading, request: HttpRequest): Promise<HttpResponse> {
  const { store, account } = reading;
  const { signal, call } = request;
  if (signal?.aborted) {
    return Promise.reject(abortError(signal, `The request to ${new URL(request.url).host}`));
  }
  const key = keyOf(request);
  const kept = store.find(account, key);
  if (kept?.isFresh && !call?.fresh) return Promise.resolve(kept.answer());
  let shared = call?.fresh ? undefined : store.readOf(account, key);
  if (!shared?.suits(request)) {
    shared = new SharedRead(request, (self) => store.end(account, key, self));
    store.begin(account, key, shared);
  }
  const self = shared;
  return self.join(signal, (stop) => fetchAnswer(reading, { ...request, signal: stop }, key, kept, self));
}

/** The lengths keep what stands next to each other apart. */
function keyOf({ url, headers, call }: HttpRequest): string {
  const { accept = "" } = headers;
  const version = call?.version;
  const start = `${url.length} ${accept.length} ${url}${accept}`;
  return version === undefined ? start : `${start} ${version.id}`;
}

async function fetchAnswer(
  { store, account, next, clock }: Reading,
  request: HttpRequest,
  key: string,
  kept: KeptAnswer | undefined,
  self: SharedRead,
): Promise<HttpResponse> {
  const version = request.call?.version;
  const wasCertain = version?.isCertain;
  // What came after its version had been made sure of was not looked at then.
  const mayKeep = () => store.end(account, key, self) && version?.isCertain === wasCertain;
  let asked = askedNow(clock);
  try {
    let response = await next(conditional(request, kept?.etag));
    if (response.status === 304 && kept?.etag !== undefined) {
      const etag = response.header("etag");
      if (etag === null || isSameEtag(etag, kept.etag)) {
        const renewed = kept.renewed(response.header, asked, version);
        if (mayKeep()) {
          if (renewed.mayKeep) store.keep(account, key, renewed);
          else store.drop(account, key);
        }
        return renewed.answer();
      }
      // It speaks of another answer than the one that is kept.
      asked = askedNow(clock);
      response = await next(request);
    }
    if (mayKeep() && response.status === 200) {
      const fresh = KeptAnswer.of(response, asked, version);
      if (fresh === undefined) store.drop(account, key);
      else store.keep(account, key, fresh);
    }
    return response;
  } catch (error) {
    store.end(account, key, self);
    throw error;
  }
}

function conditional(request: HttpRequest, etag: string | undefined): HttpRequest {
  if (etag === undefined) return request;
  return { ...request, headers: { ...request.headers, "if-none-match": etag } };
}

/** @see RFC 9110 section 8.8.3.2 */
function isSameEtag(one: string, other: string): boolean {
  return one.replace(/^W\//, "") === other.replace(/^W\//, "");
}
