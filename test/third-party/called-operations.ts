import { operationsOf } from "./api-client.js";
import { officialSdkCalls } from "./official-sdk-calls.js";
import { soundifyCalls } from "./soundify-calls.js";
import { spotifyWebApiNodeCalls } from "./spotify-web-api-node-calls.js";
import { stainlessCalls } from "./stainless-calls.js";

/** By client, the operations that it calls; the clients' own tests hold the same tables against the emulator's ledger. */
export const calledOperations = new Map([
  ["@spotify/web-api-ts-sdk", operationsOf(officialSdkCalls)],
  ["spotify-web-api-node", operationsOf(spotifyWebApiNodeCalls)],
  ["@soundify/web-api", operationsOf(soundifyCalls)],
  ["@stainless-commons/spotify", operationsOf(stainlessCalls)],
]);
