export * from "./endpoint.js";
export * from "./error-bodies.js";
export * from "./ids.js";
export * from "./life.js";
export type * from "./models/index.js";
export * from "./operations/index.js";
export * from "./scopes.js";
export * from "./table.js";
export * from "./values.js";
