export * from "./events.js";
export * from "./key.js";
export * from "./scopes.js";
export * from "./sealed.js";
export * from "./serialization.js";
export * from "./source.js";
export * from "./store.js";
export * from "./token.js";
