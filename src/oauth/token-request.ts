import type { HttpRequest } from "../base/http.js";
import type { App } from "./app.js";

/**
 * Describes a token request, with Basic for a confidential client; for a public one with `client_id` in the body and no header.
 *
 * @param parameters of the grant, by their names on the wire
 * @see RFC 6749 sections 2.3.1, 4.1.3, 4.4.2 and 6
 */
export function describeTokenRequest(
  app: App,
  grantType: string,
  parameters: Readonly<Record<string, string>>,
): HttpRequest {
  const { accountsUrl, clientId, clientSecret } = app;
  const form = new URLSearchParams({ ...parameters, grant_type: grantType });
  if (clientSecret === undefined) form.set("client_id", clientId);
  const credentials = clientSecret && `${formEncoded(clientId)}:${formEncoded(clientSecret.reveal())}`;
  return {
    method: "POST",
    url: `${accountsUrl}/api/token`,
    headers: {
      accept: "application/json",
      "content-type": "application/x-www-form-urlencoded",
      ...(credentials !== undefined && { authorization: `Basic ${btoa(credentials)}` }),
    },
    body: form.toString(),
  };
}

/**
 * Id and secret are encoded once more before Basic joins them, so that a colon in one of them does not end it.
 *
 * @see RFC 6749 section 2.3.1 and appendix B
 */
function formEncoded(text: string): string {
  return new URLSearchParams({ "": text }).toString().slice(1);
}
