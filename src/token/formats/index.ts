import { StagedoorError } from "../../base/errors.js";
import { SPOTIFY_ACCOUNTS_URL } from "../../base/origins.js";
import { asyncSpotifyForm } from "./async-spotify.js";
import type {
  ExportedLogin,
  ExportOptions,
  ImportedLogin,
  ImportOptions,
  TokenForm,
  TokenFormat,
} from "./form.js";
import { spotifyWebApiPythonForm } from "./spotify-web-api-python.js";
import { spotipieForm } from "./spotipie.js";
import { spotipyForm } from "./spotipy.js";
import { stagedoorForm } from "./stagedoor.js";
import { hasByteOrderMark, type Json, parseStrictJson } from "./strict-json.js";

export type { ExportedLogin, ExportOptions, ImportedLogin, ImportOptions, TokenFormat } from "./form.js";

const FORMS: Readonly<Record<TokenFormat, TokenForm>> = {
  stagedoor: stagedoorForm,
  "async-spotify": asyncSpotifyForm,
  "spotify-web-api-python": spotifyWebApiPythonForm,
  spotipie: spotipieForm,
  spotipy: spotipyForm,
};

/** The names of the forms, in alphabetical order. */
export const TOKEN_FORMATS: readonly TokenFormat[] = [
  "async-spotify",
  "spotify-web-api-python",
  "spotipie",
  "spotipy",
  "stagedoor",
];

/** What a token file held. */
export interface ImportedTokens {
  readonly format: TokenFormat;
  readonly logins: readonly ImportedLogin[];
  /** What was assumed or passed over, as sentences. */
  readonly notes: readonly string[];
}

/** A token file, ready to be written. */
export interface ExportedTokens {
  /** Secrets included. */
  readonly text: string;
  /** What the form cannot hold, as sentences. */
  readonly notes: readonly string[];
}

/**
 * Reads the logins in a token file of another program, or in one that `exportTokens` wrote.
 *
 * Whatever is missing, of the wrong type or contradicts itself is an error; whatever is assumed is said in `notes`. No form but our own
 * says when the person consented: without `authorizedAt` no time of life is promised for the login.
 *
 * @param text the whole content of the file
 * @throws StagedoorError `token-invalid`, which names the member and never its value; `client-id-missing` where the form has none and
 * none is given; `issuer-mismatch`, `argument-invalid`
 * @see docs/import-export.md
 *
 * @example
 * const cache = '{"access_token": "BQ…", "token_type": "Bearer", …}';
 * const { logins, notes } = importTokens(cache, { format: "spotipy", clientId, now: Date.now() });
 * for (const { key, token } of logins) console.log(key.profile, token.scopes, notes);
 */
export function importTokens(text: string, options: ImportOptions): ImportedTokens {
  const data = parseStrictJson(text);
  const format = options.format ?? formatOf(data);
  if (format === undefined) throw unknownForm();
  const notes = new Set<string>();
  if (hasByteOrderMark(text)) notes.add("Passed over: a byte order mark at the beginning of the file.");
  const logins = FORMS[format].read(data, {
    ...options,
    issuer: options.issuer ?? SPOTIFY_ACCOUNTS_URL,
    note: (sentence) => notes.add(sentence),
  });
  return { format, logins, notes: [...notes] };
}

/**
 * Writes logins as a token file of another program, in the very form in which it writes them itself.
 *
 * @throws StagedoorError `argument-invalid` when the form cannot hold these logins, `into` has one of them already and `replace` is not
 * set, or `into` has several entries for one of them and `entry` names none; `token-invalid` when `into` cannot be read
 * @see docs/import-export.md
 *
 * @example
 * const { text, notes } = exportTokens([{ profile: "default", token }], { format: "spotipy" });
 */
export function exportTokens(logins: readonly ExportedLogin[], options: ExportOptions): ExportedTokens {
  const notes = new Set<string>();
  if (options.entry !== undefined && options.format !== "spotify-web-api-python") {
    throw new StagedoorError(
      "argument-invalid",
      `A token file of ${FORMS[options.format].program} has no entries.`,
      { hint: "Leave the entry out, or choose --format spotify-web-api-python" },
    );
  }
  const text = FORMS[options.format].write(logins, { ...options, note: (sentence) => notes.add(sentence) });
  return { text, notes: [...notes] };
}

/**
 * Tells which program wrote a token file.
 *
 * @returns `undefined` for JSON that is none of them
 * @throws StagedoorError `token-invalid` for what is not JSON
 *
 * @example
 * detectFormat('{"activation_time": 1790000000, "refresh_token": "AQ…", "access_token": "BQ…"}'); // "async-spotify"
 */
export function detectFormat(text: string): TokenFormat | undefined {
  return formatOf(parseStrictJson(text));
}

function formatOf(data: Json): TokenFormat | undefined {
  return TOKEN_FORMATS.find((format) => FORMS[format].recognizes(data));
}

function unknownForm(): StagedoorError {
  return new StagedoorError("token-invalid", "The token file is of no program that is known here.", {
    hint: `If you know which one wrote it, say so with --format: ${TOKEN_FORMATS.join(", ")}`,
  });
}
