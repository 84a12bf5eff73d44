import { checkServicePair, checkServiceUrl, SPOTIFY_ACCOUNTS_URL, SPOTIFY_API_URL } from "./base/origins.js";

/** Variables by name, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What stagedoor reads from the environment. */
export interface Settings {
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  readonly redirectUri: string | undefined;
  readonly accountsUrl: string;
  readonly apiUrl: string;
}

/** The variables of this process, where the runtime has any. */
export function processEnvironment(): Environment {
  return globalThis.process?.env ?? {};
}

/**
 * Reads the settings: `SPOTIFY_CLIENT_ID`, `SPOTIFY_CLIENT_SECRET`, `SPOTIFY_REDIRECT_URI`, and for an emulator `SPOTIFY_ACCOUNTS_URL` and
 * `SPOTIFY_API_URL`. An empty variable counts as absent.
 *
 * @throws StagedoorError `endpoint-url-invalid` when an address is neither `https:` nor on loopback, or only one of the two leads to
 * Spotify
 */
export function readSettings(environment: Environment): Settings {
  const read = (name: string) => environment[name]?.trim() || undefined;
  const accountsUrl = checkServiceUrl(
    read("SPOTIFY_ACCOUNTS_URL") ?? SPOTIFY_ACCOUNTS_URL,
    "SPOTIFY_ACCOUNTS_URL",
  );
  const apiUrl = checkServiceUrl(read("SPOTIFY_API_URL") ?? SPOTIFY_API_URL, "SPOTIFY_API_URL");
  checkServicePair(accountsUrl, apiUrl);
  return {
    clientId: read("SPOTIFY_CLIENT_ID"),
    clientSecret: read("SPOTIFY_CLIENT_SECRET"),
    redirectUri: read("SPOTIFY_REDIRECT_URI"),
    accountsUrl,
    apiUrl,
  };
}
