import { SPOTIFY_ACCOUNTS_URL } from "../base/origins.js";
import type { TokenKey } from "./store.js";

/** The profile that is meant when none is named. */
export const DEFAULT_PROFILE = "default";

/** What the keys of an accounts service are filed under: `spotify`, or an emulator's host and port. */
export function providerOf(issuer: string): string {
  return issuer === SPOTIFY_ACCOUNTS_URL ? "spotify" : new URL(issuer).host;
}

/** The key of a profile's token. */
export function tokenKey(issuer: string, clientId: string, profile: string = DEFAULT_PROFILE): TokenKey {
  return { provider: providerOf(issuer), clientId, profile };
}
