import SpotifyWebApi from "spotify-web-api-node";
import httpManager from "spotify-web-api-node/src/http-manager";
import { describe, expect, it, onTestFinished } from "vitest";
import type { EmulatorOptions } from "../../src/emulator/index.js";
import type { ApiClient } from "./api-client.js";
import { apiClientSuite } from "./api-client-suite.js";
import { castOf } from "./cast.js";
import { itHasFault } from "./known-fault.js";
import { CLIENT_ID, CLIENT_SECRET, type LocalSpotify, localUrl, withLocalSpotify } from "./local-spotify.js";
import { SCOPES } from "./most-used-calls.js";
import { failureOf } from "./oauth-client.js";
import { spotifyWebApiNodeCalls } from "./spotify-web-api-node-calls.js";
import { spotifyWebApiNodeVariants } from "./spotify-web-api-node-variants.js";

const { _makeRequest: send } = httpManager;

/** Its addresses are constants and it has no option for the way it sends: the one function that all requests go through is changed. */
function rewriteRequests(spotify: LocalSpotify): void {
  httpManager._makeRequest = (method, options, uri, callback) =>
    send(method, options, localUrl(spotify, uri), callback);
}

function restoreRequests(): void {
  httpManager._makeRequest = send;
}

const client: ApiClient<SpotifyWebApi> = {
  name: "spotify-web-api-node",
  connect(spotify, { access_token: accessToken }) {
    rewriteRequests(spotify);
    return new SpotifyWebApi({ accessToken });
  },
  disconnect: restoreRequests,
  calls: spotifyWebApiNodeCalls,
  variants: spotifyWebApiNodeVariants,
};

apiClientSuite(client);

/** Makes a test of `use`, with an app's client that has nobody's token yet. */
function withApi(
  use: (api: SpotifyWebApi, spotify: LocalSpotify) => Promise<void>,
  options: EmulatorOptions = { tier: "extended" },
): () => Promise<void> {
  return () =>
    withLocalSpotify(async (spotify) => {
      rewriteRequests(spotify);
      onTestFinished(restoreRequests);
      const { redirectUri } = spotify;
      await use(
        new SpotifyWebApi({ clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, redirectUri }),
        spotify,
      );
    }, options);
}

/** The same after its own login. */
function loggedIn(
  use: (api: SpotifyWebApi, spotify: LocalSpotify) => Promise<void>,
  options?: EmulatorOptions,
) {
  return withApi(async (api, spotify) => {
    const callback = await spotify.browse(localUrl(spotify, api.createAuthorizeURL(SCOPES, "a-state")));
    expect(callback.searchParams.get("state")).toBe("a-state");
    const { body } = await api.authorizationCodeGrant(callback.searchParams.get("code") ?? "");
    api.setAccessToken(body.access_token);
    api.setRefreshToken(body.refresh_token ?? "");
    await use(api, spotify);
  }, options);
}

describe("spotify-web-api-node's logins", () => {
  it(
    "log a person in by code, refresh, and go on making calls",
    loggedIn(async (api, { emulator: { ledger } }) => {
      expect((await api.getMe()).body).toMatchObject({ id: "marlow.finch" });
      const { body } = await api.refreshAccessToken();
      expect(body).toMatchObject({ token_type: "Bearer", expires_in: 3600 });
      expect(body).not.toHaveProperty("refresh_token");
      api.setAccessToken(body.access_token);
      expect((await api.getMe()).body).toMatchObject({ id: "marlow.finch" });
      const grants = ledger.tokenRequests().map(({ grant, status }) => [grant, status]);
      expect(grants).toEqual([
        ["authorization_code", 200],
        ["refresh_token", 200],
      ]);
      // Its refresh token is still the one of the login, which works again.
      expect((await api.refreshAccessToken()).statusCode).toBe(200);
    }),
  );

  it(
    "log the app in by its credentials, and make calls with the token",
    withApi(async (api, { emulator: { world } }) => {
      const { body } = await api.clientCredentialsGrant();
      api.setAccessToken(body.access_token);
      const { track } = castOf(world);
      expect((await api.getTrack(track)).body).toMatchObject({ name: world.catalogue.track(0).name });
    }),
  );

  it(
    "are told in the error what was wrong with a code",
    withApi(async (api) => {
      expect(await failureOf(api.authorizationCodeGrant("made-up"))).toMatchObject({
        name: "WebapiAuthenticationError",
        statusCode: 400,
        body: { error: "invalid_grant", error_description: "Invalid authorization code" },
      });
    }),
  );

  itHasFault(
    {
      knownFault: "createAuthorizeURL encodes neither the redirect URI nor the state",
      reference: "peers/typescript.md 3.2",
    },
    withApi(async () => {
      const redirectUri = "http://127.0.0.1/cb?x=1&y=2";
      const api = new SpotifyWebApi({ clientId: CLIENT_ID, redirectUri });
      const { searchParams } = new URL(api.createAuthorizeURL(["user-top-read"], "st&ate=1"));
      expect(searchParams.get("redirect_uri")).toBe("http://127.0.0.1/cb?x=1");
      expect([searchParams.get("y"), searchParams.get("state"), searchParams.get("ate")]).toEqual([
        "2",
        "st",
        "1",
      ]);
    }),
  );

  itHasFault(
    {
      knownFault: "refreshAccessToken() changes nothing in the client, which goes on with the old token",
      reference: "peers/typescript.md 3.2",
    },
    loggedIn(async (api) => {
      const before = api.getAccessToken();
      const { body } = await api.refreshAccessToken();
      expect(body.access_token).not.toBe(before);
      expect(api.getAccessToken()).toBe(before);
    }),
  );

  itHasFault(
    {
      knownFault:
        "it refreshes nothing itself, and 50 refreshAccessToken() at once are 50 requests, of which 49 fail",
      reference: "peers/typescript.md 3.2",
    },
    loggedIn(
      async (api, { emulator: { ledger, faults } }) => {
        const before = ledger.tokenRequests().length;
        faults.add({ kind: "access-token-missing", times: 1 });
        expect(await failureOf(api.getMe())).toMatchObject({ statusCode: 401 });
        expect(ledger.tokenRequests()).toHaveLength(before);
        const all = await Promise.allSettled(Array.from({ length: 50 }, () => api.refreshAccessToken()));
        expect(ledger.tokenRequests()).toHaveLength(before + 50);
        expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      },
      { refresh: "rotate-strict" },
    ),
  );
});

describe("spotify-web-api-node's calls", () => {
  it(
    "tell of a rate limit with its status and its time, and do not try again",
    loggedIn(async (api, { emulator: { faults, ledger } }) => {
      faults.add({ kind: "retry-after", seconds: 1, body: "rate", times: 1 });
      ledger.clear();
      expect(await failureOf(api.getMe())).toMatchObject({
        name: "WebapiRegularError",
        statusCode: 429,
        headers: { "retry-after": "1" },
      });
      expect(ledger.count()).toBe(1);
    }),
  );

  it(
    "tell of a player that cannot with the reason",
    loggedIn(async (api, { emulator: { world } }) => {
      world.activeDevices.clear();
      expect(await failureOf(api.skipToNext())).toMatchObject({
        name: "WebapiPlayerError",
        statusCode: 404,
        body: { error: { reason: "NO_ACTIVE_DEVICE" } },
      });
    }),
  );

  it(
    "take a player command that is answered with a text",
    loggedIn(async (api, { emulator: { world } }) => {
      await api.play({ uris: castOf(world).trackUris });
      world.playerAnswers = "text";
      expect(await api.pause()).toMatchObject({ statusCode: 200, body: {} });
    }),
  );

  itHasFault(
    {
      knownFault: "an answer that is no JSON is an error with the message [object Object]",
      reference: "peers/typescript.md 3.2",
    },
    loggedIn(async (api, { emulator: { faults } }) => {
      const headers = { "content-type": "text/html" };
      faults.add({ kind: "status", status: 502, body: "<h1>Bad Gateway</h1>", headers, times: 1 });
      expect(await failureOf(api.getMe())).toMatchObject({ statusCode: 502, message: "[object Object]" });
    }),
  );

  itHasFault(
    {
      knownFault: "ids are put into the path as they are: dots and question marks go out",
      reference: "peers/typescript.md 3.2",
    },
    loggedIn(async (api, { emulator: { ledger } }) => {
      await failureOf(api.getTrack("x/../../me?y="));
      expect(ledger.entries().at(-1)?.path).toBe("/v1/tracks/x/../../me");
    }),
  );

  itHasFault(
    {
      knownFault:
        "removeTracksFromPlaylistByPosition names no tracks, without which Spotify removes nothing any more",
      reference: "seen here",
    },
    loggedIn(async (api, { emulator: { world } }) => {
      const { playlist } = castOf(world);
      const stored = world.playlists.get(playlist);
      const snapshot = stored && world.snapshotOf(stored);
      const error = await failureOf(api.removeTracksFromPlaylistByPosition(playlist, [0, 1], snapshot));
      expect(error).toMatchObject({ statusCode: 400 });
      expect(stored?.entries).toHaveLength(237);
    }),
  );
});
