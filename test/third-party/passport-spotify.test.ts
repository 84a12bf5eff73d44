import { Passport } from "passport";
import { type Profile, Strategy } from "passport-spotify";
import { describe, expect, it } from "vitest";
import { itHasFault } from "./known-fault.js";
import { SCOPES } from "./most-used-calls.js";
import {
  CONFIDENTIAL,
  failureOf,
  inSetting,
  type OAuthClient,
  type Setting,
  type Tokens,
} from "./oauth-client.js";
import { oauthClientSuite } from "./oauth-client-suite.js";

interface User extends Tokens {
  readonly profile: Profile;
}

/** The strategy's "no", which passport keeps apart from errors. */
class LoginRefused extends Error {
  readonly challenge: unknown;
  readonly status: number | undefined;

  constructor(challenge: unknown, status: number | undefined) {
    super("passport refused the login");
    this.challenge = challenge;
    this.status = status;
  }
}

function strategyOf(setting: Setting, { state = true } = {}): Strategy {
  const { spotify, clientId, clientSecret, redirectUri, pkce } = setting;
  return new Strategy(
    {
      clientID: clientId,
      clientSecret,
      callbackURL: redirectUri,
      authorizationURL: `${spotify.accounts}/authorize`,
      tokenURL: `${spotify.accounts}/api/token`,
      userProfileURL: `${spotify.api}/me`,
      scope: SCOPES,
      state,
      pkce,
    },
    (accessToken, refreshToken, expiresIn, profile, done) =>
      done(null, { accessToken, refreshToken, expiresIn, profile }),
  );
}

/** What Express and a session hand to passport, in its smallest form. */
interface AppRequest {
  readonly session: object;
  readonly query: Readonly<Record<string, string>>;
}

/** The redirect that passport answers the first request of a login with. */
function redirectOf(strategy: Strategy, request: AppRequest): Promise<URL> {
  return new Promise((resolve, reject) => {
    const response = {
      setHeader: (name: string, value: string) => {
        if (name === "Location") resolve(new URL(value));
      },
      end: () => undefined,
    };
    new Passport().authenticate(strategy, { session: false })(request, response, reject);
  });
}

/** The user that passport finds in a callback. */
function userOf(strategy: Strategy, request: AppRequest): Promise<User> {
  return new Promise((resolve, reject) => {
    const verdict = (error: unknown, user?: unknown, challenge?: unknown, status?: number) => {
      if (error) reject(error);
      else if (user)
        resolve(user as User); // what our own verify function made
      else reject(new LoginRefused(challenge, status));
    };
    new Passport().authenticate(strategy, { session: false }, verdict)(request, {}, reject);
  });
}

async function beginWith(strategy: Strategy) {
  const session = {};
  return {
    url: await redirectOf(strategy, { session, query: {} }),
    complete: (callback: URL) =>
      userOf(strategy, { session, query: Object.fromEntries(callback.searchParams) }),
  };
}

/** A refusal of the token endpoint with its answer as it came, as the packages that refresh for passport get it. */
class RefreshFailed extends Error {
  readonly data: string;

  constructor(data: string) {
    super("passport's OAuth client failed");
    this.data = data;
  }
}

const client: OAuthClient = {
  name: "passport-spotify",
  begin: (setting) => beginWith(strategyOf(setting)),
  refresh: (setting, token) =>
    new Promise((resolve, reject) => {
      const parameters = { grant_type: "refresh_token" };
      strategyOf(setting)._oauth2.getOAuthAccessToken(
        token,
        parameters,
        (error, accessToken = "", refreshToken, expiresIn) => {
          if (error === null) resolve({ accessToken, refreshToken, expiresIn });
          else reject(new RefreshFailed(error.data));
        },
      );
    }),
  refusalOf(error) {
    if (error instanceof RefreshFailed) {
      const { error: name, error_description: description } = JSON.parse(error.data);
      return { error: name, description };
    }
    // The class is passport-oauth2's, which passport-spotify does not hand on.
    if (!(error instanceof Error) || error.name !== "TokenError" || !("code" in error)) return undefined;
    return { error: String(error.code), description: error.message };
  },
  faults: {
    concurrentRefreshes: {
      knownFault:
        "it refreshes nothing itself, and 50 refreshes at once by its OAuth client are 50 requests, of which 49 fail",
      reference: "peers/typescript.md 3.6",
    },
  },
};

oauthClientSuite(client);

describe("passport-spotify at the emulator, in its own words", () => {
  it.each([
    [
      "extended",
      { product: "premium", emails: [{ value: "marlow@example.com", type: null }], country: "GB" },
    ],
    // What Spotify took out of the profile in February 2026.
    ["development", { product: null, emails: undefined, country: null }],
  ] as const)("reads the profile as an app with %s access sees it", async (tier, seen) => {
    const use = async (setting: Setting) => {
      const { url, complete } = await beginWith(strategyOf(setting));
      const { profile } = await complete(await setting.spotify.browse(url));
      const { id, displayName, product, emails, country } = profile;
      expect({ id, displayName, product, emails, country }).toEqual({
        id: "marlow.finch",
        displayName: "Marlow Finch",
        ...seen,
      });
    };
    await inSetting(use, CONFIDENTIAL, { tier })();
  });

  it(
    "refuses a callback with another state, when asked to keep one",
    inSetting(async (setting, { browse }) => {
      const [own, foreign] = [await client.begin(setting), await client.begin(setting)];
      const error = await failureOf(own.complete(await browse(foreign.url)));
      expect(error).toBeInstanceOf(LoginRefused);
      expect(error).toMatchObject({
        challenge: { message: "Invalid authorization request state." },
        status: 403,
      });
    }),
  );

  it(
    "is told that the person declined, without a reason",
    inSetting(async (setting, { emulator, browse }) => {
      emulator.world.consent = "deny";
      const { url, complete } = await client.begin(setting);
      const error = await failureOf(complete(await browse(url)));
      expect(error).toBeInstanceOf(LoginRefused);
      expect(error).toMatchObject({ challenge: { message: undefined }, status: undefined });
    }),
  );

  itHasFault(
    {
      knownFault: "state is off unless asked for: a callback that was forged is taken",
      reference: "peers/typescript.md 3.6",
    },
    inSetting(async (setting, { browse }) => {
      const victim = await beginWith(strategyOf(setting, { state: false }));
      expect(victim.url.searchParams.has("state")).toBe(false);
      const attacker = await beginWith(strategyOf(setting, { state: false }));
      const { profile } = await victim.complete(await browse(attacker.url));
      expect(profile.id).toBe("marlow.finch");
    }, CONFIDENTIAL),
  );
});
