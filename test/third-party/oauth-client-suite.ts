import { describe, expect, it } from "vitest";
import { DAY, MINUTE } from "../../src/base/clock.js";
import { itHasFault } from "./known-fault.js";
import { withLocalSpotify } from "./local-spotify.js";
import { type ApiCall, mostUsedCalls } from "./most-used-calls.js";
import {
  type BegunLogin,
  CONFIDENTIAL,
  failureOf,
  inSetting,
  KINDS,
  logIn,
  type OAuthClient,
  type Refusal,
  type Setting,
  settingAt,
  statusOf,
} from "./oauth-client.js";

/** How the emulator says no, as the reference has Spotify say it. */
const REFUSALS = {
  code: { error: "invalid_grant", description: "Invalid authorization code" },
  expiredCode: { error: "invalid_grant", description: "Authorization code expired" },
  redirectUri: { error: "invalid_grant", description: "Invalid redirect URI" },
  verifier: { error: "invalid_grant", description: "code_verifier was incorrect" },
  secret: { error: "invalid_client", description: "Invalid client" },
  revoked: { error: "invalid_grant", description: "Refresh token revoked" },
  expired: { error: "invalid_grant", description: "Refresh token expired" },
} as const satisfies Record<string, Refusal>;

/** What every OAuth library has to manage at the emulator. */
export function oauthClientSuite(client: OAuthClient): void {
  describe(`${client.name} at the emulator`, () => {
    logins(client);
    refreshes(client);
    refusedCodes(client);
  });
}

function logins(client: OAuthClient): void {
  it.each(KINDS)("logs in as %s and makes its most used calls", async (_, kind) => {
    const use = async (setting: Setting) => {
      const { accessToken, refreshToken, expiresIn } = await logIn(client, setting);
      expect(refreshToken).toBeTypeOf("string");
      expect(expiresIn).toBe(3600);
      const { emulator } = setting.spotify;
      // Else player commands are now and then answered with a text and 200.
      emulator.world.playerAnswers = "empty";
      const calls = mostUsedCalls(emulator);
      const answers: ApiCall[] = [];
      for (const call of calls) {
        answers.push({ ...call, status: await statusOf(client, setting, accessToken, call) });
      }
      expect(answers).toEqual(calls);
    };
    // Of all apps, only those with extended quota still have every operation.
    await inSetting(use, kind, { tier: "extended" })();
  });

  it("never sends the browser to a redirect URI that is not registered", () =>
    withLocalSpotify(async (spotify) => {
      const redirectUri = spotify.redirectUri.replace("/callback", "/elsewhere");
      const { url } = await client.begin(settingAt(spotify, { redirectUri }));
      await expect(spotify.browse(url)).rejects.toThrow("redirect_uri: Not matching configuration");
    }));

  const { clientCredentials } = client;
  if (clientCredentials === undefined) return;
  it(
    "gets a token for the app itself, which nobody's profile opens to",
    inSetting(async (setting) => {
      const { accessToken, refreshToken } = await clientCredentials(setting);
      expect(refreshToken).toBeUndefined();
      const search: ApiCall = { method: "GET", path: "/search?q=love&type=track", status: 200 };
      expect(await statusOf(client, setting, accessToken, search)).toBe(200);
      const headers = { authorization: `Bearer ${accessToken}` };
      expect((await fetch(`${setting.spotify.api}/me`, { headers })).status).toBe(403);
    }, CONFIDENTIAL),
  );
}

function refreshes(client: OAuthClient): void {
  describe.each(KINDS)("as %s", (_, kind) => {
    it(
      "refreshes again and again with the one refresh token, where answers name none",
      inSetting(async (setting, { emulator }) => {
        emulator.setRefreshMode("keep");
        const first = await logIn(client, setting);
        const old = first.refreshToken ?? "";
        const second = await client.refresh(setting, old);
        const third = await client.refresh(setting, old);
        expect([second.refreshToken, third.refreshToken]).toEqual([undefined, undefined]);
        expect(new Set([first, second, third].map((tokens) => tokens.accessToken)).size).toBe(3);
        const profile: ApiCall = { method: "GET", path: "/me", status: 200 };
        expect(await statusOf(client, setting, third.accessToken, profile)).toBe(200);
      }, kind),
    );

    it(
      "refreshes with the new refresh token, where the old one dies",
      inSetting(async (setting, { emulator }) => {
        emulator.setRefreshMode("rotate-strict");
        const { refreshToken: first = "" } = await logIn(client, setting);
        const { refreshToken: second = "" } = await client.refresh(setting, first);
        expect(second).not.toBe(first);
        expect((await client.refresh(setting, second)).refreshToken).toBeTypeOf("string");
        expect(await refusal(client, client.refresh(setting, first))).toEqual(REFUSALS.revoked);
      }, kind),
    );
  });

  it(
    "loses the whole family by using an old refresh token, where that ends it",
    inSetting(async (setting, { emulator }) => {
      emulator.setRefreshMode("rotate-family-revoke");
      const { refreshToken: first = "" } = await logIn(client, setting);
      const { refreshToken: second = "" } = await client.refresh(setting, first);
      expect(await refusal(client, client.refresh(setting, first))).toEqual(REFUSALS.revoked);
      expect(await refusal(client, client.refresh(setting, second))).toEqual(REFUSALS.revoked);
    }),
  );

  it(
    "is told that a refresh token was revoked",
    inSetting(async (setting, { emulator }) => {
      const { refreshToken = "" } = await logIn(client, setting);
      emulator.revoke();
      expect(await refusal(client, client.refresh(setting, refreshToken))).toEqual(REFUSALS.revoked);
    }),
  );

  it(
    "is told that a refresh token has expired",
    inSetting(async (setting, { emulator }) => {
      const { refreshToken = "" } = await logIn(client, setting);
      emulator.advance(190 * DAY);
      expect(await refusal(client, client.refresh(setting, refreshToken))).toEqual(REFUSALS.expired);
    }),
  );

  itHasFault(
    client.faults.concurrentRefreshes,
    inSetting(async (setting, { emulator }) => {
      emulator.setRefreshMode("rotate-strict");
      const { refreshToken = "" } = await logIn(client, setting);
      const before = emulator.ledger.tokenRequests().length;
      const all = await Promise.allSettled(
        Array.from({ length: 50 }, () => client.refresh(setting, refreshToken)),
      );
      expect(emulator.ledger.tokenRequests()).toHaveLength(before + 50);
      expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    }),
  );
}

function refusedCodes(client: OAuthClient): void {
  it(
    "is told that a code is wrong",
    inSetting(async (setting, { browse }) => {
      const { url, complete } = await client.begin(setting);
      const callback = await browse(url);
      callback.searchParams.set("code", "AQ-made-up");
      expect(await refusal(client, complete(callback))).toEqual(REFUSALS.code);
    }),
  );

  it(
    "is told that a code was used before",
    inSetting(async (setting, { browse }) => {
      const first = await client.begin(setting);
      const callback = await browse(first.url);
      await first.complete(callback);
      const second = await client.begin(setting);
      expect(await refusal(client, second.complete(withState(callback, second)))).toEqual(REFUSALS.code);
    }),
  );

  it(
    "is told that a code has expired",
    inSetting(async (setting, { emulator, browse }) => {
      const { url, complete } = await client.begin(setting);
      const callback = await browse(url);
      emulator.advance(10 * MINUTE);
      expect(await refusal(client, complete(callback))).toEqual(REFUSALS.expiredCode);
    }),
  );

  // Somebody else's code, put into one's own callback: the attack that PKCE is for.
  it(
    "is told that its verifier does not belong to the code",
    inSetting(async (setting, { browse }) => {
      const [own, foreign] = [await client.begin(setting), await client.begin(setting)];
      const callback = withState(await browse(foreign.url), own);
      expect(await refusal(client, own.complete(callback))).toEqual(REFUSALS.verifier);
    }),
  );

  it(
    "is told that its redirect URI is not the one that the code was sent to",
    inSetting(async (setting, { browse, otherRedirectUri, redirectUri }) => {
      const own = await client.begin(setting);
      const other = await client.begin({ ...setting, redirectUri: otherRedirectUri });
      const callback = new URL(redirectUri);
      callback.search = withState(await browse(other.url), own).search;
      expect(await refusal(client, own.complete(callback))).toEqual(REFUSALS.redirectUri);
    }, CONFIDENTIAL),
  );

  it(
    "is told that its secret is wrong",
    inSetting(
      async (setting, { browse }) => {
        const { url, complete } = await client.begin(setting);
        expect(await refusal(client, complete(await browse(url)))).toEqual(REFUSALS.secret);
      },
      { clientSecret: "emu_not_the_secret", pkce: false },
    ),
  );
}

/** A callback with the state of a login that it does not belong to. */
function withState(callback: URL, { url }: BegunLogin): URL {
  const changed = new URL(callback);
  changed.searchParams.set("state", url.searchParams.get("state") ?? "");
  return changed;
}

async function refusal(client: OAuthClient, request: Promise<unknown>): Promise<Refusal | undefined> {
  return client.refusalOf(await failureOf(request));
}
