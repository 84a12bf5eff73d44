import * as arctic from "arctic";
import { describe, expect, it } from "vitest";
import { itHasFault } from "./known-fault.js";
import { localUrl, rewriteGlobalFetch } from "./local-spotify.js";
import { SCOPES } from "./most-used-calls.js";
import { failureOf, inSetting, logIn, type OAuthClient, type Setting } from "./oauth-client.js";
import { oauthClientSuite } from "./oauth-client-suite.js";

/** Its addresses are constants and it takes no `fetch`. */
function providerOf({ spotify, clientId, clientSecret, redirectUri }: Setting): arctic.Spotify {
  rewriteGlobalFetch(spotify);
  return new arctic.Spotify(clientId, clientSecret ?? null, redirectUri);
}

function tokensOf(answer: arctic.OAuth2Tokens) {
  return {
    accessToken: answer.accessToken(),
    refreshToken: answer.hasRefreshToken() ? answer.refreshToken() : undefined,
    expiresIn: answer.accessTokenExpiresInSeconds(),
  };
}

const client: OAuthClient = {
  name: "arctic",
  async begin(setting) {
    const provider = providerOf(setting);
    const verifier = setting.pkce ? arctic.generateCodeVerifier() : null;
    const url = provider.createAuthorizationURL(arctic.generateState(), verifier, [...SCOPES]);
    return {
      url: new URL(localUrl(setting.spotify, url)),
      // It leaves the callback, and with it state and refusal, to the app.
      complete: async (callback) =>
        tokensOf(await provider.validateAuthorizationCode(callback.searchParams.get("code") ?? "", verifier)),
    };
  },
  refresh: async (setting, refreshToken) =>
    tokensOf(await providerOf(setting).refreshAccessToken(refreshToken)),
  refusalOf: (error) =>
    error instanceof arctic.OAuth2RequestError
      ? { error: error.code, description: error.description ?? undefined }
      : undefined,
  faults: {
    concurrentRefreshes: {
      knownFault: "50 refreshes at once are 50 requests, and 49 of them fail",
      reference: "peers/typescript.md 3.6",
    },
  },
};

oauthClientSuite(client);

describe("arctic at the emulator, in its own words", () => {
  itHasFault(
    {
      knownFault: "refreshToken() throws after a refresh whose answer names no refresh token",
      reference: "peers/typescript.md 3.6",
    },
    inSetting(async (setting) => {
      const { refreshToken = "" } = await logIn(client, setting);
      const answer = await providerOf(setting).refreshAccessToken(refreshToken);
      expect(() => answer.refreshToken()).toThrow("Missing or invalid 'refresh_token' field");
    }),
  );

  itHasFault(
    {
      knownFault:
        "state and refusal of a callback are the app's to check: a callback with another state is taken",
      reference: "peers/typescript.md 3.6",
    },
    inSetting(async (setting, { browse }) => {
      const { url, complete } = await client.begin(setting);
      const callback = await browse(url);
      callback.searchParams.set("state", "another");
      expect((await complete(callback)).accessToken).toBeTypeOf("string");
    }),
  );

  it(
    "is told nothing of a person who declined but that there is no code",
    inSetting(async (setting, { emulator, browse }) => {
      emulator.world.consent = "deny";
      const { url, complete } = await client.begin(setting);
      const callback = await browse(url);
      expect(callback.searchParams.get("error")).toBe("access_denied");
      const error = await failureOf(complete(callback));
      expect(error).toBeInstanceOf(arctic.OAuth2RequestError);
      expect(error).toMatchObject({ code: "invalid_request", description: "code must be supplied" });
    }),
  );
});
