import type { Tier } from "../../src/contract/index.js";
import {
  createEmulator,
  EMULATOR_CLIENT_ID,
  EMULATOR_CLIENT_SECRET,
  type Emulator,
  type EmulatorOptions,
} from "../../src/emulator/index.js";

/** RFC 7636, appendix B. */
export const VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
export const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
export const REDIRECT_URI = "http://127.0.0.1:8123/callback";
export const START = Date.UTC(2026, 7, 31, 12);

export const ALL_SCOPES =
  "playlist-modify-private playlist-modify-public playlist-read-collaborative playlist-read-private user-follow-modify user-follow-read user-library-modify user-library-read user-modify-playback-state user-read-email user-read-playback-state user-read-private user-top-read";

/** An emulator whose clock stands still until it is moved. */
export function stillEmulator(options: EmulatorOptions = {}): Emulator {
  return createEmulator({ clock: { now: () => START }, ...options });
}

export const BASIC = `Basic ${btoa(`${EMULATOR_CLIENT_ID}:${EMULATOR_CLIENT_SECRET}`)}`;

export function authorizeUrl(emulator: Emulator, changes: Record<string, string | undefined> = {}): string {
  const parameters = {
    client_id: EMULATOR_CLIENT_ID,
    response_type: "code",
    redirect_uri: REDIRECT_URI,
    state: "st&te",
    scope: "user-top-read user-read-private",
    ...changes,
  };
  const url = new URL("/authorize", emulator.urls.accounts);
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url.href;
}

/** The form of a page: where it goes and its hidden fields. */
export function formOf(page: string): { readonly action: string; readonly fields: URLSearchParams } {
  const action = /<form [^>]*action="([^"]*)"/.exec(page)?.[1] ?? "";
  const fields = new URLSearchParams();
  for (const [, name = "", value = ""] of page.matchAll(
    /<input type="hidden" name="([^"]*)" value="([^"]*)">/g,
  )) {
    fields.append(name, value);
  }
  return { action, fields };
}

/** Presses a button on the consent page. */
export async function press(
  emulator: Emulator,
  page: Response,
  decision: "allow" | "deny",
  more: readonly (readonly [string, string])[] = [],
): Promise<Response> {
  const { action, fields } = formOf(await page.text());
  fields.set("decision", decision);
  for (const [name, value] of more) fields.append(name, value);
  return emulator.fetch(new URL(action, emulator.urls.accounts), { method: "POST", body: fields });
}

export function parametersOf(response: Response): URLSearchParams {
  return new URL(response.headers.get("location") ?? "").searchParams;
}

export interface LoginOptions {
  readonly scope?: string;
  readonly person?: string;
  readonly pkce?: boolean;
}

/** A code, by way of the form. */
export async function codeFor(emulator: Emulator, options: LoginOptions = {}): Promise<string> {
  const { scope = ALL_SCOPES, person = emulator.world.defaultPerson, pkce = false } = options;
  const challenge = pkce ? { code_challenge: CHALLENGE, code_challenge_method: "S256" } : {};
  const page = await emulator.fetch(authorizeUrl(emulator, { scope, ...challenge }));
  const answer = await press(emulator, page, "allow", [["person", person]]);
  return parametersOf(answer).get("code") ?? "";
}

export interface TokenAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** One token request; with the secret unless `headers` says otherwise. */
export async function askToken(
  emulator: Emulator,
  form: Record<string, string>,
  headers: Record<string, string> = { authorization: BASIC },
  signal?: AbortSignal,
): Promise<TokenAnswer> {
  const response = await emulator.fetch(`${emulator.urls.accounts}/api/token`, {
    method: "POST",
    headers,
    body: new URLSearchParams(form),
    ...(signal !== undefined && { signal }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

export interface LoggedIn {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly body: Record<string, unknown>;
}

/** The whole way from the page to the tokens. */
export async function logIn(emulator: Emulator, options: LoginOptions = {}): Promise<LoggedIn> {
  const code = await codeFor(emulator, options);
  const form = { grant_type: "authorization_code", code, redirect_uri: REDIRECT_URI };
  const { body } = options.pkce
    ? await askToken(emulator, { ...form, client_id: EMULATOR_CLIENT_ID, code_verifier: VERIFIER }, {})
    : await askToken(emulator, form);
  return { accessToken: String(body.access_token), refreshToken: String(body.refresh_token), body };
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body, where it is JSON. */
  readonly json: unknown;
  /** A member of the JSON, by its path. */
  at(...path: readonly (string | number)[]): unknown;
}

/** A person's way to the Web API: `call("GET", "/me")`. */
export type Call = (method: string, path: string, body?: unknown) => Promise<ApiAnswer>;

export function callerWith(emulator: Emulator, authorization: string | undefined): Call {
  return async (method, path, body) => {
    const response = await emulator.fetch(`${emulator.urls.api}${path}`, {
      method,
      headers: { ...(authorization !== undefined && { authorization }) },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.startsWith("application/json") ?? false;
    const json: unknown = isJson && text !== "" ? JSON.parse(text) : undefined;
    const at = (...path: readonly (string | number)[]) => path.reduce(memberOf, json);
    return { status: response.status, headers: response.headers, text, json, at };
  };
}

function memberOf(value: unknown, name: string | number): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

export async function guest(emulator: Emulator, options: LoginOptions = {}): Promise<Call> {
  const { accessToken } = await logIn(emulator, options);
  return callerWith(emulator, `Bearer ${accessToken}`);
}

export const TIERS: readonly Tier[] = ["development", "legacy", "extended"];
