import { StagedoorError } from "../base/errors.js";
import { TIERS, type Tier } from "../contract/life.js";
import { isInsecure } from "./accounts/redirect-uri.js";
import { readFlag, readMembers, readPerson, readText, readTexts, readWord } from "./arguments.js";
import { refill } from "./refill.js";
import { USERS_PER_APP } from "./world/people.js";

/** The app that every emulator knows from the start. */
export const EMULATOR_CLIENT_ID = "57a6ed00257a6ed00257a6ed00257a6e";
export const EMULATOR_CLIENT_SECRET = "emu_secret_57a6ed00257a6ed00257a6ed";

const DEFAULT_REDIRECT_URIS = [
  "http://127.0.0.1/callback",
  "http://[::1]/callback",
  "https://example.com/callback",
];

/** A registered app, as the developer dashboard would show it. */
export interface RegisteredApp {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUris: readonly string[];
  /** False when the subscription of the app's owner has lapsed. */
  readonly ownerPremium: boolean;
  /** The developer account behind the app: all its apps share one quota. */
  readonly owner: string;
  /** The ids of the people who may use it in development mode. */
  readonly users: readonly string[];
  /** Where it differs from the emulator's. */
  readonly tier?: Tier;
}

export interface AppRegistration {
  readonly clientId: string;
  /** Must start with `emu_`, so that nobody's real secret ends up in a test. */
  readonly clientSecret: string;
  readonly redirectUris: readonly string[];
  /** Default true. */
  readonly ownerPremium?: boolean;
  /** Default `developer`. */
  readonly owner?: string;
  /** Default: everybody whom the default app has. */
  readonly users?: readonly string[];
  readonly tier?: Tier;
  /** Takes a secret that may be a real one. For tests of secrets only. */
  readonly allowAnySecret?: boolean;
}

export interface Apps {
  get(clientId: string): RegisteredApp | undefined;
  list(): readonly RegisteredApp[];
  register(registration: AppRegistration): RegisteredApp;
  save(): readonly RegisteredApp[];
  load(saved: readonly RegisteredApp[]): void;
}

/** A register with the default app in it. */
export function createApps(people: ReadonlyMap<string, unknown>): Apps {
  const apps = new Map<string, RegisteredApp>();
  const allowed = [...people.keys()].slice(0, USERS_PER_APP);

  function register(registration: AppRegistration): RegisteredApp {
    const { allowAnySecret = false, ...given } = readRegistration(registration, people);
    if (!allowAnySecret && !given.clientSecret.startsWith("emu_")) {
      throw new StagedoorError("argument-invalid", "The client secret could be a real one.", {
        hint: "An emulator needs no real secret: use one that starts with emu_.",
      });
    }
    const insecure = given.redirectUris.find(isInsecure);
    if (insecure !== undefined) {
      throw new StagedoorError("redirect-uri-invalid", `This redirect URI is not secure: ${insecure}`, {
        hint: "Use https://…, or http://127.0.0.1/… or http://[::1]/…",
      });
    }
    const app = { ownerPremium: true, owner: "developer", users: allowed, ...given };
    apps.set(app.clientId, app);
    return app;
  }

  register({
    clientId: EMULATOR_CLIENT_ID,
    clientSecret: EMULATOR_CLIENT_SECRET,
    redirectUris: DEFAULT_REDIRECT_URIS,
  });
  const list = () => [...apps.values()];
  return {
    get: (clientId) => apps.get(clientId),
    list,
    register,
    save: list,
    load: (saved) => refill(apps, new Map(saved.map((app) => [app.clientId, app]))),
  };
}

const REGISTRATION = [
  "clientId",
  "clientSecret",
  "redirectUris",
  "ownerPremium",
  "owner",
  "users",
  "tier",
  "allowAnySecret",
] as const;

/** The secret is never quoted: it may be a real one. */
function readRegistration(value: unknown, people: ReadonlyMap<string, unknown>): AppRegistration {
  const given = readMembers("the app", value, REGISTRATION);
  const { ownerPremium, owner, users, tier, allowAnySecret } = given;
  return {
    clientId: readText("clientId", given.clientId),
    clientSecret: readText("clientSecret", given.clientSecret),
    redirectUris: readTexts("redirectUris", given.redirectUris),
    ...(ownerPremium !== undefined && { ownerPremium: readFlag("ownerPremium", ownerPremium) }),
    ...(owner !== undefined && { owner: readText("owner", owner) }),
    ...(users !== undefined && {
      users: readTexts("users", users).map((person) => readPerson("each of users", person, people)),
    }),
    ...(tier !== undefined && { tier: readWord("tier", tier, TIERS) }),
    ...(allowAnySecret !== undefined && { allowAnySecret: readFlag("allowAnySecret", allowAnySecret) }),
  };
}
