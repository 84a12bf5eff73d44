import { describe, expect, it } from "vitest";
import { HOUR } from "../../src/base/clock.js";
import type { Send } from "../../src/base/http.js";
import { login } from "../../src/login/index.js";
import { createApp, refresh } from "../../src/oauth/index.js";
import { Session } from "../../src/session/index.js";
import { memoryStore } from "../../src/stores/memory.js";
import { fetchSender } from "../../src/transport/index.js";
import { manualClock } from "../support/clock.js";
import { failureOf } from "./oauth-client.js";
import { atProvider, logIn, PUBLIC, refreshTokenOf, SCOPE } from "./oidc-provider-app.js";
import { type OidcProviderService, withOidcProvider } from "./oidc-provider-service.js";

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
