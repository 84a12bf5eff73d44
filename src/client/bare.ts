export { type AccessTokenSource, BareCallError, type BareCallOptions, bareCall } from "./bare-call.js";
export { type BareClient, type BareMethod, bareClient } from "./bare-client.js";
