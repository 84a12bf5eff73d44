// What a worker can do, whatever carries its lines: `worker.ts` runs it on stdin and stdout, `crowd.ts` in threads and clusters.
import type { Fetch } from "../../src/base/http.js";
import { createApp, createSpotify, Session, type Spotify } from "../../src/index.js";
import { beginLogin, completeLogin } from "../../src/oauth/index.js";
import type { HeldLock, TokenStore } from "../../src/token/index.js";
import { fetchSender } from "../../src/transport/index.js";
import { callSeries } from "./call-series.js";
import { fingerprint } from "./fingerprint.js";
import {
  type CallOutcome,
  type CallsAnswer,
  moment,
  type StoredAnswer,
  type WorkerTasks,
} from "./protocol.js";
import { type OpenStore, openStore } from "./store-description.js";
import { type Doers, type Tell, told } from "./task-loop.js";

/** The header in which a worker tells the emulator its name. */
export const CALLER_HEADER = "x-test-caller";
const REDIRECT_URI = "http://127.0.0.1/callback";

/** @param name what the emulator's ledger calls this worker */
export function createAgent(name: string, tell: Tell): Doers<WorkerTasks> {
  const stores = new Map<string, Promise<OpenStore>>();
  let aheadMs = 0;
  let opened: { readonly spotify: Spotify; readonly store: TokenStore } | undefined;
  let held:
    | { readonly lock: HeldLock; readonly release: () => void; readonly over: Promise<void> }
    | undefined;

  const now = () => {
    if (opened === undefined) throw new Error("Nothing is open yet.");
    return opened;
  };

  /** Names the caller, and tells when a token answer was read to its end. */
  function callingFetch(accounts: string, trace: boolean, answered: () => void): Fetch {
    const { host } = new URL(accounts);
    return async (url, init) => {
      const headers = { ...Object.fromEntries(new Headers(init.headers)), [CALLER_HEADER]: name };
      if (!trace || new URL(url).host !== host) return fetch(url, { ...init, headers });
      tell({ event: "token-request" });
      const response = await fetch(url, { ...init, headers });
      const body = await response.arrayBuffer();
      tell({ event: "token-answer", status: response.status });
      answered();
      return new Response(body, { status: response.status, headers: response.headers });
    };
  }

  async function stored(): Promise<StoredAnswer | null> {
    const found = await now().spotify.session.stored();
    if (found === null) return null;
    const { generation, token } = found;
    const refresh = token.refreshToken === undefined ? null : fingerprint(token.refreshToken);
    return { generation, refresh, access: fingerprint(token.accessToken), state: token.status.state };
  }

  async function calls(count: number, call: () => Promise<string | undefined>): Promise<CallsAnswer> {
    const began = moment();
    const outcomes = Array.from({ length: count }, async (): Promise<CallOutcome> => {
      const start = performance.now();
      const ms = () => Math.round((performance.now() - start) * 100) / 100;
      try {
        const access = await call();
        return { ms: ms(), ...(access !== undefined && { access }) };
      } catch (error) {
        return { ms: ms(), ...told(error) };
      }
    });
    return { calls: await Promise.all(outcomes), began, ended: moment() };
  }

  async function close(): Promise<object> {
    const open = [...stores.values()];
    stores.clear();
    opened = undefined;
    for (const one of open) await (await one).close();
    return {};
  }

  return {
    async open({ store: description, accounts, api, clientId, clientSecret, profile, ...given }) {
      const { trace = false, stopAt, tokenDeadlineMs, whenUnwritable } = given;
      let stopsAt = stopAt;
      /** Stands still until somebody continues it, once. */
      const stopHere = (stage: typeof stopAt) => {
        if (stopsAt !== stage) return;
        stopsAt = undefined;
        process.kill(process.pid, "SIGSTOP");
      };
      const id = JSON.stringify(description);
      const found = stores.get(id) ?? openStore(description);
      stores.set(id, found);
      const { store: bare } = await found;
      const store = trace ? traced(bare, tell, () => stopHere("announced")) : bare;
      const clock = { now: () => Date.now() + aheadMs, steady: () => performance.now() + aheadMs };
      const fetch = callingFetch(accounts, trace, () => stopHere("answered"));
      const app = { clientId, clientSecret, accountsUrl: accounts, clock };
      const spotify = createSpotify({ ...app, apiUrl: api, store, profile, fetch, whenUnwritable });
      // The one thing that no option of a client says: the session is put together by hand, as a program may do.
      const session =
        tokenDeadlineMs === undefined
          ? spotify.session
          : new Session({
              app: createApp({ ...app, send: fetchSender({ fetch, timeoutMs: tokenDeadlineMs }) }),
              store,
              profile,
              whenUnwritable,
            });
      for (const name of ["refreshed", "save-failed", "refresh-failed"] as const)
        if (trace) session.on(name, () => tell({ event: name }));
      opened = { spotify: { ...spotify, session }, store };
      return { place: store.place ?? null };
    },

    async call({ count, what, aheadMs: ahead = aheadMs }) {
      aheadMs = ahead;
      const { spotify } = now();
      return calls(count, async () => {
        if (what === "token") return fingerprint((await spotify.session.token()).accessToken);
        await spotify.me.profile();
        return undefined;
      });
    },

    series: (given) => callSeries(now().spotify, given),

    async refresh({ aheadMs: ahead = aheadMs }) {
      aheadMs = ahead;
      return calls(1, async () => fingerprint((await now().spotify.session.refresh()).accessToken));
    },

    async login({ aheadMs: ahead = aheadMs }) {
      aheadMs = ahead;
      const { app, session } = now().spotify;
      const scope = "user-read-private";
      const { url, pending } = await beginLogin(app, { redirectUri: REDIRECT_URI, scope });
      const answer = await fetch(url, { redirect: "manual" });
      await session.adopt(await completeLogin(app, pending, answer.headers.get("location") ?? ""));
      const found = await stored();
      if (found === null) throw new Error("The login is not in the store.");
      return found;
    },

    async logout() {
      return { wasLoggedIn: await now().spotify.session.logout() };
    },

    stored,

    async problems() {
      return { problems: now().store.problems ?? [] };
    },

    async hold() {
      const { store, spotify } = now();
      const began = moment();
      await new Promise<void>((resolve, reject) => {
        const over = store.withLock(spotify.session.key, async (lock) => {
          await new Promise<void>((release) => {
            held = { lock, release, over: Promise.resolve() };
            resolve();
          });
        });
        over.catch(reject);
        void over.finally(() => undefined).catch(() => undefined);
      });
      return { began, ended: moment() };
    },

    async release() {
      if (held === undefined) throw new Error("No lock is held.");
      const wasHeld = held.lock.isHeld();
      held.release();
      held = undefined;
      return { wasHeld };
    },

    async block({ ms }) {
      const end = performance.now() + ms;
      while (performance.now() < end);
      return {};
    },

    close,

    async exit() {
      held?.release();
      return close();
    },
  };
}

/** Tells when a write has become durable: what dies after that loses nothing. */
function traced(store: TokenStore, tell: Tell, written: () => void): TokenStore {
  return new Proxy(store, {
    get(target, name) {
      if (name === "compareAndSwap") {
        const write: TokenStore["compareAndSwap"] = async (...given) => {
          const generation = await target.compareAndSwap(...given);
          tell({ event: "durable", generation });
          written();
          return generation;
        };
        return write;
      }
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}
