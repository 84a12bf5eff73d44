// The functions that rows are written with stay inside: what is handed out is the rows, and what there is to know of them.
export type * from "./endpoint.js";
export { wireName } from "./endpoint.js";
export * from "./error-bodies.js";
export * from "./ids.js";
export type * from "./life.js";
export { removalFor, TIERS, WAVES } from "./life.js";
export * from "./local-file.js";
export type * from "./models/index.js";
export * from "./operations/index.js";
export type * from "./scopes.js";
export { missingScopes, SCOPES, scopesOf } from "./scopes.js";
export * from "./table.js";
export type * from "./values.js";
export { limitFor, market } from "./values.js";
