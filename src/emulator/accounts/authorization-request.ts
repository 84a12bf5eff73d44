import { SCOPES, type Scope } from "../../contract/scopes.js";
import type { Stage } from "../stage.js";
import type { AuthorizationRequest } from "./consents.js";
import type { Form } from "./form.js";
import { isInsecure, matchesRegistered } from "./redirect-uri.js";

export type AuthorizationVerdict =
  | { readonly outcome: "good"; readonly request: AuthorizationRequest }
  /** Told to the person, not to the redirect URI, which cannot be trusted. */
  | { readonly outcome: "page"; readonly text: string; readonly rule: string }
  /** Told to the app. */
  | { readonly outcome: "redirect"; readonly location: string; readonly rule: string };

/** As observed: the classic ones until about April 2026, the current ones since about May. */
const WORDS = {
  classic: {
    insecure: "INVALID_CLIENT: Insecure redirect URI",
    unregistered: "INVALID_CLIENT: Invalid redirect URI",
  },
  current: {
    insecure: "redirect_uri: Insecure",
    unregistered: "redirect_uri: Not matching configuration",
  },
} as const;

const SINGLE = ["client_id", "redirect_uri", "response_type", "scope", "state", "code_challenge"];

/**
 * Judges `GET /authorize`, in Spotify's wordings of the era.
 *
 * @see https://developer.spotify.com/documentation/web-api/concepts/redirect_uri
 */
export function judgeAuthorization(stage: Stage, { values, repeated }: Form): AuthorizationVerdict {
  const page = (text: string, rule: string): AuthorizationVerdict => ({ outcome: "page", text, rule });
  if (repeated.some((name) => SINGLE.includes(name))) {
    return page("Parameters must not be repeated", "repeated-parameter"); // guessed
  }
  const app = stage.apps.get(values.get("client_id") ?? "");
  if (app === undefined) return page("INVALID_CLIENT: Invalid client", "client");
  const redirectUri = values.get("redirect_uri");
  const words = WORDS[stage.era];
  if (redirectUri !== undefined && isInsecure(redirectUri)) return page(words.insecure, "redirect-uri");
  if (redirectUri === undefined || !app.redirectUris.some((uri) => matchesRegistered(uri, redirectUri))) {
    return page(words.unregistered, "redirect-uri");
  }
  const scopes = readScopes(values.get("scope") ?? "");
  if (scopes === null) return page("Illegal scope", "scope");

  const state = values.get("state");
  const redirect = (error: string, description?: string): AuthorizationVerdict => ({
    outcome: "redirect",
    rule: error,
    location: redirectLocation(redirectUri, { error, error_description: description, state }),
  });
  const responseType = values.get("response_type");
  if (responseType !== "code" && !(responseType === "token" && stage.legacy)) {
    return redirect("unsupported_response_type");
  }
  const challenge = values.get("code_challenge");
  const method = values.get("code_challenge_method");
  if (challenge !== undefined || method !== undefined) {
    // Whether Spotify refuses `plain` here or at the token endpoint is not known: guessed.
    if (method !== "S256") return redirect("invalid_request", "code_challenge_method must be S256");
    if (!/^[A-Za-z0-9_-]{43}$/.test(challenge ?? ""))
      return redirect("invalid_request", "code_challenge is malformed");
  }
  const showDialog = values.get("show_dialog") === "true";
  return {
    outcome: "good",
    request: { app, redirectUri, responseType, scopes, state, challenge, showDialog },
  };
}

/** The scopes in a text, once each; `null` when one of them does not exist. */
function readScopes(text: string): readonly Scope[] | null {
  const names = new Set(text.split(" ").filter((name) => name !== ""));
  const known = SCOPES.filter((scope) => names.has(scope));
  return known.length === names.size ? known : null;
}

/**
 * A redirect URI with an answer on it; the app's own query stays in front.
 *
 * @param mark `#` for the implicit grant, whose answer travels in the fragment
 */
export function redirectLocation(
  redirectUri: string,
  answer: Readonly<Record<string, string | undefined>>,
  mark: "?" | "#" = "?",
): string {
  const members = Object.entries(answer).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const glue = mark === "?" && redirectUri.includes("?") ? "&" : mark;
  return `${redirectUri}${glue}${new URLSearchParams(members)}`;
}
