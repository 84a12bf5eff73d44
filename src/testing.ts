import { StagedoorError } from "./base/errors.js";
import { SCOPES } from "./contract/index.js";
import { createEmulator, EMULATOR_CLIENT_ID, type Emulator, type EmulatorOptions } from "./emulator/index.js";
import { createSpotify, type Spotify, type SpotifyOptions } from "./index.js";
import { beginLogin, completeLogin } from "./oauth/index.js";
import type { ScopeInput } from "./token/index.js";

export interface LogInAtOptions {
  /** The id of who logs in. Default: `emulator.world.defaultPerson`. */
  readonly person?: string | undefined;
  /** What the program asks for. Default: every scope that there is. */
  readonly scope?: ScopeInput;
}

/** Who is logged in, and what the program may do in their name. */
export interface LoggedIn {
  /** Their id: `emulator.world.people` has the rest. */
  readonly person: string;
  readonly scopes: readonly string[];
}

/**
 * Logs a person of the emulator in: authorize URL, consent, code exchange, all as at Spotify but for the page, for which nobody is asked.
 *
 * @param spotify a client whose `fetch` and addresses are the emulator's, or one that is pointed at it over HTTP
 * @returns who it was, and the scopes of their token
 * @throws StagedoorError `argument-invalid` for a person who does not exist, with the names of those who do, and for an app that the
 * emulator does not know; `authorization-failed` for a scope that does not exist
 *
 * @example
 * const emulator = createEmulator();
 * const { accounts: accountsUrl, api: apiUrl } = emulator.urls;
 * const spotify = createSpotify({ clientId: EMULATOR_CLIENT_ID, accountsUrl, apiUrl, fetch: emulator.fetch });
 * const { person } = await logInAt(emulator, spotify, { person: "ines.cardoso", scope: "user-top-read" });
 * console.log(person);
 */
export async function logInAt(
  emulator: Emulator,
  spotify: Spotify,
  options: LogInAtOptions = {},
): Promise<LoggedIn> {
  const { person = emulator.world.defaultPerson, scope = SCOPES } = options;
  const { app, session } = spotify;
  const redirectUri = emulator.apps.get(app.clientId)?.redirectUris[0];
  if (redirectUri === undefined) {
    throw new StagedoorError("argument-invalid", "The emulator knows no redirect URI of this client's app.", {
      hint: "Make the client with EMULATOR_CLIENT_ID, or register its app: emulator.registerApp",
    });
  }
  const { url, pending } = await beginLogin(app, { redirectUri, scope });
  const token = await completeLogin(app, pending, await emulator.agree(url, person));
  await session.adopt(token);
  return { person, scopes: token.scopes };
}

export interface EmulatedSpotifyOptions extends EmulatorOptions, LogInAtOptions {
  /** One that is there already, such as for a second person. Default: a new one. */
  readonly emulator?: Emulator | undefined;
  /** What else to make the client with, such as a store. */
  readonly client?: SpotifyOptions | undefined;
}

/** An emulator without a port, and a client at it. */
export interface EmulatedSpotify extends LoggedIn {
  readonly emulator: Emulator;
  readonly spotify: Spotify;
}

/**
 * Makes an emulator and a client in which a person is logged in, both on one clock: `emulator.advance` moves it for both.
 *
 * @param options those of `createEmulator` and `logInAt`
 * @throws what `createEmulator`, `createSpotify` and `logInAt` throw
 *
 * @example
 * const { emulator, spotify } = await emulatedSpotify({ seed: 7, scope: "user-top-read" });
 * const top = await spotify.me.top({ type: "tracks", limit: 3 });
 * console.log(top.items.length, emulator.ledger.tokenRequests().length);
 */
export async function emulatedSpotify(options: EmulatedSpotifyOptions = {}): Promise<EmulatedSpotify> {
  const { person, scope, client, emulator: given, ...rest } = options;
  const emulator = given ?? createEmulator(rest);
  const { clock, fetch, urls } = emulator;
  const { accounts: accountsUrl, api: apiUrl } = urls;
  const spotify = createSpotify({
    clientId: EMULATOR_CLIENT_ID,
    accountsUrl,
    apiUrl,
    fetch,
    clock,
    ...client,
  });
  return { emulator, spotify, ...(await logInAt(emulator, spotify, { person, scope })) };
}
