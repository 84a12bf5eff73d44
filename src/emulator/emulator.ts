import { type Clock, systemClock } from "../base/clock.js";
import { randomString } from "../base/random.js";
import type { Tier } from "../contract/life.js";
import { type Consents, createConsents } from "./accounts/consents.js";
import { createGrants } from "./accounts/grants.js";
import type { RefreshMode } from "./accounts/refresh-mode.js";
import { visitAccounts } from "./accounts/service.js";
import { createApi } from "./api/service.js";
import { type AppRegistration, type Apps, createApps, type RegisteredApp } from "./apps.js";
import { type Controls, visitConsole } from "./console/service.js";
import { type Answer, BodyTooLarge, type Inquiry, type ServiceName, textAnswer } from "./exchange.js";
import { createFaults, type Faults } from "./faults.js";
import { inquiryOf, responseOf } from "./fetch-inquiry.js";
import { createLedger, type Ledger, type Note } from "./ledger.js";
import { movableClock } from "./movable-clock.js";
import { STYLE_PATH, styleSheet } from "./page.js";
import type { Stage, Urls, Visit } from "./stage.js";
import { strike } from "./strike.js";
import { createWorld } from "./world/seed.js";
import type { World } from "./world/world.js";

export interface EmulatorOptions {
  /** Same seed, same world, same ids. Default 1. */
  readonly seed?: number | string;
  /** What kind of app Spotify takes the apps for. Default `development`. */
  readonly tier?: Tier;
  /** Where all time comes from. Default: the machine's clock. */
  readonly clock?: Clock;
  /** What becomes of a refresh token that is used. Default `keep`. */
  readonly refresh?: RefreshMode;
  /** The three origins that `fetch` answers to. */
  readonly origins?: { readonly accounts: string; readonly api: string; readonly console: string };
  /** Gives tokens by the implicit grant, which Spotify ended on 2025-11-27. Default false. */
  readonly legacy?: boolean;
  readonly size?: {
    /** Default 1200; albums and artists follow from it. */
    readonly tracks?: number;
  };
}

/** A Spotify in memory: the accounts service, the Web API, and a console for whoever tests against them. */
export interface Emulator {
  /** Answers as a server on the request's origin would; takes what the platform's `fetch` takes, follows no redirect, and is bound. */
  fetch(input: Request | string | URL, init?: RequestInit): Promise<Response>;
  /** The same without `Request` and `Response`, for servers. Rejects with `ConnectionReset` where a fault drops the line. */
  answer(inquiry: Inquiry): Answer | Promise<Answer>;
  readonly world: World;
  readonly ledger: Ledger;
  readonly faults: Faults;
  readonly clock: Clock;
  /** The registered apps. */
  readonly apps: Apps;
  readonly urls: Readonly<Urls>;
  /** Opens the console's commands. */
  readonly consoleKey: string;
  registerApp(registration: AppRegistration): RegisteredApp;
  /** Puts the clock forward. */
  advance(ms: number): void;
  setRefreshMode(mode: RefreshMode): void;
  /** As when a person removes the app, or all apps, from their account: grants, tokens and consent end. */
  revoke(which?: { readonly person?: string; readonly clientId?: string }): void;
  /** Moves the services to other addresses; the former ones go on to work in `fetch`. */
  serveAt(urls: Urls): void;
  /** Back to the seeded world at the clock's own time: no tokens, no faults, an empty ledger. Registered apps stay. */
  reset(): void;
}

const DEFAULT_ORIGINS = {
  accounts: "https://accounts.emulator.test",
  api: "https://api.emulator.test",
  console: "https://console.emulator.test",
};
const DEFAULT_TRACKS = 1200;

/**
 * Makes a Spotify that runs where it is called: no port, no network, no account.
 *
 * @throws StagedoorError never here; `registerApp` throws `argument-invalid` and `redirect-uri-invalid`
 *
 * @example
 * const emulator = createEmulator({ seed: 7 });
 * emulator.world.consent = "allow";
 * const response = await emulator.fetch(`${emulator.urls.api}/me`);
 * response.status; // 401: no token
 */
export function createEmulator(options: EmulatorOptions = {}): Emulator {
  const { seed = 1, tier = "development", refresh = "keep", legacy = false } = options;
  const { origins = DEFAULT_ORIGINS } = options;
  const clock = movableClock(options.clock ?? systemClock);
  const world = createWorld({ seed, clock, tracks: options.size?.tracks ?? DEFAULT_TRACKS });
  const grants = createGrants(clock, refresh);
  const consents = createConsents(clock);
  const urls: Urls = { accounts: origins.accounts, api: `${origins.api}/v1`, console: origins.console };
  const services = new Map<string, ServiceName>();
  const ledger = createLedger();
  const faults = createFaults();
  const apps = createApps([...world.people.keys()]);
  const stage: Stage = { clock, urls, tier, legacy, world, apps, grants, ledger, faults };

  function reset(): void {
    clock.restore();
    world.reset();
    grants.clear();
    consents.clear();
    ledger.clear();
    faults.clear();
  }
  function serveAt(next: Urls): void {
    Object.assign(urls, next);
    for (const name of ["accounts", "api", "console"] as const)
      services.set(new URL(next[name]).origin, name);
  }
  serveAt(urls);

  const controls = { key: randomString(), reset, advance: clock.advance, setRefreshMode: grants.setMode };
  const answer = responder(stage, consents, controls);

  return {
    async fetch(input, init) {
      const request = input instanceof Request && init === undefined ? input : new Request(input, init);
      const url = new URL(request.url);
      const service = services.get(url.origin);
      if (service === undefined)
        throw new TypeError(`fetch failed: no service of the emulator is at ${url.origin}`);
      request.signal.throwIfAborted();
      return responseOf(await answer(inquiryOf(request, url, service)));
    },
    answer,
    world,
    ledger,
    faults,
    clock,
    apps,
    urls,
    consoleKey: controls.key,
    registerApp: apps.register,
    advance: clock.advance,
    setRefreshMode: grants.setMode,
    revoke(which = {}) {
      grants.revoke(which);
      consents.forget(which);
    },
    serveAt,
    reset,
  };
}

/** The console and the style sheet stand outside: a fault that struck the console too could not be cleared. */
function isTested(note: Note): boolean {
  return note.service !== "console" && note.path !== STYLE_PATH;
}

/** From an inquiry to an answer and a line in the ledger, by way of the faults. */
function responder(stage: Stage, consents: Consents, controls: Controls): Emulator["answer"] {
  const visitApi = createApi(stage);

  function visit(inquiry: Inquiry, note: Note): Visit | Promise<Visit> {
    if (inquiry.service === "api") return visitApi(inquiry, note);
    if (inquiry.path === STYLE_PATH) return { note, perform: styleSheet };
    return inquiry.service === "accounts"
      ? visitAccounts(stage, consents, inquiry, note)
      : visitConsole(stage, controls, inquiry, note);
  }

  function finish(note: Note, answer: Answer): Answer {
    note.status = answer.status;
    if (isTested(note)) stage.ledger.append(note);
    return answer;
  }

  function performed(inquiry: Inquiry, { note, perform }: Visit): Answer | Promise<Answer> {
    const fault = isTested(note) ? stage.faults.take(note) : undefined;
    if (fault !== undefined)
      return strike(fault, { inquiry, note, perform, finish: (given) => finish(note, given) });
    const answer = perform();
    return answer instanceof Promise ? answer.then((given) => finish(note, given)) : finish(note, answer);
  }

  return (inquiry) => {
    const { service, method, path } = inquiry;
    const note: Note = {
      sequence: 0,
      time: stage.clock.now(),
      service,
      method,
      path,
      status: 0,
      committed: false,
    };
    const visited = visit(inquiry, note);
    if (!(visited instanceof Promise)) return performed(inquiry, visited);
    return visited
      .then((made) => performed(inquiry, made))
      .catch((error: unknown) => {
        if (error instanceof BodyTooLarge) return finish(note, textAnswer(413, "Payload Too Large"));
        throw error;
      });
  };
}
