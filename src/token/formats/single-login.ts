import { SECOND } from "../../base/clock.js";
import { StagedoorError } from "../../base/errors.js";
import { SPOTIFY_ACCOUNTS_URL } from "../../base/origins.js";
import type { Token } from "../token.js";
import type { ExportedLogin, ExportTerms } from "./form.js";

/** The one login that a form without entries can hold. */
export function singleLogin(logins: readonly ExportedLogin[], terms: ExportTerms, program: string): Token {
  const [login] = logins;
  if (login === undefined || logins.length > 1) {
    throw new StagedoorError("argument-invalid", `A token file of ${program} holds exactly one login.`, {
      hint: "Write each login to a file of its own.",
    });
  }
  if (terms.into !== undefined && !terms.replace) throw alreadyThere();
  return login.token;
}

/** The error for a file that holds something which was not to be replaced. */
export function alreadyThere(entry?: string): StagedoorError {
  const what = entry === undefined ? "a token already" : `the entry "${entry}" already`;
  return new StagedoorError("argument-invalid", `The file holds ${what}.`, {
    hint: "Replace it with --force, or name another file.",
  });
}

/** The seconds for which the access token was good when it was obtained: whole, and never 0. */
export function lifeInSeconds({ expiresAt, obtainedAt }: Token): number {
  return Math.max(1, Math.round((expiresAt - obtainedAt) / SECOND));
}

/** Names what is lost in every form but our own. */
export function noteLosses(
  token: Token,
  terms: ExportTerms,
  program: string,
  lost: readonly string[] = [],
): void {
  const { status, issuer } = token;
  const names = [...lost, ...(token.refreshToken === undefined ? [] : ["the day of the consent"])];
  if (names.length > 0)
    terms.note(`Not kept, because files of ${program} have no place for it: ${names.join(", ")}.`);
  if (status.state !== "active") {
    terms.note(
      status.state === "uncertain"
        ? "The answer to the last refresh was lost, and this login may have ended; the file does not say so."
        : "This login has ended; the file does not say so.",
    );
  }
  if (issuer !== SPOTIFY_ACCOUNTS_URL) {
    terms.note(
      `This token is of ${issuer}; the file does not say so, and ${program} takes it for Spotify's.`,
    );
  }
}
