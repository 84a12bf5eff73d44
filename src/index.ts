import type { Clock } from "./base/clock.js";
import type { Fetch } from "./base/http.js";
import type { LimitMet, LimitWait } from "./base/limits.js";
import { type Client, createClient } from "./client/index.js";
import type { Tier } from "./contract/index.js";
import { processEnvironment, readSettings } from "./environment.js";
import { type App, createApp } from "./oauth/index.js";
import { Session } from "./session/index.js";
import { memoryStore } from "./stores/memory.js";
import type { TokenStore } from "./token/index.js";
import { apiSend, type CacheLayer, type CacheLimits, type Governor } from "./transport/index.js";

export { StagedoorError } from "./base/errors.js";
export type { LimitMet, LimitWait } from "./base/limits.js";
export { ApiError, type Client, PartialWriteError, type SearchTerms, searchQuery } from "./client/index.js";
export { createApp } from "./oauth/index.js";
export { Session } from "./session/index.js";
export { memoryStore } from "./stores/memory.js";
export { Token, type TokenStore } from "./token/index.js";

export interface SpotifyOptions {
  /** Default: `SPOTIFY_CLIENT_ID`. */
  readonly clientId?: string | undefined;
  /** Default: `SPOTIFY_CLIENT_SECRET`, where the client id comes from the environment too. A public client, such as a desktop program, has none. */
  readonly clientSecret?: string | undefined;
  /** Where the login is kept. Default: memory, which suits `client_credentials`. */
  readonly store?: TokenStore | undefined;
  /** Which login of the store. Default: `default`. */
  readonly profile?: string | undefined;
  /** `client_credentials` for public data without a person. Default: the login of a person. */
  readonly grant?: "authorization_code" | "client_credentials" | undefined;
  /** As for a session: whether a refresh is made although its result cannot be stored. Default: `refuse`. */
  readonly whenUnwritable?: "refuse" | "refresh" | undefined;
  /** The kind of app, when it is known; otherwise it is learnt. */
  readonly tier?: Tier | undefined;
  /** The country (ISO 3166-1 alpha-2) of calls that name none. Spotify prefers that of the person who is logged in. */
  readonly market?: string | undefined;
  /** Default: `SPOTIFY_ACCOUNTS_URL`, else Spotify's. */
  readonly accountsUrl?: string | undefined;
  /** Default: `SPOTIFY_API_URL`, else Spotify's. */
  readonly apiUrl?: string | undefined;
  /** In place of the runtime's `fetch`, such as an emulator's. */
  readonly fetch?: Fetch | undefined;
  /**
   * How long a call may take, in milliseconds, without what it is held back for Spotify's limits. A call that is refused and sent anew, as after a 401,
   * has as much again. Default: 30,000.
   */
  readonly timeoutMs?: number | undefined;
  /** How long a call may be held back for Spotify's limits before it fails with `rate-limited`, in milliseconds. Default: 30,000. */
  readonly maxWaitMs?: number | undefined;
  /** Is told when calls are held back for a limit of Spotify's, such as to tell a user. */
  readonly onWait?: ((wait: LimitWait) => void) | undefined;
  /** Is told when a call meets a limit of Spotify's. */
  readonly onLimit?: ((limit: LimitMet) => void) | undefined;
  /**
   * Keeps answers for as long as Spotify allows, and pages of a playlist for as long as it does not change: `true`, how much may be kept, or
   * a `cache()` that several clients share. Default: false.
   */
  readonly cache?: boolean | CacheLimits | CacheLayer | undefined;
  readonly clock?: Clock | undefined;
}

/** A client, with the app it speaks for, the session that feeds it, and what keeps the app within Spotify's limits. */
export type Spotify = Client & {
  readonly app: App;
  readonly session: Session;
  /** One for all clients of the app at this address. */
  readonly governor: Governor;
};

/**
 * Puts session, client and transport together.
 *
 * @throws StagedoorError `client-id-missing`, `argument-invalid`, `endpoint-url-invalid`
 *
 * @example
 * const spotify = createSpotify({ clientId: "0123456789abcdef0123456789abcdef", store: fileStore() });
 * const top = await spotify.me.top({ type: "tracks", limit: 10 });
 * for (const track of top.items) console.log(track.name);
 */
export function createSpotify(options: SpotifyOptions = {}): Spotify {
  const { clock, fetch } = options;
  const environment = processEnvironment();
  // What the code says counts for more, before either is judged; and what it says is not read, for which Deno asks a permission.
  const settings = readSettings({
    SPOTIFY_ACCOUNTS_URL: options.accountsUrl ?? environment.SPOTIFY_ACCOUNTS_URL,
    SPOTIFY_API_URL: options.apiUrl ?? environment.SPOTIFY_API_URL,
    ...(options.clientId === undefined && {
      SPOTIFY_CLIENT_ID: environment.SPOTIFY_CLIENT_ID,
      SPOTIFY_CLIENT_SECRET: environment.SPOTIFY_CLIENT_SECRET,
    }),
  });
  const { accountsUrl, apiUrl } = settings;
  const app = createApp({
    clientId: options.clientId ?? settings.clientId,
    clientSecret: options.clientSecret ?? settings.clientSecret,
    accountsUrl,
    fetch,
    clock,
  });
  const { store = memoryStore(), profile, grant, whenUnwritable } = options;
  const session = new Session({ app, store, profile, grant, whenUnwritable });
  const { provider, clientId } = session.key;
  const { cache, timeoutMs } = options;
  const { send, governor } = apiSend({
    app: { provider, clientId },
    apiUrl,
    memory: store.limits,
    cache,
    timeoutMs,
    fetch,
    clock,
  });
  const { tier, market, maxWaitMs, onWait, onLimit } = options;
  const client = createClient({
    source: session,
    apiUrl,
    send,
    tier,
    market,
    maxWaitMs,
    onWait,
    onLimit,
    clock,
  });
  // Not spread: a group is made when it is first used.
  return Object.assign(client, { app, session, governor });
}
