import {
  type App,
  type AppOptions,
  beginLogin,
  completeLogin,
  createApp,
  type LoginOptions,
} from "../../src/oauth/index.js";
import type { Token } from "../../src/token/index.js";
import { type OidcProviderService, PROVIDER_SECRET, withOidcProvider } from "./oidc-provider-service.js";

export const REDIRECT_URI = "http://127.0.0.1:8123/callback";
export const SCOPE = "user-read-private user-top-read";
/** Our apps at the provider. */
export const KINDS = [
  ["a public client", { clientId: "public" }],
  ["a confidential client", { clientId: "confidential", clientSecret: PROVIDER_SECRET }],
] as const;
export const [[, PUBLIC], [, CONFIDENTIAL]] = KINDS;

/** Makes a test of `use`, which gets our app at a running provider. */
export function atProvider(
  use: (app: App, provider: OidcProviderService) => Promise<void>,
  options: AppOptions = PUBLIC,
): () => Promise<void> {
  return () =>
    withOidcProvider((provider) => use(createApp({ accountsUrl: provider.url, ...options }), provider));
}

export async function logIn(app: App, provider: OidcProviderService): Promise<Token> {
  const { url, pending } = await begin(app);
  return completeLogin(app, pending, await provider.browse(url));
}

/** Begins a login as `logIn` does. */
export const begin = (app: App, more: Partial<LoginOptions> = {}) =>
  beginLogin(app, { redirectUri: REDIRECT_URI, scope: SCOPE, ...more });

export const refreshTokenOf = ({ refreshToken }: { readonly refreshToken?: string | undefined }) =>
  refreshToken ?? "";
