export { ApiError } from "./api-error.js";
export { type Call, method, request } from "./call.js";
export { type Client, createClient, type Group } from "./client.js";
export { type CallOptions, type Connection, type ConnectionOptions, connect } from "./connection.js";
export { type AnyPage, items, pages } from "./pages.js";
export type { ApiRequest } from "./request.js";
