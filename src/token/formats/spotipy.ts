import { SECOND } from "../../base/clock.js";
import type { Grant } from "../token.js";
import type { ExportedLogin, ExportTerms, ImportedLogin, ImportTerms, TokenForm } from "./form.js";
import { pythonInt, writePythonJson } from "./python-json.js";
import { lifeInSeconds, noteLosses, singleLogin } from "./single-login.js";
import type { Json } from "./strict-json.js";
import {
  checkTokenType,
  importedLogin,
  neededClientId,
  noteUnknown,
  readLife,
  readOptionalSecret,
  readScopes,
  readSecret,
  refused,
  type TokenMembers,
  tokenMembers,
} from "./token-members.js";

const PROGRAM = "spotipy";

/** `state` is of the implicit grant, which older versions had. */
const KNOWN = ["access_token", "token_type", "expires_in", "refresh_token", "scope", "expires_at", "state"];

/**
 * The files `.cache` and `.cache-USERNAME` of spotipy: one JSON object on one line, scopes as one text, times in whole seconds.
 *
 * @see https://github.com/spotipy-dev/spotipy/blob/master/spotipy/cache_handler.py
 */
export const spotipyForm: TokenForm = {
  program: PROGRAM,
  recognizes: (data: Json): boolean => {
    if (!(data instanceof Map) || !data.has("access_token") || !data.has("expires_at")) return false;
    return !Array.isArray(data.get("scope"));
  },
  read: (data: Json, terms: ImportTerms): readonly ImportedLogin[] => {
    const members = tokenMembers(data, PROGRAM);
    noteUnknown(members, KNOWN, terms);
    checkTokenType(members);
    const accessToken = readSecret(members, "access_token");
    const refreshToken = readOptionalSecret(members, "refresh_token");
    const scopes = scopesOf(members, refreshToken);
    const life = readLife(members, terms.now);
    // What is refreshed at its first use says then what was granted; and only an app with a secret is concerned.
    if (
      scopes.length > 0 &&
      refreshToken !== undefined &&
      terms.confidential !== false &&
      life.expiresAt > terms.now
    )
      terms.note(
        "spotipy with a client secret writes down the scopes that it asked for, which may be more than were granted: the first refresh brings the right ones.",
      );
    const clientId = neededClientId(members, terms);
    const grant = grantOf(members, refreshToken, scopes, terms);
    return [importedLogin(members, { ...life, clientId, accessToken, refreshToken, scopes, grant }, terms)];
  },
  write: (logins: readonly ExportedLogin[], terms: ExportTerms): string => {
    const token = singleLogin(logins, terms, PROGRAM);
    noteLosses(token, terms, PROGRAM, ["the client id"]);
    const members = new Map<string, Json>([
      ["access_token", token.accessToken],
      ["token_type", "Bearer"],
      ["expires_in", pythonInt(lifeInSeconds(token))],
    ]);
    if (token.refreshToken !== undefined) members.set("refresh_token", token.refreshToken);
    if (token.grant !== "client_credentials") members.set("scope", token.scopes.join(" "));
    // Rounded down, so that spotipy never takes an expired token for a good one.
    members.set("expires_at", pythonInt(Math.floor(token.expiresAt / SECOND)));
    return writePythonJson(members);
  },
};

function scopesOf(members: TokenMembers, refreshToken: string | undefined): readonly string[] {
  const written = readScopes(members);
  if (written !== undefined) return written;
  // `null` is what spotipy writes when it asked for none.
  if (members.values.has("scope") || refreshToken === undefined) return [];
  throw refused(members, 'its member "scope" is missing', "spotipy itself asks for a new login then.");
}

/** The file does not say how the token came about; what is missing in it does. */
function grantOf(
  { values }: TokenMembers,
  refreshToken: string | undefined,
  scopes: readonly string[],
  terms: ImportTerms,
): Grant {
  if (refreshToken !== undefined) return "authorization_code";
  if (scopes.length === 0 && !values.has("state")) return "client_credentials";
  terms.note("The token of spotipy has no refresh token: it works until it runs out.");
  return "implicit";
}
