import { SECOND } from "../../base/clock.js";
import { StagedoorError } from "../../base/errors.js";
import type { Grant, Token } from "../token.js";
import type { ExportedLogin, ExportTerms, ImportedLogin, ImportTerms, TokenForm } from "./form.js";
import { pythonFloat, pythonInt, writePythonJson } from "./python-json.js";
import { alreadyThere, lifeInSeconds, noteLosses } from "./single-login.js";
import {
  APP,
  CODE,
  entryFor,
  GIVEN,
  isUnnamed,
  PKCE,
  PROVIDERS,
  partsOf,
} from "./spotify-web-api-python-entry.js";
import { type Json, parseStrictJson, quoted } from "./strict-json.js";
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

const PROGRAM = "SpotifyWebApiPython";

const KNOWN = [
  "access_token",
  "expires_at",
  "expires_in",
  "refresh_token",
  "scope",
  "token_type",
  // Of the desktop player's tokens, for people.
  "title",
  "username",
];

/**
 * The files `SpotifyWebApiPython_tokens.json` and `tokens.json` of SpotifyWebApiPython: one object for many logins under keys such as
 * `SpotifyWebApiAuthCodePkce/CLIENT_ID/Shared`, sorted, four spaces for each level.
 *
 * @see https://github.com/thlucas1/SpotifyWebApiPython/blob/master/spotifywebapipython/oauthcli/authclient.py
 */
export const spotifyWebApiPythonForm: TokenForm = {
  program: PROGRAM,
  recognizes: (data: Json): boolean =>
    data instanceof Map &&
    data.size > 0 &&
    [...data].every(([key, value]) => partsOf(key) !== undefined && value instanceof Map),
  read: (data: Json, terms: ImportTerms): readonly ImportedLogin[] => {
    const { values } = tokenMembers(data, PROGRAM, `the file of ${PROGRAM}`);
    const logins = [...chosen(values, terms)].map(([entry, value]) => readEntry(entry, value, terms));
    for (const [index, login] of logins.entries()) {
      const same = logins.slice(0, index).find(({ key }) => equal(key, login.key));
      if (same === undefined) continue;
      throw new StagedoorError(
        "argument-invalid",
        `Two entries would become the same login: "${same.entry}" and "${login.entry}".`,
        { hint: `Take one of them: --entry ${login.entry}` },
      );
    }
    return logins;
  },
  write: (logins: readonly ExportedLogin[], terms: ExportTerms): string => {
    const there = terms.into === undefined ? new Map<string, Json>() : readExisting(terms.into);
    const file = new Map(there);
    for (const login of logins) {
      const entry = entryFor(login, there, terms);
      if (file.has(entry) && !terms.replace) throw alreadyThere(entry);
      if (there.has(entry)) terms.note(`Replaced: the entry ${quoted(entry)}.`);
      noteLosses(login.token, terms, PROGRAM);
      file.set(entry, written(login.token));
    }
    if (logins.some(({ token }) => token.grant === "authorization_code")) {
      terms.note(`${PROGRAM} deletes a token whose scopes are not exactly those that it asks for.`);
    }
    return writePythonJson(file, { indent: 4, sortKeys: true });
  },
};

/** The entries that are meant; every other one is named in a note. */
function chosen(values: ReadonlyMap<string, Json>, terms: ImportTerms): ReadonlyMap<string, Json> {
  const { entry, clientId, profile } = terms;
  if (entry !== undefined) {
    const value = values.get(entry);
    if (value !== undefined) return new Map([[entry, value]]);
    throw nothing(`The file has no entry ${quoted(entry)}.`, values);
  }
  const taken = new Map<string, Json>();
  for (const [key, value] of values) {
    const parts = partsOf(key);
    if (parts === undefined || !PROVIDERS.includes(parts.provider)) {
      const why = parts?.provider.includes("Cookie")
        ? "it holds cookies of the web player, not a token of the Web API"
        : `it is none of the four kinds that ${PROGRAM} itself writes for the Web API; entry (--entry) takes it all the same`;
      terms.note(`Passed over: the entry ${quoted(key)}, because ${why}.`);
    } else if (clientId !== undefined && !isUnnamed(parts.client) && parts.client !== clientId) {
      terms.note(`Passed over: the entry ${quoted(key)}, because it belongs to another app.`);
    } else if (profile !== undefined && parts.profile !== profile) {
      terms.note(`Passed over: the entry ${quoted(key)}, because it belongs to another profile.`);
    } else {
      taken.set(key, value);
    }
  }
  if (taken.size > 0) return taken;
  const app = clientId === undefined ? "" : ` of the app ${clientId}`;
  const whose = profile === undefined ? "" : ` with the profile "${profile}"`;
  throw nothing(`The file has no login${app}${whose} that can be taken.`, values);
}

function nothing(message: string, values: ReadonlyMap<string, Json>): StagedoorError {
  const keys = [...values.keys()];
  const shown = keys.slice(0, 10).map(quoted).join(", ");
  const hint =
    keys.length === 0 ? "It has no entries at all." : `It has: ${shown}${keys.length > 10 ? ", …" : ""}`;
  return new StagedoorError("argument-invalid", message, { hint });
}

function readEntry(
  entry: string,
  value: Json,
  terms: ImportTerms,
): ImportedLogin & { readonly entry: string } {
  const members = tokenMembers(value, PROGRAM, `the entry ${quoted(entry)} of ${PROGRAM}`);
  const parts = partsOf(entry);
  if (parts === undefined) throw refused(members, "its key is not PROVIDER/CLIENT_ID/PROFILE");
  noteUnknown(members, KNOWN, terms);
  checkTokenType(members);
  const accessToken = readSecret(members, "access_token");
  const refreshToken = readOptionalSecret(members, "refresh_token");
  const grant = grantOf(parts.provider, members, refreshToken, terms);
  const clientId = isUnnamed(parts.client) ? neededClientId(members, terms) : parts.client;
  if (terms.clientId !== undefined && terms.clientId !== clientId) {
    throw refused(
      members,
      "it belongs to another app",
      `If that is the app you mean: --client-id ${clientId}`,
    );
  }
  const scopes = readScopes(members);
  if (scopes === undefined && grant !== "client_credentials") {
    throw refused(members, `its member "scope" is ${members.values.has("scope") ? "null" : "missing"}`);
  }
  const life = readLife(members, terms.now);
  const profile = terms.profile ?? parts.profile;
  const read = { ...life, clientId, accessToken, refreshToken, scopes: scopes ?? [], grant };
  return { ...importedLogin(members, read, { ...terms, profile }), entry };
}

function grantOf(
  provider: string,
  members: TokenMembers,
  refreshToken: string | undefined,
  terms: ImportTerms,
): Grant {
  switch (provider) {
    case APP:
      if (refreshToken === undefined) return "client_credentials";
      throw refused(members, 'its member "refresh_token" is there, although an app\'s own token has none');
    case CODE:
    case PKCE:
      if (refreshToken !== undefined) return "authorization_code";
      throw refused(members, 'its member "refresh_token" is missing');
    default:
      if (provider === GIVEN) {
        terms.note(`${PROGRAM} got this token from another program, which goes on refreshing it.`);
      }
      if (refreshToken !== undefined) return "authorization_code";
      return (readScopes(members) ?? []).length === 0 ? "client_credentials" : "implicit";
  }
}

function readExisting(text: string): ReadonlyMap<string, Json> {
  // The program makes its file before it has anything to put there.
  if (text.trim() === "") return new Map();
  return tokenMembers(parseStrictJson(text), PROGRAM, `the file of ${PROGRAM}`).values;
}

function written(token: Token): Json {
  const members = new Map<string, Json>([
    ["access_token", token.accessToken],
    ["expires_at", pythonFloat(token.expiresAt / SECOND)],
    ["expires_in", pythonInt(lifeInSeconds(token))],
    ["token_type", "Bearer"],
  ]);
  if (token.refreshToken !== undefined) members.set("refresh_token", token.refreshToken);
  if (token.grant !== "client_credentials") members.set("scope", token.scopes);
  return members;
}

function equal(a: ImportedLogin["key"], b: ImportedLogin["key"]): boolean {
  return a.provider === b.provider && a.clientId === b.clientId && a.profile === b.profile;
}
