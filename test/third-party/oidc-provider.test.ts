import { describe, expect, it, onTestFinished, vi } from "vitest";
import { DAY, HOUR } from "../../src/base/clock.js";
import type { Send } from "../../src/base/http.js";
import { login } from "../../src/login/index.js";
import {
  type App,
  type AppOptions,
  beginLogin,
  clientCredentials,
  completeLogin,
  createApp,
  type LoginOptions,
  OAuthError,
  refresh,
} from "../../src/oauth/index.js";
import { Session } from "../../src/session/index.js";
import { memoryStore } from "../../src/stores/memory.js";
import type { Token } from "../../src/token/index.js";
import { fetchSender } from "../../src/transport/index.js";
import { manualClock } from "../support/clock.js";
import { failureOf } from "./oauth-client-suite.js";
import { type OidcProviderService, PROVIDER_SECRET, withOidcProvider } from "./oidc-provider-service.js";

// The second opinion: our own OAuth code against a provider that is certified, and that we did not write.

const REDIRECT_URI = "http://127.0.0.1:8123/callback";
const SCOPE = "user-read-private user-top-read";
const KINDS = [
  ["a public client", { clientId: "public" }],
  ["a confidential client", { clientId: "confidential", clientSecret: PROVIDER_SECRET }],
] as const;
const [[, PUBLIC], [, CONFIDENTIAL]] = KINDS;

/** Makes a test of `use`. */
function atProvider(
  use: (app: App, provider: OidcProviderService) => Promise<void>,
  options: AppOptions = PUBLIC,
): () => Promise<void> {
  return () =>
    withOidcProvider((provider) => use(createApp({ accountsUrl: provider.url, ...options }), provider));
}

async function logIn(app: App, provider: OidcProviderService): Promise<Token> {
  const { url, pending } = await beginLogin(app, { redirectUri: REDIRECT_URI, scope: SCOPE });
  return completeLogin(app, pending, await provider.browse(url));
}

const begin = (app: App, more: Partial<LoginOptions> = {}) =>
  beginLogin(app, { redirectUri: REDIRECT_URI, scope: SCOPE, ...more });

const refreshTokenOf = ({ refreshToken }: { readonly refreshToken?: string | undefined }) =>
  refreshToken ?? "";

async function expectInvalidGrant(request: Promise<unknown>): Promise<void> {
  const error = await failureOf(request);
  expect(error).toBeInstanceOf(OAuthError);
  expect(error).toMatchObject({ code: "invalid-grant", error: "invalid_grant", status: 400 });
}

describe.each(KINDS)("a login at oidc-provider as %s", (_, options) => {
  it(
    "gets tokens for what was agreed to",
    atProvider(async (app, provider) => {
      const token = await logIn(app, provider);
      expect(token.accessToken).toMatch(/^[\w-]{43}$/);
      expect(token.refreshToken).toMatch(/^[\w-]{43}$/);
      expect(token.scopes).toEqual(["user-read-private", "user-top-read"]);
      expect(token.expiresAt - token.obtainedAt).toBe(HOUR);
      expect(token.issuer).toBe(provider.url);
    }, options),
  );

  it(
    "has only the scopes that the person left ticked",
    atProvider(async (app, provider) => {
      provider.agrees(["user-top-read"]);
      expect((await logIn(app, provider)).scopes).toEqual(["user-top-read"]);
    }, options),
  );

  it(
    "takes the new refresh token with every refresh",
    atProvider(async (app, provider) => {
      const first = await logIn(app, provider);
      const second = await refresh(app, refreshTokenOf(first));
      const third = await refresh(app, refreshTokenOf(second));
      expect(new Set([first, second, third].map(refreshTokenOf)).size).toBe(3);
      expect(third).toMatchObject({ expiresInSeconds: 3600, scopes: ["user-read-private", "user-top-read"] });
    }, options),
  );

  it(
    "ends with the family when an old refresh token is used again",
    atProvider(async (app, provider) => {
      const first = await logIn(app, provider);
      const second = await refresh(app, refreshTokenOf(first));
      await expectInvalidGrant(refresh(app, refreshTokenOf(first)));
      await expectInvalidGrant(refresh(app, refreshTokenOf(second)));
    }, options),
  );

  it(
    "ends with the family when a code is used again",
    atProvider(async (app, provider) => {
      const { url, pending } = await begin(app);
      const callback = await provider.browse(url);
      const token = await completeLogin(app, pending, callback);
      await expectInvalidGrant(completeLogin(app, pending, callback));
      await expectInvalidGrant(refresh(app, refreshTokenOf(token)));
    }, options),
  );

  it(
    "is refused with the verifier of another login",
    atProvider(async (app, provider) => {
      const [own, foreign] = [await begin(app), await begin(app)];
      const callback = await provider.browse(foreign.url);
      callback.searchParams.set("state", own.pending.state);
      await expectInvalidGrant(completeLogin(app, own.pending, callback));
    }, options),
  );

  it(
    "is refused with another redirect URI than the code was sent to",
    atProvider(async (app, provider) => {
      const { url, pending } = await begin(app);
      const { search } = await provider.browse(url);
      const other = { ...pending, redirectUri: REDIRECT_URI.replace("/callback", "/other-callback") };
      await expectInvalidGrant(completeLogin(app, other, other.redirectUri + search));
    }, options),
  );
});

describe("oauth at oidc-provider", () => {
  it(
    "knows that the person declined",
    atProvider(async (app, provider) => {
      provider.agrees(null);
      await expect(logIn(app, provider)).rejects.toMatchObject({ code: "access-denied" });
      expect(provider.tokenRequests()).toBe(0);
    }),
  );

  it(
    "refuses the callback of another login before anything is sent",
    atProvider(async (app, provider) => {
      const [own, foreign] = [await begin(app), await begin(app)];
      const callback = await provider.browse(foreign.url);
      const error = await failureOf(completeLogin(app, own.pending, callback));
      expect(error).toMatchObject({ code: "state-mismatch" });
      expect(provider.tokenRequests()).toBe(0);
    }),
  );

  it(
    "refuses a callback whose `iss` names another issuer (RFC 9207)",
    atProvider(async (app, provider) => {
      const { url, pending } = await begin(app);
      const callback = await provider.browse(url);
      expect(callback.searchParams.get("iss")).toBe(provider.url);
      callback.searchParams.set("iss", "https://accounts.example.com");
      await expect(completeLogin(app, pending, callback)).rejects.toMatchObject({ code: "callback-invalid" });
    }),
  );

  it(
    "passes on that the provider insists on PKCE",
    atProvider(async (app, provider) => {
      const { url, pending } = await begin(app, { pkce: false });
      const error = await failureOf(completeLogin(app, pending, await provider.browse(url)));
      expect(error).toMatchObject({ code: "authorization-failed" });
      expect(String(error)).toContain("PKCE");
    }, CONFIDENTIAL),
  );

  it(
    "gets a token for the app itself",
    atProvider(async (app) => {
      const token = await clientCredentials(app);
      expect(token).toMatchObject({ refreshToken: undefined, grant: "client_credentials" });
    }, CONFIDENTIAL),
  );

  it(
    "knows a wrong secret, which the provider answers with 401",
    atProvider(
      async (app) => {
        const error = await failureOf(clientCredentials(app));
        expect(error).toBeInstanceOf(OAuthError);
        expect(error).toMatchObject({ code: "invalid-client", status: 401 });
      },
      { clientId: "confidential", clientSecret: "wrong" },
    ),
  );

  it(
    "knows a refresh token that has expired",
    atProvider(async (app, provider) => {
      const token = await logIn(app, provider);
      // The provider has no clock that could be handed in.
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 30 * DAY });
      onTestFinished(() => {
        vi.useRealTimers();
      });
      await expectInvalidGrant(refresh(app, refreshTokenOf(token)));
    }),
  );
});

describe("a login by browser at oidc-provider", () => {
  it(
    "comes back to the program, and the person sees that it worked",
    atProvider(async (app, provider) => {
      let page: Promise<string> | undefined;
      const openBrowser = (url: string) => {
        page = provider.browse(url).then(async (callback) => (await fetch(callback)).text());
      };
      const token = await login(app, { scope: SCOPE, openBrowser });
      expect(token.refreshToken).toBeTypeOf("string");
      expect(await page).toContain("The login is complete.");
    }),
  );

  it(
    "ends when the person declines",
    atProvider(async (app, provider) => {
      provider.agrees(null);
      const openBrowser = async (url: string) => {
        await fetch(await provider.browse(url));
      };
      await expect(login(app, { scope: SCOPE, openBrowser })).rejects.toMatchObject({
        code: "access-denied",
      });
    }),
  );
});

describe("a session at oidc-provider", () => {
  /** Two sessions that share a login, as two programs do. */
  async function sessions(provider: OidcProviderService, send: Send = fetchSender()) {
    const clock = manualClock();
    const app = createApp({ accountsUrl: provider.url, ...PUBLIC, clock, send });
    const store = memoryStore();
    const first = new Session({ app, store });
    await first.adopt(await logIn(app, provider));
    return { app, clock, first, second: new Session({ app, store }) };
  }

  it("refreshes once for 50 callers of two programs, and the family lives on", () =>
    withOidcProvider(async (provider) => {
      const { clock, first, second } = await sessions(provider);
      for (const expected of [2, 3, 4]) {
        clock.advance(2 * HOUR);
        const tokens = await Promise.all(
          Array.from({ length: 50 }, (_, caller) => (caller % 2 === 0 ? first : second).token()),
        );
        expect(new Set(tokens.map(({ accessToken }) => accessToken)).size).toBe(1);
        expect(provider.tokenRequests()).toBe(expected);
      }
    }));

  it("ends when somebody else used its refresh token", () =>
    withOidcProvider(async (provider) => {
      const { app, clock, first } = await sessions(provider);
      await refresh(app, refreshTokenOf(await first.token()));
      clock.advance(2 * HOUR);
      await expect(first.token()).rejects.toMatchObject({ code: "reauthorization-required" });
      expect((await first.stored())?.token.status.state).toBe("reauthorization-required");
    }));

  it("says that an answer was probably lost, where sending again ends the family", () =>
    withOidcProvider(async (provider) => {
      const send = fetchSender();
      let loses = false;
      const { clock, first } = await sessions(provider, async (request) => {
        const response = await send(request);
        if (!loses) return response;
        loses = false;
        return { ...response, status: 502 };
      });
      loses = true;
      clock.advance(2 * HOUR);
      const error = await failureOf(first.token());
      expect(error).toMatchObject({ code: "reauthorization-required" });
      expect(String(error)).toContain("was probably lost");
    }));
});
