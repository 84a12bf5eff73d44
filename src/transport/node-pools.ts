import type { Dispatcher, Pool } from "undici";
import { StagedoorError } from "../base/errors.js";
import { LimitError } from "./limit-error.js";

/** Connections to one origin: a server that holds them all open leaves other origins theirs. */
const MAX_CONNECTIONS = 64;
/** Requests that wait for a connection to one origin. */
const MAX_WAITING = 10_000;
/** Origins with connections of their own. Spotify has two, and emulators of a test run come and go. */
const MAX_ORIGINS = 16;
/**
 * How long a connection is kept that nobody uses, in milliseconds; a server that says `keep-alive: timeout=…` is taken at its word, less two
 * seconds. docs/decisions/0014-undici.md says why so short.
 */
const KEEP_ALIVE_MS = 4_000;
/** However long the server would keep it, in milliseconds. */
const MAX_KEEP_ALIVE_MS = 60_000;
/** undici's own limit counts in steps of half a second; that of the request is the exact one. */
const CONNECT_MS = 10_000;

/** What waits for its turn. */
export interface Waiting extends Dispatcher.DispatchHandler {
  readonly written: Dispatcher.DispatchOptions;
}

/**
 * The connections to one origin, and the requests that wait for one.
 *
 * They wait here and not in undici's queue, which can be neither bounded nor left: who gives up would stay in it, and have connections made
 * for it as long as the server cannot be reached.
 */
export class Connections {
  readonly pool: Pool;
  /** Grows with each use, so that the smallest is the one that was used longest ago. */
  usedAt = 0;
  readonly #waiting = new Set<Waiting>();
  #running = 0;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  get isIdle(): boolean {
    return this.#running === 0;
  }

  /** @throws LimitError `queue-full` */
  enter(request: Waiting): void {
    if (this.#running < MAX_CONNECTIONS) this.#start(request);
    else if (this.#waiting.size < MAX_WAITING) this.#waiting.add(request);
    else {
      throw new LimitError("queue-full", `${MAX_WAITING} requests wait for a connection already.`, {
        hint: "Wait for some of your calls before you make more.",
      });
    }
  }

  /** For a request that waits, so that it never begins. */
  giveUp(request: Waiting): void {
    this.#waiting.delete(request);
  }

  /** To be called once for each request that began, when undici is done with it. */
  leave(): void {
    this.#running--;
    const [next] = this.#waiting;
    if (next === undefined) return;
    this.#waiting.delete(next);
    this.#start(next);
  }

  #start(request: Waiting): void {
    this.#running++;
    this.pool.dispatch(request.written, request);
  }
}

/** The connections of this process, for all senders. */
export class Pools {
  readonly #Pool: typeof Pool;
  /** By the text in front of the path, as requests have it. */
  readonly #places = new Map<string, Connections>();
  #uses = 0;

  constructor(PoolOfUndici: typeof Pool) {
    this.#Pool = PoolOfUndici;
  }

  /**
   * @param origin such as `https://api.spotify.com`
   * @throws StagedoorError `argument-invalid` for what is no origin that can be spoken to
   */
  at(origin: string): Connections {
    const place = this.#places.get(origin) ?? this.#open(origin);
    place.usedAt = ++this.#uses;
    return place;
  }

  #open(origin: string): Connections {
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
      connect: { timeout: CONNECT_MS },
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: MAX_KEEP_ALIVE_MS,
      // IPv4 and IPv6 are tried side by side, 250 ms apart: a family that leads nowhere costs no more than that.
      autoSelectFamily: true,
    });
    const place = new Connections(pool);
    this.#places.set(origin, place);
    return place;
  }

  /** The one that was used longest ago, first of those that nobody uses now; requests under way are still answered. */
  #closeOne(): void {
    const byUse = [...this.#places].sort(([, one], [, other]) => one.usedAt - other.usedAt);
    const [origin, place] = byUse.find(([, { isIdle }]) => isIdle) ?? [];
    // Where all are in use there is one more for now.
    if (origin === undefined || place === undefined) return;
    this.#places.delete(origin);
    place.pool.close().catch(() => undefined);
  }
}
