import type { Expectations } from "./api-client.js";
import { catalogueExpectations, discoveryExpectations } from "./catalogue-expectations.js";
import { libraryExpectations, personExpectations } from "./library-expectations.js";
import { playerExpectations } from "./player-expectations.js";
import { playlistExpectations } from "./playlist-expectations.js";

/** What has to come of each of the Web API's operations, whoever calls it. */
export const expectations: Expectations = {
  ...catalogueExpectations,
  ...discoveryExpectations,
  ...libraryExpectations,
  ...personExpectations,
  ...playerExpectations,
  ...playlistExpectations,
};
