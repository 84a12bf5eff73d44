export * from "./app.js";
export { type BegunLogin, beginLogin, type LoginOptions } from "./authorization.js";
export { type Callback, callbackParameters, readCallback } from "./callback.js";
export { clientCredentials, completeLogin, exchangeBareCode, refresh } from "./grants.js";
export * from "./implicit.js";
export * from "./oauth-error.js";
export * from "./pending-login.js";
export * from "./redirect-uri.js";
