import { StagedoorError } from "../base/errors.js";
import type { TokenKey } from "../token/store.js";

/**
 * Refuses a key that no store can tell from "nothing".
 *
 * @throws StagedoorError `argument-invalid`
 */
export function checkKey(key: TokenKey): void {
  for (const part of ["provider", "clientId", "profile"] as const) {
    if (typeof key[part] !== "string" || key[part] === "") {
      throw new StagedoorError("argument-invalid", `The ${part} of a stored token must have a name.`, {
        hint: `Give a ${part} of at least one character.`,
      });
    }
  }
}

/** One text for one key: two keys never share one, whatever characters their parts hold. */
export function keyText(key: TokenKey): string {
  return JSON.stringify([key.provider, key.clientId, key.profile]);
}

/** True when both name the same entry. */
export function equalKeys(a: TokenKey, b: TokenKey): boolean {
  return keyText(a) === keyText(b);
}
