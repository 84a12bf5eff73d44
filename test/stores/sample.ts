import type { TokenKey } from "../../src/token/store.js";
import { Token } from "../../src/token/token.js";

export const KEY: TokenKey = { provider: "spotify", clientId: "c0ffee", profile: "default" };

/** A token that is told from others by `text`, which its two secrets hold. */
export function sampleToken(text = "1"): Token {
  return new Token({
    accessToken: `CANARY-AT-${text}`,
    refreshToken: `CANARY-RT-${text}`,
    expiresAt: 1_800_000_000_000,
    scopes: ["user-library-read", "user-top-read"],
    issuer: "https://accounts.spotify.com",
    clientId: "c0ffee",
    grant: "authorization_code",
    authorizedAt: 1_790_000_000_000,
    obtainedAt: 1_799_996_400_000,
  });
}

/** The `text` that `sampleToken` was given; fails for a token whose parts come from two. */
export function sampleText(token: Token): string {
  const text = token.accessToken.replace("CANARY-AT-", "");
  if (token.refreshToken !== `CANARY-RT-${text}`) throw new Error("The token is a mixture of two.");
  return text;
}
