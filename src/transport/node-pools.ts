import type { Pool } from "undici";
import { StagedoorError } from "../base/errors.js";

/** Connections to one origin: a server that holds them all open leaves other origins theirs. */
const MAX_CONNECTIONS = 64;
/** Origins with connections of their own. Spotify has two, and emulators of a test run come and go. */
const MAX_ORIGINS = 16;
/**
 * How long a connection is kept that nobody uses, in milliseconds; a server that says `keep-alive: timeout=…` is taken at its word, less two
 * seconds. docs/decisions/0014-undici.md says why so short.
 */
const KEEP_ALIVE_MS = 4_000;
/** However long the server would keep it, in milliseconds. */
const MAX_KEEP_ALIVE_MS = 60_000;

interface Place {
  readonly pool: Pool;
  /** Grows with each use, so that the smallest is the one that was used longest ago. */
  usedAt: number;
}

/** The connections of this process, for all senders. */
export class Pools {
  readonly #Pool: typeof Pool;
  /** By the text in front of the path, as requests have it. */
  readonly #places = new Map<string, Place>();
  #uses = 0;

  constructor(PoolOfUndici: typeof Pool) {
    this.#Pool = PoolOfUndici;
  }

  /**
   * @param origin such as `https://api.spotify.com`
   * @throws StagedoorError `argument-invalid` for what is no origin that can be spoken to
   */
  at(origin: string): Pool {
    const place = this.#places.get(origin) ?? this.#open(origin);
    place.usedAt = ++this.#uses;
    return place.pool;
  }

  #open(origin: string): Place {
    const url = URL.canParse(origin) ? new URL(origin) : undefined;
    const canSpeak = url?.protocol === "https:" || url?.protocol === "http:";
    if (!canSpeak || url.username !== "" || url.password !== "") {
      throw new StagedoorError("argument-invalid", "The address of a request is none.", {
        hint: "Use an absolute one without a user's name, such as https://api.spotify.com/v1/me.",
      });
    }
    if (this.#places.size >= MAX_ORIGINS) this.#closeOne();
    const pool = new this.#Pool(url.origin, {
      connections: MAX_CONNECTIONS,
      pipelining: 1,
      allowH2: false,
      // Ours are kept on one timer for all requests, to the millisecond; undici's on one of half a second.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { timeout: 10_000 },
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: MAX_KEEP_ALIVE_MS,
      autoSelectFamily: true,
    });
    const place = { pool, usedAt: 0 };
    this.#places.set(origin, place);
    return place;
  }

  /** The one that was used longest ago, first of those that nobody uses now; requests under way are still answered. */
  #closeOne(): void {
    const byUse = [...this.#places].sort(([, one], [, other]) => one.usedAt - other.usedAt);
    const [origin, place] = byUse.find(([, { pool }]) => pool.stats.size === 0) ?? byUse[0] ?? [];
    if (origin === undefined || place === undefined) return;
    this.#places.delete(origin);
    place.pool.close().catch(() => undefined);
  }
}
