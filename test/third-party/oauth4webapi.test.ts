import * as oauth from "oauth4webapi";
import { describe, expect, it } from "vitest";
import { SCOPES } from "./most-used-calls.js";
import { failureOf, inSetting, type OAuthClient, type Setting } from "./oauth-client.js";
import { oauthClientSuite } from "./oauth-client-suite.js";

const HTTP = { [oauth.allowInsecureRequests]: true };

function serverOf({ spotify: { accounts } }: Setting): oauth.AuthorizationServer {
  return {
    issuer: accounts,
    authorization_endpoint: `${accounts}/authorize`,
    token_endpoint: `${accounts}/api/token`,
  };
}

const clientOf = ({ clientId }: Setting): oauth.Client => ({ client_id: clientId });

function authenticationOf({ clientSecret }: Setting): oauth.ClientAuth {
  return clientSecret === undefined ? oauth.None() : oauth.ClientSecretBasic(clientSecret);
}

function tokensOf(answer: oauth.TokenEndpointResponse) {
  return {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token,
    expiresIn: answer.expires_in,
  };
}

const client: OAuthClient = {
  name: "oauth4webapi",
  async begin(setting) {
    const { redirectUri, clientId, pkce } = setting;
    const [server, app] = [serverOf(setting), clientOf(setting)];
    const state = oauth.generateRandomState();
    const verifier = oauth.generateRandomCodeVerifier();
    const url = new URL(server.authorization_endpoint ?? "");
    const parameters = {
      client_id: clientId,
      redirect_uri: redirectUri,
      response_type: "code",
      scope: SCOPES.join(" "),
      state,
      ...(pkce && {
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
      }),
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return {
      url,
      async complete(callback) {
        const response = await oauth.authorizationCodeGrantRequest(
          server,
          app,
          authenticationOf(setting),
          oauth.validateAuthResponse(server, app, callback, state),
          redirectUri,
          pkce ? verifier : oauth.nopkce,
          HTTP,
        );
        return tokensOf(await oauth.processAuthorizationCodeResponse(server, app, response));
      },
    };
  },
  async refresh(setting, refreshToken) {
    const [server, app] = [serverOf(setting), clientOf(setting)];
    const response = await oauth.refreshTokenGrantRequest(
      server,
      app,
      authenticationOf(setting),
      refreshToken,
      HTTP,
    );
    return tokensOf(await oauth.processRefreshTokenResponse(server, app, response));
  },
  async clientCredentials(setting) {
    const [server, app] = [serverOf(setting), clientOf(setting)];
    const response = await oauth.clientCredentialsGrantRequest(
      server,
      app,
      authenticationOf(setting),
      {},
      HTTP,
    );
    return tokensOf(await oauth.processClientCredentialsResponse(server, app, response));
  },
  request(_, accessToken, url, { method, body }) {
    const text = body === undefined ? undefined : JSON.stringify(body);
    return oauth.protectedResourceRequest(accessToken, method, url, new Headers(), text, HTTP);
  },
  refusalOf: (error) =>
    error instanceof oauth.ResponseBodyError
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

describe("oauth4webapi at the emulator, in its own words", () => {
  it(
    "is told that the person declined",
    inSetting(async (setting, { emulator, browse }) => {
      emulator.world.consent = "deny";
      const { url, complete } = await client.begin(setting);
      const error = await failureOf(complete(await browse(url)));
      expect(error).toBeInstanceOf(oauth.AuthorizationResponseError);
      expect(error).toMatchObject({ error: "access_denied", code: oauth.AUTHORIZATION_RESPONSE_ERROR });
    }),
  );

  it(
    "refuses a callback with another state",
    inSetting(async (setting, { browse }) => {
      const [own, foreign] = [await client.begin(setting), await client.begin(setting)];
      const error = await failureOf(own.complete(await browse(foreign.url)));
      expect(error).toBeInstanceOf(oauth.OperationProcessingError);
      expect(error).toMatchObject({ code: oauth.INVALID_RESPONSE });
    }),
  );

  it(
    "reads the challenge of a dead access token",
    inSetting(async (_, { api }) => {
      const url = new URL(`${api}/me`);
      const error = await failureOf(
        oauth.protectedResourceRequest("BQdead", "GET", url, undefined, null, HTTP),
      );
      expect(error).toBeInstanceOf(oauth.WWWAuthenticateChallengeError);
      expect(error).toMatchObject({ status: 401, cause: [{ scheme: "bearer" }] });
    }),
  );
});
