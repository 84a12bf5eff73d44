import * as openid from "openid-client";
import { describe, expect, it } from "vitest";
import type { LocalSpotify } from "./local-spotify.js";
import { SCOPES } from "./most-used-calls.js";
import { failureOf, inSetting, type OAuthClient, type Setting } from "./oauth-client.js";
import { oauthClientSuite } from "./oauth-client-suite.js";

/** Spotify publishes no OAuth metadata, so what discovery would find is written down. */
function configurationOf({ spotify: { accounts }, clientId, clientSecret }: Setting): openid.Configuration {
  const server = {
    issuer: accounts,
    authorization_endpoint: `${accounts}/authorize`,
    token_endpoint: `${accounts}/api/token`,
  };
  const authentication = clientSecret === undefined ? openid.None() : openid.ClientSecretBasic(clientSecret);
  const configuration = new openid.Configuration(server, clientId, clientSecret, authentication);
  openid.allowInsecureRequests(configuration);
  return configuration;
}

function tokensOf(answer: openid.TokenEndpointResponse & openid.TokenEndpointResponseHelpers) {
  return {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token,
    expiresIn: answer.expires_in,
  };
}

const client: OAuthClient = {
  name: "openid-client",
  async begin(setting) {
    const configuration = configurationOf(setting);
    const state = openid.randomState();
    const verifier = openid.randomPKCECodeVerifier();
    const url = openid.buildAuthorizationUrl(configuration, {
      redirect_uri: setting.redirectUri,
      scope: SCOPES.join(" "),
      state,
      ...(setting.pkce && {
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
      }),
    });
    const checks = { expectedState: state, ...(setting.pkce && { pkceCodeVerifier: verifier }) };
    return {
      url,
      complete: async (callback) =>
        tokensOf(await openid.authorizationCodeGrant(configuration, callback, checks)),
    };
  },
  refresh: async (setting, refreshToken) =>
    tokensOf(await openid.refreshTokenGrant(configurationOf(setting), refreshToken)),
  clientCredentials: async (setting) =>
    tokensOf(await openid.clientCredentialsGrant(configurationOf(setting))),
  request(setting, accessToken, url, { method, body }) {
    const text = body === undefined ? undefined : JSON.stringify(body);
    return openid.fetchProtectedResource(configurationOf(setting), accessToken, url, method, text);
  },
  refusalOf: (error) =>
    error instanceof openid.ResponseBodyError
      ? { error: error.error, description: error.error_description }
      : undefined,
  faults: {
    concurrentRefreshes: {
      knownFault: "50 refreshes at once are 50 requests, and 49 of them fail",
      reference: "peers/typescript.md 3.6",
    },
  },
};

oauthClientSuite(client);

describe("openid-client at the emulator, in its own words", () => {
  it(
    "is told that the person declined",
    inSetting(async (setting, { emulator, browse }) => {
      emulator.world.consent = "deny";
      const { url, complete } = await client.begin(setting);
      const error = await failureOf(complete(await browse(url)));
      expect(error).toBeInstanceOf(openid.AuthorizationResponseError);
      expect(error).toMatchObject({ error: "access_denied" });
    }),
  );

  // Basic joins two form-encoded halves; in the body each is a form value of its own (RFC 6749 section 2.3.1).
  it.each([
    ["in the header", openid.ClientSecretBasic],
    ["in the body, as it does unless told otherwise", undefined],
  ])("sends a secret with characters that mean something %s", async (_, method) => {
    const clientSecret = "emu_s:e+c/r%e=t&?%20 #";
    const use = async (setting: Setting, { emulator }: LocalSpotify) => {
      emulator.registerApp({ clientId: "odd+app", clientSecret, redirectUris: [] });
      const server = configurationOf(setting).serverMetadata();
      const configuration = new openid.Configuration(server, "odd+app", clientSecret, method?.(clientSecret));
      openid.allowInsecureRequests(configuration);
      expect(tokensOf(await openid.clientCredentialsGrant(configuration)).accessToken).toBeTypeOf("string");
    };
    await inSetting(use)();
  });

  it(
    "refuses a callback with another state",
    inSetting(async (setting, { browse }) => {
      const [own, foreign] = [await client.begin(setting), await client.begin(setting)];
      const error = await failureOf(own.complete(await browse(foreign.url)));
      expect(error).toBeInstanceOf(openid.ClientError);
      expect(error).toMatchObject({ code: "OAUTH_INVALID_RESPONSE" });
    }),
  );

  it(
    "reads the challenge of a dead access token",
    inSetting(async (setting, { api }) => {
      const request = openid.fetchProtectedResource(
        configurationOf(setting),
        "BQdead",
        new URL(`${api}/me`),
        "GET",
      );
      const error = await failureOf(request);
      expect(error).toBeInstanceOf(openid.WWWAuthenticateChallengeError);
      expect(error).toMatchObject({ status: 401, cause: [{ scheme: "bearer" }] });
    }),
  );
});
