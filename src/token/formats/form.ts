import type { ScopeInput } from "../scopes.js";
import type { TokenKey } from "../store.js";
import type { Token } from "../token.js";
import type { Json } from "./strict-json.js";

/** The token files that can be read and written. */
export type TokenFormat = "spotipy" | "spotify-web-api-python" | "async-spotify" | "spotipie" | "stagedoor";

/** What the person knows and the file may not say. */
export interface ImportOptions {
  /** Default: what the text looks like. */
  readonly format?: TokenFormat | undefined;
  /** The app. Needed where the form has none; where it has one, others are passed over. */
  readonly clientId?: string | undefined;
  /** The origin of the accounts service. Default: Spotify's. */
  readonly issuer?: string | undefined;
  /**
   * What to file the login under. Default: `default`. From a file of SpotifyWebApiPython only the entries of this profile are taken,
   * unless `entry` names one.
   */
  readonly profile?: string | undefined;
  /** One entry of a file of SpotifyWebApiPython, such as `SpotifyWebApiAuthCodePkce/CLIENT_ID/Shared`. */
  readonly entry?: string | undefined;
  /** What was granted, where the form does not say. */
  readonly scopes?: ScopeInput;
  /** When the person consented, in milliseconds since the Unix epoch. Unknown: no time is promised. */
  readonly authorizedAt?: number | undefined;
  /** Whether the app is known to have a secret, or to have none. Default: it may have one. */
  readonly confidential?: boolean | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/** One login that was found. */
export interface ImportedLogin {
  readonly key: TokenKey;
  readonly token: Token;
  /** The entry of the file that it was, where the form has entries. */
  readonly entry?: string;
}

/** A login to write. */
export interface ExportedLogin {
  readonly profile: string;
  readonly token: Token;
}

export interface ExportOptions {
  readonly format: TokenFormat;
  /** The text that the file has now. Only SpotifyWebApiPython keeps several logins in one file: the others in it stay. */
  readonly into?: string | undefined;
  /**
   * The entry of a file of SpotifyWebApiPython to write, such as `SpotifyWebApiAuthCode/CLIENT_ID/Shared`. Default: the only one that
   * `into` has for the app and the profile, or a new one.
   */
  readonly entry?: string | undefined;
  /** Whether an entry that `into` has already may be replaced. Default: false. */
  readonly replace?: boolean | undefined;
  /** Whether the app has a secret: SpotifyWebApiPython files new logins of such an app under another name. Default: false. */
  readonly confidential?: boolean | undefined;
}

/** What a form gets to work with while it reads. */
export interface ImportTerms extends Omit<ImportOptions, "format"> {
  readonly issuer: string;
  /** Takes a sentence about something that was assumed or passed over. */
  note(sentence: string): void;
}

/** What a form gets to work with while it writes. */
export interface ExportTerms extends Omit<ExportOptions, "format"> {
  /** Takes a sentence about something that the form cannot hold. */
  note(sentence: string): void;
}

/** One program's way to write tokens down. */
export interface TokenForm {
  /** What people call the program. */
  readonly program: string;
  /** True when the text can be nothing else. */
  recognizes(data: Json): boolean;
  read(data: Json, terms: ImportTerms): readonly ImportedLogin[];
  write(logins: readonly ExportedLogin[], terms: ExportTerms): string;
}
