import type { ApiErrorBody } from "../../contract/error-bodies.js";
import { type Answer, type AnswerHeaders, jsonAnswer, textAnswer } from "../exchange.js";
import type { Era } from "../stage.js";

/** A "no" of the Web API: the answer that goes out, and the check that it comes from. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly answer: Answer;
  /** The check, in a word. */
  readonly rule: string;
  /** The same for whoever reads the ledger; nothing in it was sent by the caller. */
  readonly why: string;

  constructor(rule: string, answer: Answer, why: string) {
    super(why);
    this.rule = rule;
    this.answer = answer;
    this.why = why;
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

interface RefusalOptions {
  readonly why: string;
  readonly reason?: string;
  readonly headers?: AnswerHeaders;
}

function refusal(rule: string, status: number, message: string, options: RefusalOptions): Refusal {
  const { why, reason, headers } = options;
  const body: ApiErrorBody = { error: { status, message, ...(reason !== undefined && { reason }) } };
  return new Refusal(rule, jsonAnswer(status, body, { ...API_HEADERS, ...headers }), why);
}

const challenge = (error: string, description: string): AnswerHeaders => ({
  "www-authenticate": `Bearer realm="spotify", error="${error}", error_description="${description}"`,
});

const TOKEN_WORDS = {
  missing: { error: "missing_token", text: "No token provided", why: "there is no authorization header" },
  invalid: {
    error: "invalid_token",
    text: "Invalid access token",
    why: "nobody was given this access token",
  },
  expired: {
    error: "invalid_token",
    text: "The access token expired",
    why: "the access token is over an hour old",
  },
};

/**
 * One body for all three since mid-2026, when only the header still tells them apart; before, a text for each. As observed; that
 * the classic answers had no such header is guessed.
 */
export function unauthorized(what: keyof typeof TOKEN_WORDS, era: Era): Refusal {
  const { error, text, why } = TOKEN_WORDS[what];
  if (era === "classic") return refusal("token", 401, text, { why });
  return refusal("token", 401, "Missing/invalid/expired access token", {
    why,
    headers: challenge(error, text),
  });
}

/** `Bearer` with nothing behind it, or another scheme. The status is as observed, the words are remembered. */
export function notBearer(): Refusal {
  const text = "Only valid bearer authentication supported";
  const why = "the authorization header is not Bearer and a token";
  return refusal("token", 400, text, { why, headers: challenge("invalid_request", text) });
}

/** Bare text, 159 characters. As observed. */
export function ownerNotPremium(): Refusal {
  const text =
    "Active premium subscription required for the owner of the app. When the subscription status changes, it can take a few hours before requests are allowed again.";
  return new Refusal("owner-premium", textAnswer(403, text, API_HEADERS), "the app's owner has no Premium");
}

/** Bare text. As documented and observed. */
export function notRegistered(): Refusal {
  const text = "User not registered in the Developer Dashboard";
  const why = "the person is not among the app's users";
  return new Refusal("user-list", textAnswer(403, text, API_HEADERS), why);
}

/** The two limits, with the time (seconds) after which to come back. */
function tooMany(
  rule: string,
  era: Era,
  retryAfter: number,
  {
    body,
    why,
  }: { readonly body: string | { readonly message: string; readonly reason?: string }; readonly why: string },
): Refusal {
  // Without CORS headers since July 2026, so that a page cannot read it. As observed.
  const headers = { "retry-after": String(retryAfter), ...(era === "classic" && API_HEADERS) };
  const answer =
    typeof body === "string"
      ? textAnswer(429, body, headers)
      : jsonAnswer(429, { error: { status: 429, ...body } }, headers);
  return new Refusal(rule, answer, why);
}

/** The reason came in July 2026; before, the bare text. As observed. */
export function quotaExceeded(retryAfter: number, era: Era): Refusal {
  const message = "Too many requests";
  const body = era === "classic" ? message : { message, reason: "QUOTA_EXCEEDED" };
  return tooMany("quota", era, retryAfter, { body, why: "the developer's quota for 24 hours is used up" });
}

/** The classic words are as observed in 2021; today's are guessed from the quota's. */
export function rateLimited(retryAfter: number, era: Era): Refusal {
  const body = { message: era === "classic" ? "API rate limit exceeded" : "Too many requests" };
  return tooMany("rate", era, retryAfter, { body, why: "the app has used up its requests for 30 seconds" });
}

/** What good tokens were answered now and then in July 2026. As observed. */
export function spurious(what: "access-token-missing" | "premium-required"): Refusal {
  const why = "no reason: a fault";
  return what === "access-token-missing"
    ? refusal("fault", 401, "Access token missing", { why })
    : refusal("fault", 403, "Player command failed: Premium required", { why, reason: "PREMIUM_REQUIRED" });
}

export const endpointLost = (status: 403 | 404) =>
  refusal("tier", status, status === 403 ? "Forbidden" : "Not Found", {
    why: "apps of this tier lost the operation",
  });
/** Words remembered, not confirmed: guessed. */
export const routeUnknown = () =>
  refusal("route", 404, "Service not found", { why: "there is no such path" });
export const methodNotAllowed = (allowed: readonly string[]) =>
  refusal("method", 405, "Method not allowed", {
    why: "the path is right, the method is not",
    headers: { allow: [...allowed, "OPTIONS"].join(", ") },
  });
export const scopeMissing = () =>
  refusal("scope", 403, "Insufficient client scope", { why: "the token lacks a scope of the operation" });
/** An app's own token where a person is needed. Guessed. */
export const userNeeded = () =>
  refusal("person", 403, "Valid user authentication required", { why: "an app's own token has no person" });
/**
 * @param why the rule in words where the message does not say it, such as `more than 50 ids`
 */
export const badRequest = (message: string, why = message) => refusal("parameters", 400, message, { why });
export const notFound = (message = "Resource not found") =>
  refusal("object", 404, message, { why: "there is no such thing" });
export const forbidden = () => refusal("ownership", 403, "Forbidden", { why: "it belongs to somebody else" });
/** Words of its own, so that it is told from a lost operation. Remembered from the Web API, not confirmed: guessed. */
export const playlistForAnother = () =>
  refusal("ownership", 403, "You cannot create a playlist for another user.", {
    why: "the path names somebody else than the token",
  });
export const playerRefused = (status: 403 | 404, message: string, reason: string) =>
  refusal("player", status, `Player command failed: ${message}`, { reason, why: message });
export const bodyTooLarge = () =>
  refusal("body", 413, "Payload Too Large", { why: "the body is larger than any that is taken" });
