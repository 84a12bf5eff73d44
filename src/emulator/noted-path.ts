import type { Apps } from "./apps.js";

/** What stands in the place of a piece that is not shown. */
export const HIDDEN = "…";
/** All tokens, codes and tickets are longer, Spotify's own too, and so are PKCE verifiers (RFC 7636 section 4.1); ids have 22 letters. */
const LONGEST_SHOWN = 40;
/** Words and ids alone: most paths, found out at once. */
const HARMLESS = /^(?:\/[a-z\d-]{0,22})*$/i;

/**
 * The path as the ledger keeps it: a piece that is a secret, or could be one, becomes `…`. Who puts a token where an id belongs would
 * otherwise have it kept and shown.
 */
export function notedPath(path: string, apps: Pick<Apps, "list">): string {
  if (HARMLESS.test(path)) return path;
  const secrets = apps.list().map(({ clientSecret }) => clientSecret);
  return path
    .split("/")
    .map((piece) => (isSecret(decoded(piece), secrets) ? HIDDEN : piece))
    .join("/");
}

/** What a caller says of itself, as the ledger keeps it. */
export function notedCaller(value: string, apps: Pick<Apps, "list">): string {
  return /^[\w.:-]+$/.test(value) ? notedPath(value, apps) : HIDDEN;
}

function isSecret(piece: string, secrets: readonly string[]): boolean {
  return piece.length > LONGEST_SHOWN || piece.includes("emu_") || secrets.includes(piece);
}

function decoded(piece: string): string {
  try {
    return decodeURIComponent(piece);
  } catch {
    return piece;
  }
}
