import { type Clock, systemClock } from "../base/clock.js";
import { abortError, StagedoorError } from "../base/errors.js";
import type { HttpResponse, Priority, Send, Version } from "../base/http.js";
import type { LimitListener, LimitMet, LimitWait } from "../base/limits.js";
import { checkServiceUrl, SPOTIFY_ACCOUNTS_URL, SPOTIFY_API_URL } from "../base/origins.js";
import type { Turns } from "../base/queue.js";
import { markUnsent } from "../base/unsent.js";
import { market, TIERS, type Tier } from "../contract/index.js";
import type { Token, TokenSource } from "../token/index.js";
import { defaultSender } from "../transport/index.js";
import { type ApiRequest, endpointOf } from "./request.js";
import { TierKnowledge } from "./tier-knowledge.js";

/** How long a call of the Web API may take unless told otherwise, in milliseconds. */
export const DEFAULT_TIMEOUT_MS = 30_000;

export interface ConnectionOptions {
  /** Where the bearer tokens come from, such as a `Session`. */
  readonly source: TokenSource;
  /** Another Web API, such as an emulator's. Default: Spotify's. */
  readonly apiUrl?: string | undefined;
  /** How requests travel. Default: the runtime's own way, with deadlines. */
  readonly send?: Send | undefined;
  /** The kind of app, when it is known: removed operations then fail before anything is sent. Otherwise it is learnt. */
  readonly tier?: Tier | undefined;
  /** The country (ISO 3166-1 alpha-2) of calls that name none. Spotify prefers that of the person who is logged in. */
  readonly market?: string | undefined;
  /** How long a call that does not say so itself may be held back for a limit of Spotify's, in milliseconds. Default: 30,000. */
  readonly maxWaitMs?: number | undefined;
  /** Is told when calls are held back for a limit of Spotify's. */
  readonly onWait?: ((wait: LimitWait) => void) | undefined;
  /** Is told when a call meets a limit of Spotify's. */
  readonly onLimit?: ((limit: LimitMet) => void) | undefined;
  readonly clock?: Clock | undefined;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** How long the call may take, in milliseconds, without what it is held back. Default: what the client was told. */
  readonly timeoutMs?: number | undefined;
  /** `background` for a call that nobody waits for: others go first. Default: `interactive`. */
  readonly priority?: Priority | undefined;
  /** How long the call may be held back for a limit of Spotify's, in milliseconds; 0 to fail at once. Default: what the client was told. */
  readonly maxWaitMs?: number | undefined;
  /** `true` for a read that must go to Spotify, whatever a cache keeps. */
  readonly fresh?: boolean | undefined;
  /** The state of what is read, where it is known: a cache then keeps the answer for as long as the state is the same. */
  readonly version?: Version | undefined;
}

/** What every call needs. */
export interface Connection {
  readonly source: TokenSource;
  readonly send: Send;
  readonly apiUrl: string;
  /** True for Spotify's own API, false for an emulator's. */
  readonly isSpotify: boolean;
  readonly tiers: TierKnowledge;
  readonly market: string | undefined;
  readonly clock: Clock;
  readonly maxWaitMs: number | undefined;
  readonly listener: LimitListener | undefined;
  /** What is sent with each token. */
  readonly headers: WeakMap<Token, TokenHeaders>;
  /** Whose turn it is to change the items of a playlist; `undefined` for whoever has the turn. */
  readonly turns: Turns | undefined;
}

/** @throws StagedoorError `endpoint-url-invalid`, `argument-invalid` for a market that is none */
export function connect(options: ConnectionOptions): Connection {
  checkTier(options.tier);
  checkOptions({ maxWaitMs: options.maxWaitMs });
  const { maxWaitMs, onWait, onLimit } = options;
  const apiUrl = checkServiceUrl(options.apiUrl ?? SPOTIFY_API_URL, "SPOTIFY_API_URL");
  return {
    source: options.source,
    send: options.send ?? defaultSender({ timeoutMs: DEFAULT_TIMEOUT_MS }),
    apiUrl,
    isSpotify: new URL(apiUrl).origin === new URL(SPOTIFY_API_URL).origin,
    tiers: new TierKnowledge(options.tier),
    market: checkMarket(options.market),
    clock: options.clock ?? systemClock,
    maxWaitMs,
    listener: onWait || onLimit ? { onWait, onLimit } : undefined,
    headers: new WeakMap(),
    turns: new Map(),
  };
}

function checkTier(given: Tier | undefined): void {
  if (given === undefined || TIERS.includes(given)) return;
  throw new StagedoorError("argument-invalid", `There is no tier ${String(given)}.`, {
    hint: `The tiers are ${TIERS.join(", ")}; without one, the client learns it.`,
  });
}

function checkMarket(given: string | undefined): string | undefined {
  if (given === undefined || new RegExp(`^(?:${market.pattern})$`).test(given)) return given;
  throw new StagedoorError("argument-invalid", "The market is no country of two capital letters.", {
    hint: "Write it as in ISO 3166-1, such as GB.",
  });
}

/** What would be taken for a very long time, or for no time at all, such as the number of a variable that is not set. */
function checkOptions({ timeoutMs, maxWaitMs, priority }: CallOptions): void {
  const wrong =
    (timeoutMs !== undefined && !(timeoutMs > 0) && "timeoutMs must be a number of milliseconds above 0") ||
    (maxWaitMs !== undefined &&
      !(maxWaitMs >= 0) &&
      "maxWaitMs must be a number of milliseconds from 0 on") ||
    (priority !== undefined &&
      !PRIORITIES.includes(priority) &&
      `priority must be ${PRIORITIES.join(" or ")}`);
  if (wrong) throw new StagedoorError("argument-invalid", `The option ${wrong}.`);
}

const PRIORITIES: readonly Priority[] = ["interactive", "background"];

/** The token to begin a call with. */
export async function currentToken(connection: Connection, options: CallOptions): Promise<Token> {
  try {
    checkOptions(options);
    const { signal } = options;
    if (signal?.aborted) throw abortError(signal, "The call");
    return await connection.source.token({ signal });
  } catch (error) {
    throw markUnsent(error);
  }
}

/** An answer, whatever its status, and the token that it was given to. */
export interface Exchanged {
  readonly response: HttpResponse;
  readonly token: Token;
}

/** Sends a described request with a bearer token; on a 401, once more with a new one. */
export async function exchange(
  connection: Connection,
  token: Token,
  request: ApiRequest,
  options: CallOptions,
): Promise<Exchanged> {
  const url = addressOf(connection, request.path);
  const response = await sendWith(connection, token, url, request, options);
  if (response.status !== 401) return { response, token };
  // A 401 was all that came of the call so far.
  const fresh = await connection.source.replace(token, { signal: options.signal }).catch(rethrowUnsent);
  if (fresh.accessToken === token.accessToken) return { response, token };
  return { response: await sendWith(connection, fresh, url, request, options), token: fresh };
}

function rethrowUnsent(error: unknown): never {
  throw markUnsent(error);
}

function sendWith(
  connection: Connection,
  token: Token,
  url: string,
  { method, path, body, contentType, endpoint, repeatable }: ApiRequest,
  options: CallOptions,
): Promise<HttpResponse> {
  const { signal, timeoutMs, priority = "interactive", version, fresh } = options;
  const { maxWaitMs = connection.maxWaitMs } = options;
  const { plain, json } = headersFor(connection, token);
  const headers =
    body === undefined ? plain : contentType === undefined ? json : { ...plain, "content-type": contentType };
  const call = {
    endpoint: endpoint ?? endpointOf(path),
    repeatable: repeatable ?? method !== "POST",
    // A refresh token outlives many access tokens, and each of them belongs to one login only.
    account: token.refreshToken ?? token.accessToken,
    priority,
    maxWaitMs,
    listener: connection.listener,
    version,
    fresh,
  };
  return connection.send({ method, url, headers, body, signal, timeoutMs, call });
}

/** The headers of all calls with one token: without a body, and with one of JSON. */
interface TokenHeaders {
  readonly plain: Readonly<Record<string, string>>;
  readonly json: Readonly<Record<string, string>>;
}

/** Made once a token and frozen, so that a sender can keep what it makes of them: 0.4 µs a call here, 1 µs in the sender. */
function headersFor(connection: Connection, token: Token): TokenHeaders {
  const made = connection.headers.get(token);
  if (made !== undefined) return made;
  checkIssuer(connection, token);
  const plain = Object.freeze({ accept: "application/json", authorization: `Bearer ${token.accessToken}` });
  const headers = { plain, json: Object.freeze({ ...plain, "content-type": "application/json" }) };
  connection.headers.set(token, headers);
  return headers;
}

/** Spotify's tokens go to Spotify, an emulator's to an emulator. */
function checkIssuer(connection: Connection, token: Token): void {
  if ((token.issuer === SPOTIFY_ACCOUNTS_URL) === connection.isSpotify) return;
  throw new StagedoorError("issuer-mismatch", `A token of ${token.issuer} is not for ${connection.apiUrl}.`, {
    hint: "Set both SPOTIFY_ACCOUNTS_URL and SPOTIFY_API_URL, or neither. For call: hand it connect({ source, apiUrl }).",
  });
}

const RESOLVED = /\\|\/\/|\/\.{1,2}(?:[/?#]|$)|%2e|[\t\n\r]/i;

/** The absolute address of a path, which must not lead out of the API. */
function addressOf(connection: Connection, path: string): string {
  if (!path.startsWith("/")) {
    throw new StagedoorError(
      "origin-refused",
      "A path must begin with a slash: tokens go to the Web API alone.",
      {
        hint: "Write it below the address of the API, such as /me/playlists?limit=10.",
      },
    );
  }
  // Only a raw path can hold what a parser would resolve, or leave out as it does line breaks and tabs; those made from rows are encoded. Looked for in all of it first, which is cheaper.
  if (RESOLVED.test(path) && RESOLVED.test(path.split("?", 1)[0] ?? "")) {
    throw new StagedoorError(
      "origin-refused",
      "The path leads out of the Web API, where no bearer token is sent.",
    );
  }
  return `${connection.apiUrl}${path}`;
}

/**
 * The path of a `next` link, which must point into the API that is being spoken to.
 *
 * @throws StagedoorError `origin-refused`
 */
export function pathOfLink(connection: Connection, link: string): string {
  const parsed = URL.canParse(link) ? new URL(link) : undefined;
  if (
    parsed === undefined ||
    parsed.username !== "" ||
    parsed.password !== "" ||
    !parsed.href.startsWith(`${connection.apiUrl}/`)
  ) {
    throw originRefused(link, connection);
  }
  return parsed.href.slice(connection.apiUrl.length);
}

function originRefused(link: string, connection: Connection): StagedoorError {
  const where = URL.canParse(link) ? new URL(link).origin : "no address";
  return new StagedoorError(
    "origin-refused",
    `A bearer token is not sent outside ${connection.apiUrl} (asked for: ${where}).`,
  );
}
