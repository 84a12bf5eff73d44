import { base64Url } from "./encoding.js";

/**
 * A fresh unguessable string.
 *
 * @param bytes entropy in bytes; 32 gives 43 characters of base64url
 * @throws TypeError where the runtime has no Web Crypto: there is no fall-back on purpose
 */
export function randomString(bytes = 32): string {
  return base64Url(crypto.getRandomValues(new Uint8Array(bytes)));
}
