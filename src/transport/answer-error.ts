import { StagedoorError } from "../base/errors.js";

/** A 304 is no redirect: it says that what one has is still good. */
export function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

export function redirectRefused(host: string): StagedoorError {
  return new StagedoorError("redirect-refused", `${host} answered with a redirect, which is not followed.`, {
    hint: "Check the address of the service, and that no proxy or captive portal stands in between.",
  });
}

export function tooLarge(host: string, maxBytes: number): StagedoorError {
  return new StagedoorError("response-too-large", `${host} answered with more than ${maxBytes} bytes.`);
}

/**
 * What errors call the service: its host, with the port where it is not the usual one.
 *
 * @throws StagedoorError `argument-invalid`, since the platform's own error would repeat the address
 */
export function hostOf(url: string): string {
  if (URL.canParse(url)) return new URL(url).host;
  throw new StagedoorError("argument-invalid", "The address of a request is none.", {
    hint: "Use an absolute one, such as https://api.spotify.com/v1/me.",
  });
}
