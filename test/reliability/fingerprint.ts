import { createHash } from "node:crypto";

/** Stands for a token where tokens are compared: nobody gets from it to the token. */
export function fingerprint(secret: string): string {
  return createHash("sha256").update(secret).digest("hex").slice(0, 16);
}
