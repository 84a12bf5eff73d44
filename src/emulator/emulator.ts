import { type Clock, systemClock } from "../base/clock.js";
import { TIERS, type Tier } from "../contract/life.js";
import { agree } from "./accounts/agree.js";
import { createConsents } from "./accounts/consents.js";
import { createGrants } from "./accounts/grants.js";
import {
  createRefreshModes,
  type RefreshMode,
  type RefreshModeScope,
  readRefreshMode,
} from "./accounts/refresh-mode.js";
import { type AppRegistration, type Apps, createApps, type RegisteredApp } from "./apps.js";
import { readHeaderName, readMembers, readWhole, readWord } from "./arguments.js";
import { createControls } from "./controls.js";
import {
  type Answer,
  ConnectionRefused,
  ConnectionReset,
  type Inquiry,
  type ServiceName,
} from "./exchange.js";
import { createFaults, type Faults } from "./faults/list.js";
import { inquiryOf, responseOf } from "./fetch-inquiry.js";
import { createLedger, type Ledger } from "./ledger.js";
import type { LimitsOption } from "./limit-settings.js";
import { createLimits, type Limits } from "./limits.js";
import { movableClock } from "./movable-clock.js";
import { responder } from "./responder.js";
import type { Snapshot } from "./snapshot.js";
import { ERAS, type Era, type Stage, type Urls } from "./stage.js";
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
  /** Whose words the services use: those of before or since mid-2026. Default `current`. */
  readonly era?: Era;
  /** The rate limit and the quota. Default `off`. */
  readonly limits?: LimitsOption;
  /** Gives tokens by the implicit grant, which Spotify ended on 2025-11-27. Default false. */
  readonly legacy?: boolean;
  /**
   * A request header whose value stands in the ledger as `caller`, such as `x-test-caller`: for tests in which several processes call.
   * Default: none is read.
   */
  readonly callerHeader?: string;
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
  readonly limits: Limits;
  readonly clock: Clock;
  /** The registered apps. */
  readonly apps: Apps;
  readonly urls: Readonly<Urls>;
  /** Opens the console's commands. */
  readonly consoleKey: string;
  registerApp(registration: AppRegistration): RegisteredApp;
  /**
   * Has a person agree behind an authorize URL, as the only request for which they do: `world.consent` is neither asked nor changed.
   *
   * @param person Default: `world.defaultPerson`
   * @returns the address that the browser is sent back to, with the code in it
   * @throws StagedoorError `argument-invalid` for a person who does not exist, with the names of those who do;
   * `authorization-failed` where the page would refuse
   */
  agree(authorizeUrl: string | URL, person?: string): Promise<string>;
  /** Puts the clock forward by so many milliseconds; only `setClock` goes back. */
  advance(ms: number): void;
  /** Puts the clock to a time: milliseconds since the Unix epoch. */
  setClock(time: number): void;
  /** Changes tier and era for all requests to come, until `reset`. */
  configure(changes: { readonly tier?: Tier; readonly era?: Era }): void;
  /** Changes the mode, for all or for one app or person; the most precise one holds, and `null` takes it away again. */
  setRefreshMode(mode: RefreshMode | null, which?: RefreshModeScope): void;
  /**
   * As when a person removes the app, or all apps, from their account: grants, tokens and consent end. An app's own tokens, by
   * client credentials, live on: they are of nobody's account.
   */
  revoke(which?: { readonly person?: string; readonly clientId?: string }): void;
  /** Moves the services to other addresses; the former ones go on to work in `fetch`. */
  serveAt(urls: Urls): void;
  /**
   * The whole state as a value for `JSON.stringify`: people, playlists, tokens, limits, faults, clock; not the catalogue, nor the
   * ledger, which only ever grows.
   */
  snapshot(): Snapshot;
  /**
   * Back to how it was when the snapshot was made; where that fails, nothing is changed.
   *
   * @throws StagedoorError `argument-invalid` for what is no snapshot, one of another seed or size, or one that is damaged
   */
  restore(snapshot: Snapshot): void;
  /** Back to the seeded world at the clock's own time: no tokens, no faults, limits as at the start, an empty ledger. Registered apps stay. */
  reset(): void;
}

const OPTIONS: readonly (keyof EmulatorOptions)[] = [
  "seed",
  "tier",
  "clock",
  "refresh",
  "origins",
  "era",
  "limits",
  "legacy",
  "callerHeader",
  "size",
];
const DEFAULT_ORIGINS = {
  accounts: "https://accounts.emulator.test",
  api: "https://api.emulator.test",
  console: "https://console.emulator.test",
};
const DEFAULT_TRACKS = 1200;
const MAX_TRACKS = 100_000_000;

/**
 * Makes a Spotify that runs where it is called: no port, no network, no account.
 *
 * @throws StagedoorError `argument-invalid` for an option that is none; what changes the emulator throws it too, and `registerApp`
 *   besides `redirect-uri-invalid`
 *
 * @example
 * const emulator = createEmulator({ seed: 7 });
 * emulator.world.consent = "allow";
 * const response = await emulator.fetch(`${emulator.urls.api}/me`);
 * response.status; // 401: no token
 */
export function createEmulator(options: EmulatorOptions = {}): Emulator {
  readMembers("the emulator", options, OPTIONS);
  const { seed = 1, legacy = false, origins = DEFAULT_ORIGINS, size = {} } = options;
  const tier = readWord("tier", options.tier ?? "development", TIERS);
  const era = readWord("era", options.era ?? "current", ERAS);
  const callerHeader =
    options.callerHeader === undefined ? undefined : readHeaderName("callerHeader", options.callerHeader);
  const { tracks = DEFAULT_TRACKS } = readMembers("size", size, ["tracks"]);
  const clock = movableClock(options.clock ?? systemClock);
  const world = createWorld({ seed, clock, tracks: readWhole("size.tracks", tracks, [1, MAX_TRACKS]) });
  const refreshModes = createRefreshModes(readRefreshMode(options.refresh ?? "keep"));
  const grants = createGrants(clock, refreshModes);
  const consents = createConsents(clock);
  const urls: Urls = { accounts: origins.accounts, api: `${origins.api}/v1`, console: origins.console };
  const services = new Map<string, ServiceName>();
  const ledger = createLedger();
  const faults = createFaults(world.people);
  const apps = createApps(world.people);
  const limits = createLimits(clock, options.limits ?? "off");
  const stage: Stage = {
    clock,
    urls,
    tier,
    era,
    legacy,
    world,
    apps,
    grants,
    refreshModes,
    consents,
    ledger,
    faults,
    limits,
  };

  function serveAt(next: Urls): void {
    Object.assign(urls, next);
    for (const name of ["accounts", "api", "console"] as const)
      services.set(new URL(next[name]).origin, name);
  }
  serveAt(urls);

  const controls = createControls(stage, { clock, seed: String(seed) });
  const answer = responder(stage, controls, callerHeader);

  return {
    async fetch(input, init) {
      const request = input instanceof Request && init === undefined ? input : new Request(input, init);
      const url = new URL(request.url);
      const service = services.get(url.origin);
      if (service === undefined) throw noService(url);
      request.signal.throwIfAborted();
      const trouble = faults.any ? faults.takeConnection(service) : undefined;
      if (trouble === "closed-port") throw new ConnectionRefused();
      if (trouble === "reset-on-accept") throw new ConnectionReset();
      return responseOf(await answer(inquiryOf(request, url, service)), request);
    },
    answer,
    async agree(authorizeUrl, person = world.defaultPerson) {
      const url = new URL(authorizeUrl);
      if (services.get(url.origin) !== "accounts") throw noService(url);
      return agree(world, answer, url, person);
    },
    world,
    ledger,
    faults,
    limits,
    clock,
    apps,
    urls,
    consoleKey: controls.key,
    registerApp: apps.register,
    advance: controls.advance,
    setClock: controls.setClock,
    setRefreshMode: controls.setRefreshMode,
    configure: controls.configure,
    snapshot: controls.snapshot,
    restore: controls.restore,
    revoke: (which = {}) => controls.revoke(which),
    serveAt,
    reset: controls.reset,
  };
}

/** As a `fetch` fails that finds nobody. */
function noService({ origin }: URL): TypeError {
  return new TypeError(`fetch failed: no service of the emulator is at ${origin}`);
}
