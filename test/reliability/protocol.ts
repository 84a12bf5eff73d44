// What conductor and programs say to each other: one JSON object a line, on stdin and stdout. No token ever goes over it from a worker:
// what has to be compared is said as a fingerprint.
//
//   → {"id":1,"do":"call","given":{"count":16,"what":"api"},"barrier":true}
//   ← {"id":1,"ready":true}        (only with "barrier")
//   → {"go":1}
//   ← {"id":1,"answer":{…}}        or {"id":1,"error":{"code":"…","message":"…"}}
//   ← {"event":"token-answer",…}   at any time
import type { LedgerEntry } from "../../src/emulator/index.js";
import type { SeriesAnswer, SeriesPlan } from "./call-series.js";
import type { StoreDescription } from "./store-description.js";

/** A moment by both clocks: milliseconds since the Unix epoch by `performance`, which no `faketime` moves, and by `Date`. */
export interface Moment {
  readonly steady: number;
  readonly wall: number;
}

/** One call as its caller saw it. */
export interface CallOutcome {
  readonly ms: number;
  /** The code of the error; absent when it succeeded. */
  readonly code?: string;
  readonly message?: string;
  /** Of the access token that the call got, where it asked for one. */
  readonly access?: string;
}

export interface CallsAnswer {
  readonly began: Moment;
  readonly ended: Moment;
  readonly calls: readonly CallOutcome[];
}

/** What is in the store, without a secret. */
export interface StoredAnswer {
  readonly generation: number;
  readonly refresh: string | null;
  readonly access: string;
  readonly state: string;
}

/** Each task of a worker: what is given with it, and what comes back. */
export type WorkerTasks = {
  /** Makes a session (and the store, once for each description). Must come first; may come again, for another profile or store. */
  open: {
    given: {
      store: StoreDescription;
      accounts: string;
      api: string;
      clientId: string;
      clientSecret?: string | undefined;
      profile?: string;
      /** How long the token endpoint may take, in milliseconds, in place of the usual 15,000. */
      tokenDeadlineMs?: number;
      /** As for a session. */
      whenUnwritable?: "refuse" | "refresh";
      /** With `trace`, stops itself (SIGSTOP) once: after its next write, which announces a refresh, or when the next token answer is there. */
      stopAt?: "announced" | "answered";
      /** Tells the way of each refresh as events, with their moments. */
      trace?: boolean;
    };
    answer: { place: string | null };
  };
  /** Makes calls at once, which begin together. With `aheadMs` the session's clock is first set so far ahead of the machine's. */
  call: {
    given: { count: number; what: "token" | "api"; aheadMs?: number };
    answer: CallsAnswer;
  };
  /** Makes many calls of the Web API, so many at a time, and says what the process held meanwhile. */
  series: { given: SeriesPlan; answer: SeriesAnswer };
  /** Refreshes, whether it is due or not. */
  refresh: { given: { aheadMs?: number }; answer: CallsAnswer };
  /** Goes through authorize URL, consent and code exchange over HTTP, and stores the login. */
  login: { given: { aheadMs?: number }; answer: StoredAnswer };
  logout: { given: object; answer: { wasLoggedIn: boolean } };
  stored: { given: object; answer: StoredAnswer | null };
  problems: { given: object; answer: { problems: readonly string[] } };
  /** Takes the store's lock and keeps it until `release`; answers when it is held. */
  hold: { given: object; answer: { began: Moment; ended: Moment } };
  /** Gives the lock back; says whether it was still held then. */
  release: { given: object; answer: { wasHeld: boolean } };
  /** Keeps the event loop busy for so long. */
  block: { given: { ms: number }; answer: object };
  /** Lets go of all stores and their connections; `open` may follow. */
  close: { given: object; answer: object };
  /** Closes what is open; the process then has to end by itself. */
  exit: { given: object; answer: object };
};

/** What the emulator's program can be asked for; see `Emulator`, whose methods these are. */
export type SpotifyTasks = {
  serve: {
    given: { refresh?: string; clientSecret: string };
    answer: { accounts: string; api: string; clientId: string };
  };
  advance: { given: { ms: number }; answer: object };
  "refresh-mode": { given: { mode: string }; answer: object };
  faults: { given: { faults: readonly unknown[] }; answer: object };
  /** How many requests the present faults have struck. */
  struck: { given: object; answer: { requests: number } };
  "clear-faults": { given: object; answer: object };
  /** Requests to the token endpoint after the entry of that sequence number. */
  "token-requests": { given: { since: number }; answer: { entries: readonly LedgerEntry[]; last: number } };
  /** Fingerprints of all refresh tokens that would be taken now, and how many grants (families) were revoked so far. */
  current: { given: object; answer: { refresh: readonly string[]; revokedGrants: number } };
  /** All tokens and codes that were ever given: the canaries. */
  secrets: { given: object; answer: { secrets: readonly string[] } };
  revoke: { given: object; answer: object };
  exit: { given: object; answer: object };
};

export type Tasks = Record<string, { given: object; answer: object | null }>;

/** What a program hears. */
export type Told =
  | { readonly id: number; readonly do: string; readonly given: never; readonly barrier?: boolean }
  | { readonly go: number };

/** What a program says. */
export type Said =
  | { readonly id: number; readonly ready: true }
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly error: { readonly code: string; readonly message: string } }
  | ProgramEvent;

/** What is said without having been asked for; the first is `hello`, with the process id. */
export interface ProgramEvent {
  readonly event:
    | "hello"
    | "entry"
    /** With `trace`: the way of a refresh, and what the session says of it. */
    | "token-request"
    | "token-answer"
    | "durable"
    | "refreshed"
    | "save-failed"
    | "refresh-failed";
  readonly at: Moment;
  readonly pid?: number;
  readonly entry?: LedgerEntry;
  readonly generation?: number | null;
  readonly status?: number;
}

/** This moment. */
export function moment(): Moment {
  return { steady: performance.timeOrigin + performance.now(), wall: Date.now() };
}
