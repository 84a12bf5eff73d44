import fc from "fast-check";
import {
  allowInsecureRequests,
  ClientSecretBasic,
  customFetch,
  genericTokenEndpointRequest,
  None,
} from "oauth4webapi";
import { describe, expect, it } from "vitest";
import { createApp } from "../../src/oauth/index.js";
import { describeTokenRequest } from "../../src/oauth/token-request.js";

/** What a server makes of a request: Basic taken apart as RFC 6749 section 2.3.1 says, the form as its members. */
function understood(headers: Readonly<Record<string, string>>, body: string) {
  const { authorization, accept, "content-type": contentType } = headers;
  const [id = "", secret = ""] = atob(authorization?.slice("Basic ".length) ?? "").split(":", 2);
  const decoded = (text: string) => new URLSearchParams(`v=${text}`).get("v");
  return {
    accept,
    contentType: contentType?.split(";")[0],
    basic: authorization === undefined ? undefined : [decoded(id), decoded(secret)],
    form: [...new URLSearchParams(body)].sort(),
  };
}

/** The same request as oauth4webapi writes it. */
async function byTheLibrary(
  id: string,
  secret: string | undefined,
  grantType: string,
  parameters: Record<string, string>,
) {
  let written: ReturnType<typeof understood> | undefined;
  await genericTokenEndpointRequest(
    { issuer: "http://127.0.0.1:1", token_endpoint: "http://127.0.0.1:1/api/token" },
    { client_id: id },
    secret === undefined ? None() : ClientSecretBasic(secret),
    grantType,
    parameters,
    {
      [allowInsecureRequests]: true,
      [customFetch]: async (_url, { headers, body }) => {
        written = understood(
          { ...headers, "content-type": "application/x-www-form-urlencoded" },
          String(body),
        );
        return new Response();
      },
    },
  );
  return written;
}

const credential = fc.string({
  unit: fc.constantFrom(..."abcXYZ019 :%+&=-_.~*'()!/?#@"),
  minLength: 1,
  maxLength: 30,
});
const grant = fc.oneof(
  fc.record({ refresh_token: credential }).map((parameters) => ["refresh_token", parameters] as const),
  fc
    .record({ code: credential, redirect_uri: fc.webUrl(), code_verifier: credential })
    .map((parameters) => ["authorization_code", parameters] as const),
  fc.constant(["client_credentials", {}] as const),
);

describe("a token request", () => {
  it("CR-08 means the same to a server as the one of a certified library, for every grant, id and secret", async () => {
    await fc.assert(
      fc.asyncProperty(
        credential,
        fc.option(credential, { nil: undefined }),
        grant,
        async (id, secret, [type, given]) => {
          const app = createApp({
            clientId: id,
            clientSecret: secret,
            accountsUrl: "http://127.0.0.1:1",
            send: () => Promise.reject(new Error()),
          });
          const { method, url, headers, body } = describeTokenRequest(app, type, given);
          expect([method, url]).toEqual(["POST", "http://127.0.0.1:1/api/token"]);
          expect(understood(headers, String(body))).toEqual(await byTheLibrary(id, secret, type, given));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("keeps a colon in an id from ending it", () => {
    const app = createApp({
      clientId: "a:b",
      clientSecret: "c:d",
      accountsUrl: "http://127.0.0.1:1",
      send: () => Promise.reject(new Error()),
    });
    const { headers } = describeTokenRequest(app, "client_credentials", {});
    expect(atob(headers.authorization?.slice(6) ?? "")).toBe("a%3Ab:c%3Ad");
  });
});
