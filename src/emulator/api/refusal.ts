import type { ApiErrorBody } from "../../contract/error-bodies.js";
import { type Answer, type AnswerHeaders, jsonAnswer, textAnswer } from "../exchange.js";

/** A "no" of the Web API: the answer that goes out, and the check that it comes from. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly answer: Answer;
  readonly rule: string;

  constructor(rule: string, answer: Answer) {
    super(rule);
    this.rule = rule;
    this.answer = answer;
  }
}

/** Sent with every answer of the Web API, errors included, as at Spotify. */
export const API_HEADERS: AnswerHeaders = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, POST, OPTIONS, PUT, DELETE, PATCH",
  "access-control-allow-headers": "Accept, App-Platform, Authorization, Content-Type, Origin, Retry-After",
  "access-control-max-age": "604800",
  "cache-control": "private, max-age=0",
};
export const API_JSON_HEADERS: AnswerHeaders = { "content-type": "application/json", ...API_HEADERS };

function refusal(
  rule: string,
  status: number,
  message: string,
  options: { readonly reason?: string; readonly headers?: AnswerHeaders } = {},
): Refusal {
  const { reason, headers } = options;
  const body: ApiErrorBody = { error: { status, message, ...(reason !== undefined && { reason }) } };
  return new Refusal(rule, jsonAnswer(status, body, { ...API_HEADERS, ...headers }));
}

const challenge = (error: string, description: string): AnswerHeaders => ({
  "www-authenticate": `Bearer realm="spotify", error="${error}", error_description="${description}"`,
});

/** One body for all three since mid-2026; only the header still tells them apart. As observed. */
export function unauthorized(why: "missing" | "invalid" | "expired"): Refusal {
  const headers = {
    missing: challenge("missing_token", "No token provided"),
    invalid: challenge("invalid_token", "Invalid access token"),
    expired: challenge("invalid_token", "The access token expired"),
  }[why];
  return refusal("token", 401, "Missing/invalid/expired access token", { headers });
}

/** `Bearer` with nothing behind it, or another scheme. The status is as observed, the words are remembered. */
export function notBearer(): Refusal {
  const headers = challenge("invalid_request", "Only valid bearer authentication supported");
  return refusal("token", 400, "Only valid bearer authentication supported", { headers });
}

/** Bare text, 159 characters. As observed. */
export function ownerNotPremium(): Refusal {
  const text =
    "Active premium subscription required for the owner of the app. When the subscription status changes, it can take a few hours before requests are allowed again.";
  return new Refusal("owner-premium", textAnswer(403, text, API_HEADERS));
}

/** Bare text. As documented and observed. */
export function notRegistered(): Refusal {
  const text = "User not registered in the Developer Dashboard";
  return new Refusal("user-list", textAnswer(403, text, API_HEADERS));
}

/** Without CORS headers, so that a page cannot read it. As observed. */
function tooMany(rule: string, message: string, retryAfter: number, reason?: string): Refusal {
  const error = { status: 429, message, ...(reason !== undefined && { reason }) };
  return new Refusal(rule, jsonAnswer(429, { error }, { "retry-after": String(retryAfter) }));
}
export const quotaExceeded = (retryAfter: number) =>
  tooMany("quota", "Too many requests", retryAfter, "QUOTA_EXCEEDED");
export const rateLimited = (retryAfter: number) => tooMany("rate", "API rate limit exceeded", retryAfter);

export const endpointLost = (status: 403 | 404) =>
  refusal("tier", status, status === 403 ? "Forbidden" : "Not Found");
/** Words remembered, not confirmed: guessed. */
export const routeUnknown = () => refusal("route", 404, "Service not found");
export const methodNotAllowed = (allowed: readonly string[]) =>
  refusal("method", 405, "Method not allowed", { headers: { allow: [...allowed, "OPTIONS"].join(", ") } });
export const scopeMissing = () => refusal("scope", 403, "Insufficient client scope");
/** An app's own token where a person is needed. Guessed. */
export const userNeeded = () => refusal("person", 403, "Valid user authentication required");
export const badRequest = (message: string) => refusal("parameters", 400, message);
export const notFound = (message = "Resource not found") => refusal("object", 404, message);
export const forbidden = () => refusal("ownership", 403, "Forbidden");
export const playerRefused = (status: 403 | 404, message: string, reason: string) =>
  refusal("player", status, `Player command failed: ${message}`, { reason });
export const bodyTooLarge = () => refusal("body", 413, "Payload Too Large");
