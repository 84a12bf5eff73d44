import SpotifyWebApi from "spotify-web-api-node";
import httpManager from "spotify-web-api-node/src/http-manager";
import type { ApiClient } from "./api-client.js";
import { apiClientSuite } from "./api-client-suite.js";
import { type LocalSpotify, localUrl } from "./local-spotify.js";
import { spotifyWebApiNodeCalls } from "./spotify-web-api-node-calls.js";

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
};

apiClientSuite(client);
