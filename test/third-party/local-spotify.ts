import { onTestFinished, vi } from "vitest";
import { SPOTIFY_ACCOUNTS_URL, SPOTIFY_API_URL } from "../../src/base/origins.js";
import { SCOPES } from "../../src/contract/scopes.js";
import type { Emulator, EmulatorOptions } from "../../src/emulator/index.js";
import { consentByProgram, withEmulator } from "../support/emulated.js";
import { withServer } from "../support/server.js";

export const CLIENT_ID = "3d90a47b3d90a47b3d90a47b3d90a47b";
export const CLIENT_SECRET = "emu_secret_3d90a47b3d90a47b3d90a47b";

/** An emulator over HTTP, with an app registered at it and a person with a browser in front of it. */
export interface LocalSpotify {
  readonly emulator: Emulator;
  /** Without a slash at its end. */
  readonly accounts: string;
  /** Ends in `/v1`. */
  readonly api: string;
  /** The two redirect URIs of the app `CLIENT_ID`; something answers there. */
  readonly redirectUri: string;
  readonly otherRedirectUri: string;
  /** Opens an authorize URL, decides as `emulator.world.consent` says (`ask`: agrees), and tells where the browser ended. */
  browse(authorizeUrl: string | URL): Promise<URL>;
}

/** Runs all that for as long as `use` takes. */
export async function withLocalSpotify(
  use: (spotify: LocalSpotify) => Promise<void>,
  options: EmulatorOptions = {},
): Promise<void> {
  await withEmulator(async ({ accounts, api }, emulator) => {
    const redirectUris = ["http://127.0.0.1/callback", "http://127.0.0.1/other-callback"];
    emulator.registerApp({ clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, redirectUris });
    let last: string | undefined;
    const receive: Parameters<typeof withServer>[0] = (request, response) => {
      last = request.url;
      response.end("Back at the app.");
    };
    await withServer(receive, async (origin) => {
      const browse = async (authorizeUrl: string | URL) => {
        last = undefined;
        await consentByProgram(String(authorizeUrl));
        if (last === undefined) throw new Error("The browser never came back to the app.");
        return new URL(last, origin);
      };
      await use({
        emulator,
        accounts,
        api,
        redirectUri: `${origin}/callback`,
        otherRedirectUri: `${origin}/other-callback`,
        browse,
      });
    });
  }, options);
}

/** The same for as long as the tests of a file take: it has to be closed. */
export async function openLocalSpotify(
  options: EmulatorOptions = {},
): Promise<{ readonly spotify: LocalSpotify; close(): Promise<void> }> {
  const { promise: closing, resolve: close } = withResolvers<void>();
  const { promise: opened, resolve: open, reject } = withResolvers<LocalSpotify>();
  const closed = withLocalSpotify((spotify) => {
    open(spotify);
    return closing;
  }, options);
  closed.catch(reject);
  const spotify = await opened;
  return {
    spotify,
    close: () => {
      close();
      return closed;
    },
  };
}

function withResolvers<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<T>((...both) => {
    [resolve, reject] = both;
  });
  return { promise, resolve, reject };
}

/** The token endpoint's answer. */
export interface TokenAnswer {
  readonly access_token: string;
  readonly token_type: string;
  readonly expires_in: number;
  readonly refresh_token: string;
  readonly scope: string;
}

// RFC 7636, appendix B.
const VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/** Logs the person in by PKCE with nobody's library: for clients that are handed a token. */
export async function logInByHand(spotify: LocalSpotify): Promise<TokenAnswer> {
  const { accounts, redirectUri, browse } = spotify;
  const query = new URLSearchParams({
    client_id: CLIENT_ID,
    response_type: "code",
    redirect_uri: redirectUri,
    scope: SCOPES.join(" "),
    code_challenge_method: "S256",
    code_challenge: CHALLENGE,
  });
  const callback = await browse(`${accounts}/authorize?${query}`);
  return askForTokens(spotify, {
    grant_type: "authorization_code",
    code: callback.searchParams.get("code") ?? "",
    redirect_uri: redirectUri,
    code_verifier: VERIFIER,
  });
}

/** What the token endpoint answers to the app as a public client. */
export async function askForTokens(
  { accounts }: LocalSpotify,
  form: Readonly<Record<string, string>>,
): Promise<TokenAnswer> {
  const body = new URLSearchParams({ client_id: CLIENT_ID, ...form });
  const answer = await fetch(`${accounts}/api/token`, { method: "POST", body });
  if (!answer.ok) throw new Error(`The token endpoint answered ${answer.status}.`);
  return answer.json();
}

/** An address of Spotify's as the one of the emulator that stands in its place; any other as it is. */
export function localUrl({ accounts, api }: LocalSpotify, url: string | URL): string {
  const text = String(url);
  if (text.startsWith(`${SPOTIFY_API_URL}/`)) return api + text.slice(SPOTIFY_API_URL.length);
  if (text.startsWith(`${SPOTIFY_ACCOUNTS_URL}/`)) return accounts + text.slice(SPOTIFY_ACCOUNTS_URL.length);
  return text;
}

/**
 * Sends what goes to Spotify to the emulator until the test ends, for a library that has Spotify's addresses written into it and takes
 * neither an option nor a `fetch` of ours. It stands where a name server would: the library itself stays as it was published.
 */
export function rewriteGlobalFetch(spotify: LocalSpotify): void {
  const { fetch } = globalThis;
  vi.stubGlobal("fetch", (input: string | URL | Request, init?: RequestInit) => {
    if (input instanceof Request) return fetch(new Request(localUrl(spotify, input.url), input), init);
    return fetch(localUrl(spotify, input), init);
  });
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
}
