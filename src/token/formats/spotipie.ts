import { SECOND } from "../../base/clock.js";
import type { Grant } from "../token.js";
import type { ExportedLogin, ExportTerms, ImportedLogin, ImportTerms, TokenForm } from "./form.js";
import { pythonFloat, pythonInt, writePythonJson } from "./python-json.js";
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
  tokenMembers,
} from "./token-members.js";

const PROGRAM = "spotipie";
const KNOWN = ["access_token", "expires_in", "scope", "state", "token_type", "expires_at", "refresh_token"];

/**
 * What `OAuth2Token.to_json` of spotipie writes: every member always there, two spaces for each level, scopes as a list, `expires_at`
 * with fractions.
 *
 * @see https://github.com/janluke/spotipie/blob/master/src/spotipie/auth/_token.py
 */
export const spotipieForm: TokenForm = {
  program: PROGRAM,
  recognizes: (data: Json): boolean =>
    data instanceof Map && data.has("access_token") && Array.isArray(data.get("scope")),
  read: (data: Json, terms: ImportTerms): readonly ImportedLogin[] => {
    const members = tokenMembers(data, PROGRAM);
    noteUnknown(members, KNOWN, terms);
    checkTokenType(members);
    const state = members.values.get("state") ?? null;
    if (state !== null && typeof state !== "string") throw refused(members, 'its member "state" is not text');
    const accessToken = readSecret(members, "access_token");
    const refreshToken = readOptionalSecret(members, "refresh_token");
    // Its own reader takes a missing one for an error and `null` for none.
    if (!members.values.has("scope")) throw refused(members, 'its member "scope" is missing');
    if (typeof members.values.get("scope") === "string") {
      throw refused(
        members,
        'its member "scope" is text, not a list',
        "It looks like a file of spotipy: --format spotipy",
      );
    }
    const scopes = readScopes(members) ?? [];
    const life = readLife(members, terms.now);
    const clientId = neededClientId(members, terms);
    const person: Grant = refreshToken === undefined ? "implicit" : "authorization_code";
    const grant =
      person === "implicit" && scopes.length === 0 && state === null ? "client_credentials" : person;
    if (grant === "implicit")
      terms.note("The token of spotipie has no refresh token: it works until it runs out.");
    return [importedLogin(members, { ...life, clientId, accessToken, refreshToken, scopes, grant }, terms)];
  },
  write: (logins: readonly ExportedLogin[], terms: ExportTerms): string => {
    const token = singleLogin(logins, terms, PROGRAM);
    noteLosses(token, terms, PROGRAM, ["the client id"]);
    const members = new Map<string, Json>([
      ["access_token", token.accessToken],
      ["expires_in", pythonInt(lifeInSeconds(token))],
      ["scope", [...token.scopes].sort()],
      ["state", null],
      ["token_type", "Bearer"],
      ["expires_at", pythonFloat(token.expiresAt / SECOND)],
      ["refresh_token", token.refreshToken ?? null],
    ]);
    return writePythonJson(members, { indent: 2 });
  },
};
