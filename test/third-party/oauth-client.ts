import { expect } from "vitest";
import type { EmulatorOptions } from "../../src/emulator/index.js";
import type { KnownFault } from "./known-fault.js";
import { CLIENT_ID, CLIENT_SECRET, type LocalSpotify, withLocalSpotify } from "./local-spotify.js";
import type { ApiCall } from "./most-used-calls.js";

/** What an app tells its OAuth library. */
export interface Setting {
  readonly spotify: LocalSpotify;
  readonly redirectUri: string;
  readonly clientId: string;
  /** `undefined` for a public client. */
  readonly clientSecret: string | undefined;
  readonly pkce: boolean;
}

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  readonly expiresIn: number | undefined;
}

/** A refusal of the token endpoint as the library's own error shows it. */
export interface Refusal {
  readonly error: string;
  readonly description: string | undefined;
}

/** One OAuth library, in the words of the suite. */
export interface OAuthClient {
  readonly name: string;
  begin(setting: Setting): Promise<BegunLogin>;
  refresh(setting: Setting, refreshToken: string): Promise<Tokens>;
  /** Where the library offers it. */
  clientCredentials?(setting: Setting): Promise<Tokens>;
  /** Where the library offers requests with a token; else they are made with the runtime's `fetch`. */
  request?(setting: Setting, accessToken: string, url: URL, call: ApiCall): Promise<Response>;
  /** `undefined` when the error is not of the library's type for it. */
  refusalOf(error: unknown): Refusal | undefined;
  readonly faults: { readonly concurrentRefreshes: KnownFault };
}

export interface BegunLogin {
  /** For the browser. */
  readonly url: URL;
  complete(callback: URL): Promise<Tokens>;
}

/** How an app shows who it is. */
export type Kind = Pick<Setting, "clientSecret" | "pkce">;
export const PUBLIC: Kind = { clientSecret: undefined, pkce: true };
/** Without PKCE, so that nothing but the secret stands guard. */
export const CONFIDENTIAL: Kind = { clientSecret: CLIENT_SECRET, pkce: false };
export const KINDS: readonly (readonly [string, Kind])[] = [
  ["a public client with PKCE", PUBLIC],
  ["a confidential client with its secret", CONFIDENTIAL],
  ["a confidential client with its secret and PKCE", { clientSecret: CLIENT_SECRET, pkce: true }],
];

export function settingAt(spotify: LocalSpotify, changes: Partial<Setting> = {}): Setting {
  const { redirectUri } = spotify;
  return { spotify, redirectUri, clientId: CLIENT_ID, clientSecret: undefined, pkce: true, ...changes };
}

/** Makes a test of `use`, which gets a running Spotify and the setting of an app there. */
export function inSetting(
  use: (setting: Setting, spotify: LocalSpotify) => Promise<void>,
  kind: Kind = PUBLIC,
  options: EmulatorOptions = {},
): () => Promise<void> {
  const { clientSecret, pkce } = kind;
  return () =>
    withLocalSpotify((spotify) => use(settingAt(spotify, { clientSecret, pkce }), spotify), options);
}

export async function logIn(client: OAuthClient, setting: Setting): Promise<Tokens> {
  const { url, complete } = await client.begin(setting);
  return complete(await setting.spotify.browse(url));
}

/** Makes one call with the library's own request, where it has one, and tells the status of the answer. */
export async function statusOf(
  client: OAuthClient,
  setting: Setting,
  accessToken: string,
  call: ApiCall,
): Promise<number> {
  const url = new URL(setting.spotify.api + call.path);
  const response = await (client.request ?? bearerRequest)(setting, accessToken, url, call);
  if (call.method === "GET") expect(await response.json()).toBeTypeOf("object");
  else await response.arrayBuffer();
  return response.status;
}

function bearerRequest(_: Setting, accessToken: string, url: URL, call: ApiCall): Promise<Response> {
  return fetch(url, {
    method: call.method,
    headers: { authorization: `Bearer ${accessToken}` },
    ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
  });
}

/** What a promise rejects with. */
export function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.unreachable(),
    (error: unknown) => error,
  );
}
