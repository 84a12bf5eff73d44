import { StagedoorError } from "../base/errors.js";

const LOOPBACK = /^http:\/\/(?:127\.0\.0\.1|\[::1\])(?::(?<port>\d{1,5}))?(?=\/|\?|$)/;
const LOCALHOST = /^https?:\/\/(?:[^/@?#]*\.)?localhost(?=[:/?#]|$)/i;
/** Schemes that a browser would act on itself instead of handing them to a program. */
const UNFIT_SCHEMES = new Set([
  "about:",
  "blob:",
  "data:",
  "file:",
  "ftp:",
  "javascript:",
  "vbscript:",
  "ws:",
  "wss:",
]);

/**
 * Checks a redirect URI by Spotify's rules: `https:`, a scheme of the app's own, or `http:` on a loopback address written as a literal.
 *
 * @throws StagedoorError `redirect-uri-invalid`, for `localhost` with the exact text to use instead
 * @see https://developer.spotify.com/documentation/web-api/concepts/redirect_uri
 *
 * @example
 * checkRedirectUri("http://127.0.0.1/callback");
 */
export function checkRedirectUri(value: string): URL {
  if (LOCALHOST.test(value)) {
    const replacement = value.replace(/^https?:\/\/[^:/?#]*/i, "http://127.0.0.1");
    throw new StagedoorError(
      "redirect-uri-invalid",
      `Spotify refuses localhost in a redirect URI: ${value}`,
      {
        hint: `Use ${replacement} here and at https://developer.spotify.com/dashboard`,
      },
    );
  }
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || /\s|\p{Cc}/u.test(value)) throw invalid(value, "it is not an absolute address");
  if (value.includes("#")) throw invalid(value, "it has a fragment");
  if (url.username !== "" || url.password !== "") throw invalid(value, "it has a user name in it");
  if (url.protocol === "http:") {
    const port = Number(LOOPBACK.exec(value)?.groups?.port ?? 80);
    if (!LOOPBACK.test(value) || port > 65_535) {
      throw invalid(value, "http is allowed for http://127.0.0.1 and http://[::1] only");
    }
  } else if (UNFIT_SCHEMES.has(url.protocol)) {
    throw invalid(value, `${url.protocol} cannot receive a login`);
  }
  return url;
}

function invalid(value: string, why: string): StagedoorError {
  return new StagedoorError("redirect-uri-invalid", `The redirect URI ${value} cannot be used: ${why}.`, {
    hint: "Register http://127.0.0.1/callback (any port works then) at https://developer.spotify.com/dashboard and use it here.",
  });
}
