/** A file on somebody's own machine, as a playlist names it. */
export interface LocalFile {
  readonly artist: string;
  readonly album: string;
  readonly title: string;
  /** Length in seconds. */
  readonly seconds: number;
}

const LONGEST = 2048;

/**
 * Reads the URI of a local file, `spotify:local:ARTIST:ALBUM:TITLE:SECONDS`, whose parts are written as in a web form and may be empty.
 *
 * Local files have no id: they can be seen in playlists, and moved there, but not be looked up or added by the Web API.
 *
 * @returns what it says of the file, or `null` when it is no such URI
 * @see https://developer.spotify.com/documentation/web-api/concepts/playlists
 *
 * @example
 * parseLocalFile("spotify:local:The+Neighbours::Untitled+%232:187");
 * // { artist: "The Neighbours", album: "", title: "Untitled #2", seconds: 187 }
 */
export function parseLocalFile(uri: string): LocalFile | null {
  if (uri.length > LONGEST || /[\s\p{Cc}]/u.test(uri)) return null;
  const [scheme, local, ...parts] = uri.split(":");
  const [artist, album, title, seconds = ""] = parts.map(decodePart);
  if (scheme !== "spotify" || local !== "local" || parts.length !== 4 || !/^\d{1,6}$/.test(seconds))
    return null;
  if (artist === undefined || album === undefined || title === undefined) return null;
  return { artist, album, title, seconds: Number(seconds) };
}

function decodePart(part: string): string | undefined {
  try {
    return decodeURIComponent(part.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}
