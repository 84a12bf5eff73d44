import { consentByProgram } from "../../src/cli/consent.js";
import {
  createEmulator,
  EMULATOR_CLIENT_ID,
  EMULATOR_CLIENT_SECRET,
  type Emulator,
  type EmulatorOptions,
} from "../../src/emulator/index.js";
import { type ServedEmulator, serveEmulator } from "../../src/emulator/serve.js";
import type { Spotify, SpotifyOptions } from "../../src/index.js";
import { emulatedSpotify, logInAt } from "../../src/testing.js";
import { type ManualClock, manualClock } from "./clock.js";

/** An emulator without ports, and a client that is logged in at it, both on one clock that the test moves. */
export interface Emulated {
  readonly emulator: Emulator;
  readonly spotify: Spotify;
  readonly clock: ManualClock;
  /** Goes through authorize URL, consent and code exchange. */
  logIn(spotify?: Spotify, scope?: string): Promise<void>;
  /** How many token requests there were since the login. */
  refreshes(): number;
}

const SCOPES =
  "user-top-read playlist-read-private playlist-modify-private playlist-modify-public user-library-read user-library-modify user-read-playback-state user-modify-playback-state user-read-private user-follow-read user-follow-modify";

export interface EmulatedOptions extends EmulatorOptions {
  readonly client?: Partial<SpotifyOptions>;
  /** Answers a request in the emulator's place, by its bearer token. */
  readonly intercept?: (authorization: string) => Promise<Response> | undefined;
}

export async function emulated({
  client: given,
  intercept,
  ...options
}: EmulatedOptions = {}): Promise<Emulated> {
  const clock = manualClock();
  const emulator = createEmulator({ clock, ...options });
  const fetch: NonNullable<SpotifyOptions["fetch"]> = (url, init) => {
    const { authorization = "" } = Object.fromEntries(new Headers(init.headers));
    return intercept?.(authorization) ?? emulator.fetch(url, init);
  };
  const client = { fetch, clock, ...given };
  const { spotify } = await emulatedSpotify({ emulator, scope: SCOPES, client });
  const logIn = async (who = spotify, scope = SCOPES) => {
    await logInAt(emulator, who, { scope });
  };
  const before = emulator.ledger.tokenRequests().length;
  return {
    emulator,
    spotify,
    clock,
    logIn,
    refreshes: () => emulator.ledger.tokenRequests().length - before,
  };
}

/** Runs a served emulator for as long as `use` takes. */
export async function withEmulator(
  use: (served: ServedEmulator, emulator: Emulator) => Promise<void>,
  options: EmulatorOptions = {},
): Promise<void> {
  const emulator = createEmulator(options);
  const served = await serveEmulator(emulator);
  try {
    await use(served, emulator);
  } finally {
    await served.close();
  }
}

export { consentByProgram, EMULATOR_CLIENT_ID, EMULATOR_CLIENT_SECRET };
