import { SpotifyClient } from "@soundify/web-api";
import type { ApiClient } from "./api-client.js";
import { apiClientSuite } from "./api-client-suite.js";
import { soundifyCalls } from "./soundify-calls.js";

const client: ApiClient<SpotifyClient> = {
  name: "@soundify/web-api",
  connect: ({ api }, { access_token }) => new SpotifyClient(access_token, { baseUrl: new URL(api).origin }),
  calls: soundifyCalls,
};

apiClientSuite(client);
