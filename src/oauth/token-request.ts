/**
 * The form of a token request is oauth4webapi's. `token-endpoint.ts` loads this file, and the library with it, when the first one is
 * sent: a program that begins with a stored token does not wait for it.
 */
import {
  allowInsecureRequests,
  ClientSecretBasic,
  customFetch,
  genericTokenEndpointRequest,
  None,
} from "oauth4webapi";
import type { HttpRequest } from "../base/http.js";
import type { App } from "./app.js";

/**
 * Describes a token request, with Basic for a confidential client; for a public one with `client_id` in the body and no header.
 *
 * @see RFC 6749 sections 2.3.1, 4.1.3, 4.4.2 and 6
 */
export function describeTokenRequest(
  app: App,
  grantType: string,
  parameters: Readonly<Record<string, string>>,
): Promise<HttpRequest> {
  const { issuer, accountsUrl, clientId, clientSecret } = app;
  return new Promise((resolve, reject) => {
    genericTokenEndpointRequest(
      { issuer, token_endpoint: `${accountsUrl}/api/token` },
      { client_id: clientId },
      clientSecret === undefined ? None() : ClientSecretBasic(clientSecret.reveal()),
      grantType,
      { ...parameters },
      {
        // Only a loopback literal can be http: `createApp` has checked the address.
        [allowInsecureRequests]: true,
        // It goes out by the app's own sender, and not from here.
        [customFetch]: async (url, { method, headers, body }) => {
          const type = { "content-type": "application/x-www-form-urlencoded" };
          resolve({ method, url, headers: { ...headers, ...type }, body: String(body) });
          return new Response();
        },
      },
    ).catch(reject);
  });
}
