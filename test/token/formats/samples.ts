import type { TokenFormat } from "../../../src/token/formats/index.js";
import { Token, type TokenFields } from "../../../src/token/index.js";

/** 2026-11-21T12:00:00Z. */
export const NOW = 1_795_262_400_000;
export const OBTAINED = NOW - 600_000;
export const CLIENT_ID = "0123456789abcdef0123456789abcdef";

export function makeToken(change: Partial<TokenFields> = {}): Token {
  return new Token({
    accessToken: "CANARY-AT-1",
    refreshToken: "CANARY-RT-1",
    expiresAt: OBTAINED + 3_600_000,
    scopes: ["user-library-read", "user-top-read"],
    issuer: "https://accounts.spotify.com",
    clientId: CLIENT_ID,
    grant: "authorization_code",
    authorizedAt: OBTAINED,
    obtainedAt: OBTAINED,
    ...change,
  });
}

/** One file of each form, with a login of a person, as its own program writes it. */
export const SAMPLES: Readonly<Record<TokenFormat, string>> = {
  spotipy:
    '{"access_token": "CANARY-AT-1", "token_type": "Bearer", "expires_in": 3600, "refresh_token": "CANARY-RT-1", "scope": "user-library-read user-top-read", "expires_at": 1795265400}',
  "spotify-web-api-python": `{
    "SpotifyWebApiAuthCodePkce/${CLIENT_ID}/Shared": {
        "access_token": "CANARY-AT-1",
        "expires_at": 1795265400.125,
        "expires_in": 3600,
        "refresh_token": "CANARY-RT-1",
        "scope": [
            "user-library-read",
            "user-top-read"
        ],
        "token_type": "Bearer"
    }
}`,
  "async-spotify":
    '{"activation_time": 1795261800, "refresh_token": "CANARY-RT-1", "access_token": "CANARY-AT-1"}',
  spotipie: `{
  "access_token": "CANARY-AT-1",
  "expires_in": 3600,
  "scope": [
    "user-library-read",
    "user-top-read"
  ],
  "state": null,
  "token_type": "Bearer",
  "expires_at": 1795265400.125,
  "refresh_token": "CANARY-RT-1"
}`,
  stagedoor: `{"version":1,"issuer":"https://accounts.spotify.com","clientId":"${CLIENT_ID}","grant":"authorization_code","accessToken":"CANARY-AT-1","refreshToken":"CANARY-RT-1","scopes":["user-library-read","user-top-read"],"expiresAt":1795265400000,"authorizedAt":1795261800000,"obtainedAt":1795261800000,"status":{"state":"active"}}`,
};

/** The JSON of a sample with some members changed; `undefined` takes one out. */
export function changed(format: TokenFormat, change: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ ...JSON.parse(SAMPLES[format]), ...change });
}

/** As `changed`, in the one entry of SpotifyWebApiPython's file. */
export function changedEntry(change: Readonly<Record<string, unknown>>, key?: string): string {
  const [[name = "", entry] = []] = Object.entries(JSON.parse(SAMPLES["spotify-web-api-python"]));
  return JSON.stringify({ [key ?? name]: { ...(entry as object), ...change } });
}
