import Spotify from "@stainless-commons/spotify";
import type { ApiClient } from "./api-client.js";
import { apiClientSuite } from "./api-client-suite.js";
import { stainlessCalls } from "./stainless-calls.js";

const client: ApiClient<Spotify> = {
  name: "@stainless-commons/spotify",
  connect: ({ api }, { access_token }) =>
    new Spotify({ baseURL: api, defaultHeaders: { authorization: `Bearer ${access_token}` } }),
  calls: stainlessCalls,
};

apiClientSuite(client);
