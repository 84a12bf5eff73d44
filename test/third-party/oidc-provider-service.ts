import type { IncomingMessage, ServerResponse } from "node:http";
import { vi } from "vitest";
import { withServer } from "../support/server.js";

/** An account that everybody who comes to the provider has. */
const ACCOUNT = "marlow.finch";
const REDIRECT_URIS = ["http://127.0.0.1/callback", "http://127.0.0.1/other-callback"];
/** With every character that has a meaning of its own in Basic, in a form or in a URL. */
export const PROVIDER_SECRET = "s:e+c/r%e=t&?%20 #";

/** A provider that is not ours, at Spotify's paths, and a person with a browser in front of it. */
export interface OidcProviderService {
  readonly url: string;
  /** The scopes that the person agrees to, of those that are asked for; `null` when they decline. Default: all. */
  agrees(scopes: readonly string[] | null): void;
  /** Follows an authorize URL to the first address that is not the provider's. */
  browse(authorizeUrl: string): Promise<URL>;
  /** How many requests the token endpoint got. */
  tokenRequests(): number;
}

const client = (id: string, more: object) => ({
  client_id: id,
  // Spotify, too, takes a loopback redirect URI with any port.
  application_type: "native",
  redirect_uris: REDIRECT_URIS,
  response_types: ["code"],
  grant_types: ["authorization_code", "refresh_token"],
  ...more,
});

const CONFIGURATION = {
  clients: [
    client("public", { token_endpoint_auth_method: "none" }),
    client("confidential", {
      client_secret: PROVIDER_SECRET,
      token_endpoint_auth_method: "client_secret_basic",
      grant_types: ["authorization_code", "refresh_token", "client_credentials"],
    }),
  ],
  routes: { authorization: "/authorize", token: "/api/token" },
  scopes: ["user-read-private", "user-top-read"],
  pkce: { required: () => true },
  rotateRefreshToken: true,
  issueRefreshToken: async () => true,
  features: { devInteractions: { enabled: false }, clientCredentials: { enabled: true } },
  findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
  interactions: { url: (_: unknown, { uid }: { readonly uid: string }) => `/interaction/${uid}` },
  cookies: { keys: ["only for tests"] },
};

/** Runs oidc-provider for as long as `use` takes. It rotates refresh tokens, and ends the family of one that is used again. */
export async function withOidcProvider(use: (service: OidcProviderService) => Promise<void>): Promise<void> {
  // It says at length on the console that it is not set up for production, and that it would like a newer Node.
  const said = [vi.spyOn(console, "info"), vi.spyOn(console, "warn")];
  for (const spy of said) spy.mockImplementation(() => undefined);
  const { Provider } = await import("oidc-provider");

  let handle: (request: IncomingMessage, response: ServerResponse) => void = () => undefined;
  let agreed: readonly string[] | null | undefined;
  let tokenRequests = 0;
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    if (request.url === "/api/token") tokenRequests++;
    handle(request, response);
  };
  try {
    await withServer(listener, async (url) => {
      const provider = new Provider(url, CONFIGURATION);
      const serve = provider.callback();
      const decide = async (request: IncomingMessage, response: ServerResponse) => {
        const { params } = await provider.interactionDetails(request, response);
        if (agreed === null) {
          await provider.interactionFinished(request, response, { error: "access_denied" });
          return;
        }
        const grant = new provider.Grant({ accountId: ACCOUNT, clientId: params.client_id });
        for (const scope of params.scope?.split(" ") ?? []) {
          if (agreed?.includes(scope) ?? true) grant.addOIDCScope(scope);
          else grant.rejectOIDCScope(scope);
        }
        const consent = { grantId: await grant.save() };
        await provider.interactionFinished(request, response, { login: { accountId: ACCOUNT }, consent });
      };
      handle = (request, response) => {
        if (request.url?.startsWith("/interaction/") !== true) serve(request, response);
        else decide(request, response).catch((error: unknown) => response.destroy(toError(error)));
      };
      await use({
        url,
        agrees: (scopes) => {
          agreed = scopes;
        },
        browse: (authorizeUrl) => follow(authorizeUrl, url),
        tokenRequests: () => tokenRequests,
      });
    });
  } finally {
    for (const spy of said) spy.mockRestore();
  }
}

const toError = (error: unknown) => (error instanceof Error ? error : new Error(String(error)));

/** A browser's way: redirect after redirect with its cookies, until it leaves `origin`. */
async function follow(start: string, origin: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let url = new URL(start);
  while (url.origin === origin) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, { redirect: "manual", headers: { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get("location");
    if (location === null) throw new Error(`The provider shows a page: ${await response.text()}`);
    url = new URL(location, url);
  }
  return url;
}
