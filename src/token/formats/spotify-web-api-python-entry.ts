import { StagedoorError } from "../../base/errors.js";
import { DEFAULT_PROFILE } from "../key.js";
import type { Grant } from "../token.js";
import type { ExportedLogin, ExportTerms } from "./form.js";
import { type Json, quoted } from "./strict-json.js";

const PROGRAM = "SpotifyWebApiPython";

/** What stands in a key for a part that was not named. */
const SHARED = "Shared";

export const CODE = "SpotifyWebApiAuthCode";
export const PKCE = "SpotifyWebApiAuthCodePkce";
export const APP = "SpotifyWebApiClientCredentials";
/** A token that another program gave it, and refreshes. */
export const GIVEN = "SpotifyWebApiOAuth2Token";
export const PROVIDERS: readonly string[] = [CODE, PKCE, APP, GIVEN];

/** Where the program may look for a login, by the grant of the login. */
const PROVIDERS_OF: Readonly<Record<Grant, readonly string[]>> = {
  authorization_code: [CODE, PKCE, GIVEN],
  client_credentials: [APP],
  implicit: [GIVEN],
};

/** The key of an entry, taken apart. */
export interface EntryParts {
  readonly provider: string;
  readonly client: string;
  /** With our name for the one that has none. */
  readonly profile: string;
}

/** @returns `undefined` for a key that is not PROVIDER/CLIENT_ID/PROFILE */
export function partsOf(key: string): EntryParts | undefined {
  const [, provider, client, profile] = /^([^/]+)\/([^/]+)\/(.+)$/s.exec(key) ?? [];
  if (provider === undefined || client === undefined || profile === undefined) return undefined;
  return { provider, client, profile: profile === SHARED ? DEFAULT_PROFILE : profile };
}

/** `None` is what Python makes of a client id that is not there. */
export function isUnnamed(client: string): boolean {
  return client === SHARED || client === "None";
}

/**
 * The entry that a login is written as: the one that is named, else the only one that the file has for this app and profile, else the one
 * that the program itself would make.
 *
 * @throws StagedoorError `argument-invalid` when the file has several, or the one that is named is none for this login
 */
export function entryFor(login: ExportedLogin, there: ReadonlyMap<string, Json>, terms: ExportTerms): string {
  const { profile, token } = login;
  if (terms.entry !== undefined) return namedEntry(terms.entry, login, there);
  const fitting = [...there.keys()].filter((key) => {
    const parts = partsOf(key);
    return parts?.client === token.clientId && parts.profile === profile && fits(parts, token.grant);
  });
  const [first] = fitting;
  if (first === undefined) return newEntry(login, terms.confidential ?? false);
  if (fitting.length === 1) return first;
  throw new StagedoorError(
    "argument-invalid",
    `The file has several entries for this login: ${fitting.map(quoted).join(", ")}.`,
    { hint: `Say which one the program uses, such as: --entry ${first}` },
  );
}

function fits({ provider }: EntryParts, grant: Grant): boolean {
  return PROVIDERS_OF[grant].includes(provider);
}

function namedEntry(entry: string, { token }: ExportedLogin, there: ReadonlyMap<string, Json>): string {
  const refused = (why: string, hint: string) =>
    new StagedoorError("argument-invalid", `The login cannot be the entry ${quoted(entry)}: ${why}.`, {
      hint,
    });
  const parts = partsOf(entry);
  if (parts === undefined) {
    throw refused(
      "that is not PROVIDER/CLIENT_ID/PROFILE",
      `Such as: --entry ${PKCE}/${token.clientId}/${SHARED}`,
    );
  }
  if (parts.client !== token.clientId && !(isUnnamed(parts.client) && there.has(entry))) {
    throw refused("that is of another app", `Name one of the app ${token.clientId}.`);
  }
  if (fits(parts, token.grant)) return entry;
  // Programs can have providers of their own, whose tokens look the same.
  const value = there.get(entry);
  if (!PROVIDERS.includes(parts.provider) && value instanceof Map && value.has("access_token")) return entry;
  throw refused(
    `its provider keeps no login of this kind`,
    `Name one of: ${PROVIDERS_OF[token.grant].join(", ")}`,
  );
}

function newEntry({ profile, token }: ExportedLogin, confidential: boolean): string {
  const { clientId, grant } = token;
  if (profile === SHARED || clientId.includes("/") || isUnnamed(clientId)) {
    throw new StagedoorError(
      "argument-invalid",
      `${PROGRAM} cannot keep this profile or app apart from others.`,
      {
        hint: `No profile may be called ${SHARED} there, and no client id may hold a slash.`,
      },
    );
  }
  const providers = {
    authorization_code: confidential ? CODE : PKCE,
    client_credentials: APP,
    implicit: GIVEN,
  };
  return `${providers[grant]}/${clientId}/${profile === DEFAULT_PROFILE ? SHARED : profile}`;
}
