import { SpotifyApi } from "@spotify/web-api-ts-sdk";
import type { ApiClient } from "./api-client.js";
import { apiClientSuite } from "./api-client-suite.js";
import { CLIENT_ID, localUrl } from "./local-spotify.js";
import { officialSdkCalls } from "./official-sdk-calls.js";

const client: ApiClient<SpotifyApi> = {
  name: "@spotify/web-api-ts-sdk",
  connect: (spotify, token) =>
    SpotifyApi.withAccessToken(
      CLIENT_ID,
      { ...token },
      {
        fetch: (input, init) => fetch(localUrl(spotify, input instanceof Request ? input.url : input), init),
      },
    ),
  calls: officialSdkCalls,
};

apiClientSuite(client);
