import { StagedoorError } from "./errors.js";

/** Spotify's accounts service: its origin is also the issuer of the tokens it gives. */
export const SPOTIFY_ACCOUNTS_URL = "https://accounts.spotify.com";
/** Spotify's Web API. */
export const SPOTIFY_API_URL = "https://api.spotify.com/v1";

/** The hosts that an `http:` address may have: the two loopback literals, never a name. */
const LOOPBACK_LITERALS = new Set(["127.0.0.1", "[::1]"]);

/** True when the URL's host is written as a loopback IP address. */
export function isLoopback(url: URL): boolean {
  return LOOPBACK_LITERALS.has(url.hostname);
}

/**
 * Checks the address of a service: `https:` anywhere, `http:` only on a loopback literal, and nothing that could hide a
 * second address in it.
 *
 * @param name what to call it in the message, such as `SPOTIFY_API_URL`
 * @returns the address without a slash at its end
 * @throws StagedoorError `endpoint-url-invalid`
 */
export function checkServiceUrl(value: string, name: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const secure = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url));
  // The parser rewrites 127.1 and 2130706433 to 127.0.0.1; only what was written as the literal is taken.
  const literal =
    url?.protocol === "https:" || /^http:\/\/(?:127\.0\.0\.1|\[::1\])(?::\d+)?(?:\/|$)/.test(value);
  if (url === undefined || !secure || !literal || url.username || url.password || url.search || url.hash) {
    throw new StagedoorError(
      "endpoint-url-invalid",
      `${name} is not an address that tokens may be sent to.`,
      {
        hint: `Use https://…, or http://127.0.0.1:PORT or http://[::1]:PORT for an emulator, in ${name}.`,
      },
    );
  }
  return url.href.replace(/\/+$/, "");
}

/**
 * Refuses to pair Spotify's accounts service with somebody else's API, or the reverse: the one would then be handed the
 * other's tokens.
 *
 * @throws StagedoorError `endpoint-url-invalid`
 */
export function checkServicePair(accountsUrl: string, apiUrl: string): void {
  const accountsAreSpotify = new URL(accountsUrl).origin === SPOTIFY_ACCOUNTS_URL;
  const apiIsSpotify = new URL(apiUrl).origin === new URL(SPOTIFY_API_URL).origin;
  if (accountsAreSpotify !== apiIsSpotify) {
    throw new StagedoorError(
      "endpoint-url-invalid",
      "One of the two services is Spotify and the other is not: a token would go to the wrong one.",
      { hint: "Set both SPOTIFY_ACCOUNTS_URL and SPOTIFY_API_URL, or neither." },
    );
  }
}
