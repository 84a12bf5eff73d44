export { ApiError } from "./api-error.js";
export { type Call, method } from "./call.js";
export { type Client, createClient, type Group } from "./client.js";
export { type CallOptions, type Connection, type ConnectionOptions, connect } from "./connection.js";
export { type AnyPage, items, pages } from "./pages.js";
export { request } from "./raw-request.js";
export type { ApiRequest } from "./request.js";
