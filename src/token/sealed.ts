import { StagedoorError } from "../base/errors.js";

/** No accounts service is reached this way, so a token whose issuer begins with it goes nowhere, whoever reads it. */
const SEALED = "sealed+";

/** The issuer that a token bears while its secrets are encrypted: `sealed+https://accounts.spotify.com`. */
export function sealedIssuer(issuer: string): string {
  return SEALED + issuer;
}

/** The issuer as it was before it was sealed; `undefined` for one that is not sealed. */
export function unsealedIssuer(issuer: string): string | undefined {
  return issuer.startsWith(SEALED) ? issuer.slice(SEALED.length) : undefined;
}

/** A record that no key opens; whoever logs in anew or out may replace it all the same, by its generation. */
export class UndecryptableError extends StagedoorError {
  readonly generation: number;

  constructor(message: string, generation: number, hint: string | undefined) {
    super("store-undecryptable", message, { hint });
    this.generation = generation;
  }
}
