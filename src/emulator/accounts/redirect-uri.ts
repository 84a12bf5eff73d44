/**
 * Spotify's rules for redirect URIs.
 *
 * @see https://developer.spotify.com/documentation/web-api/concepts/redirect_uri
 */

// Compared as text, never as a parsed URL: the parser would make 127.1 and 2130706433 equal to 127.0.0.1.
const LOOPBACK = /^(http:\/\/(?:127\.0\.0\.1|\[::1\]))(?::([0-9]{1,5}))?(?=[/?]|$)/;
const LOCALHOST = /^https?:\/\/(?:[^/?#]*[.@])?localhost(?=[:/?#]|$)/i;

/** True for plain HTTP outside the two loopback literals, and for `localhost` under any scheme. */
export function isInsecure(uri: string): boolean {
  return LOCALHOST.test(uri) || (/^http:/i.test(uri) && !LOOPBACK.test(uri));
}

/** True when a request's redirect URI is the registered one, byte for byte; a loopback literal without a port takes any port. */
export function matchesRegistered(registered: string, requested: string): boolean {
  if (registered === requested) return true;
  const ours = LOOPBACK.exec(registered);
  const theirs = LOOPBACK.exec(requested);
  if (ours === null || theirs === null || ours[2] !== undefined || theirs[2] === undefined) return false;
  if (Number(theirs[2]) > 65_535) return false;
  return ours[1] === theirs[1] && registered.slice(ours[0].length) === requested.slice(theirs[0].length);
}
