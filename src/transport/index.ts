export * from "./deadline.js";
export * from "./fetch-sender.js";
export * from "./limit-error.js";
export * from "./network-error.js";
export * from "./stack.js";
