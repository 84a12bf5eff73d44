import { HOUR, SECOND } from "../../base/clock.js";
import { normalizeScopes } from "../scopes.js";
import type { ExportedLogin, ExportTerms, ImportedLogin, ImportTerms, TokenForm } from "./form.js";
import { pythonInt, writePythonJson } from "./python-json.js";
import { noteLosses, singleLogin } from "./single-login.js";
import type { Json } from "./strict-json.js";
import {
  checkObtained,
  importedLogin,
  neededClientId,
  noteUnknown,
  readOptionalSecret,
  readSecret,
  readTime,
  refused,
  tokenMembers,
} from "./token-members.js";

const PROGRAM = "AsyncSpotify";
const KNOWN = ["activation_time", "refresh_token", "access_token"];

/** How long a token of Spotify's lives; AsyncSpotify does not write down what Spotify said. */
const LIFE_MS = HOUR;

/**
 * The three fields of AsyncSpotify's `SpotifyAuthorisationToken` as JSON. AsyncSpotify has no file of its own; this is
 * `json.dumps(vars(token))`, and `SpotifyAuthorisationToken(**json.load(file))` takes it back.
 *
 * @see https://github.com/NiclasHaderer/AsyncSpotify/blob/master/src/async_spotify/authentification/spotify_authorization_token.py
 */
export const asyncSpotifyForm: TokenForm = {
  program: PROGRAM,
  recognizes: (data: Json): boolean =>
    data instanceof Map && data.has("activation_time") && data.has("access_token"),
  read: (data: Json, terms: ImportTerms): readonly ImportedLogin[] => {
    const members = tokenMembers(data, PROGRAM);
    noteUnknown(members, KNOWN, terms);
    const accessToken = readSecret(members, "access_token");
    const refreshToken = readOptionalSecret(members, "refresh_token");
    const obtainedAt = readTime(members, "activation_time", terms.now);
    checkObtained(members, obtainedAt, terms.now, 'its member "activation_time" cannot be right');
    if (terms.scopes === undefined && refreshToken !== undefined) {
      throw refused(
        members,
        "it does not say what was granted",
        'Name the scopes of the flow: --scope "user-top-read …", or --scope "" for none',
      );
    }
    const scopes = normalizeScopes(terms.scopes);
    const clientId = neededClientId(members, terms);
    const grant = refreshToken === undefined ? "client_credentials" : "authorization_code";
    terms.note(
      "AsyncSpotify does not write down when a token runs out: an hour is taken, as long as all of Spotify's live.",
    );
    const life = { obtainedAt, expiresAt: obtainedAt + LIFE_MS };
    return [importedLogin(members, { ...life, clientId, accessToken, refreshToken, scopes, grant }, terms)];
  },
  write: (logins: readonly ExportedLogin[], terms: ExportTerms): string => {
    const token = singleLogin(logins, terms, PROGRAM);
    noteLosses(token, terms, PROGRAM, ["the client id", "the scopes"]);
    // AsyncSpotify counts an hour from here, whatever Spotify said: a shorter life is counted back from its end.
    const activation = Math.floor(Math.min(token.obtainedAt, token.expiresAt - LIFE_MS) / SECOND);
    const members = new Map<string, Json>([
      ["activation_time", pythonInt(activation)],
      ["refresh_token", token.refreshToken ?? null],
      ["access_token", token.accessToken],
    ]);
    return writePythonJson(members);
  },
};
