import { describe, expect, it, onTestFinished, vi } from "vitest";
import { DAY, HOUR } from "../../src/base/clock.js";
import { clientCredentials, completeLogin, OAuthError, refresh } from "../../src/oauth/index.js";
import { failureOf } from "./oauth-client.js";
import {
  atProvider,
  begin,
  CONFIDENTIAL,
  KINDS,
  logIn,
  REDIRECT_URI,
  refreshTokenOf,
} from "./oidc-provider-app.js";

// The second opinion: our own OAuth code against a provider that is certified, and that we did not write.

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
