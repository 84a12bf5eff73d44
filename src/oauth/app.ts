import { type Clock, systemClock } from "../base/clock.js";
import { StagedoorError } from "../base/errors.js";
import type { Fetch, Send } from "../base/http.js";
import { checkServiceUrl, SPOTIFY_ACCOUNTS_URL } from "../base/origins.js";
import { Secret } from "../base/secret.js";
import { defaultSender } from "../transport/index.js";

/** No answer of the token endpoint is near this, in bytes. */
const MAX_TOKEN_BODY_BYTES = 64 * 1024;
/** How long the token endpoint may take, in milliseconds; shorter than any wait for a lock. */
export const TOKEN_DEADLINE_MS = 15_000;

export interface AppOptions {
  /** From the dashboard. */
  readonly clientId: string | undefined;
  /** Only for a program that can keep it: never in a browser or in something that is handed out. */
  readonly clientSecret?: string | undefined;
  /** Another accounts service, such as an emulator's. Default: Spotify's. */
  readonly accountsUrl?: string | undefined;
  /** How requests travel. Default: the runtime's own way, with deadlines and a limit on the answer. */
  readonly send?: Send | undefined;
  /** In place of the runtime's own way of sending, under the same deadlines. */
  readonly fetch?: Fetch | undefined;
  readonly clock?: Clock | undefined;
}

/** An app as registered at Spotify: confidential with a secret, public without. */
export interface App {
  readonly clientId: string;
  readonly clientSecret: Secret | undefined;
  readonly accountsUrl: string;
  /** The origin of the accounts service. */
  readonly issuer: string;
  readonly send: Send;
  readonly clock: Clock;
}

const CREDENTIAL = /^[\x20-\x7e]{1,512}$/;

/**
 * Describes an app to stagedoor.
 *
 * @throws StagedoorError `client-id-missing`, `argument-invalid`, `endpoint-url-invalid`
 * @see https://developer.spotify.com/documentation/web-api/concepts/apps
 *
 * @example
 * const app = createApp({ clientId: "0123456789abcdef0123456789abcdef" });
 */
export function createApp(options: AppOptions): App {
  const { clientId, clientSecret } = options;
  if (clientId === undefined || clientId === "") {
    throw new StagedoorError("client-id-missing", "No client id was given.", {
      hint: "Set SPOTIFY_CLIENT_ID. You get one by making an app at https://developer.spotify.com/dashboard",
    });
  }
  if (!CREDENTIAL.test(clientId)) throw badCredential("client id");
  if (clientSecret !== undefined && !CREDENTIAL.test(clientSecret)) throw badCredential("client secret");
  const accountsUrl = checkServiceUrl(options.accountsUrl ?? SPOTIFY_ACCOUNTS_URL, "SPOTIFY_ACCOUNTS_URL");
  return {
    clientId,
    clientSecret: clientSecret === undefined ? undefined : new Secret(clientSecret),
    accountsUrl,
    issuer: new URL(accountsUrl).origin,
    send:
      options.send ??
      defaultSender({
        fetch: options.fetch,
        maxBodyBytes: MAX_TOKEN_BODY_BYTES,
        timeoutMs: TOKEN_DEADLINE_MS,
      }),
    clock: options.clock ?? systemClock,
  };
}

function badCredential(what: string): StagedoorError {
  return new StagedoorError(
    "argument-invalid",
    `The ${what} has characters that none can have, or is empty.`,
    {
      hint: "Copy it again from https://developer.spotify.com/dashboard",
    },
  );
}
