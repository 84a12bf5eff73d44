/**
 * Ids, URIs and URLs of Spotify's things, and the way between them.
 *
 * @see https://developer.spotify.com/documentation/web-api/concepts/spotify-uris-ids
 */
export const RESOURCE_TYPES = [
  "album",
  "artist",
  "audiobook",
  "chapter",
  "episode",
  "playlist",
  "show",
  "track",
  "user",
] as const;

export type ResourceType = (typeof RESOURCE_TYPES)[number];

/** One thing at Spotify. */
export interface Resource {
  readonly type: ResourceType;
  readonly id: string;
}

/** Ids are base62, 22 characters today; some older ones were shorter, so only the alphabet and a bound are insisted on. */
const BASE62_ID = /^[0-9A-Za-z]{1,64}$/;
/** User ids are free strings; what is excluded could only be an attempt to leave the path. */
const USER_ID = /^[^\s/\\?#:%\p{Cc}]{1,128}$/u;
const HOSTS = new Set(["open.spotify.com", "play.spotify.com"]);
const LONGEST = 512;

function isType(type: string): type is ResourceType {
  return (RESOURCE_TYPES as readonly string[]).includes(type);
}

/** True when the text can be an id of this type. */
export function isId(type: ResourceType, id: string): boolean {
  if (id === "." || id === "..") return false;
  return (type === "user" ? USER_ID : BASE62_ID).test(id);
}

function resource(type: string | undefined, id: string | undefined): Resource | null {
  if (type === undefined || id === undefined || !isType(type) || !isId(type, id)) return null;
  return { type, id };
}

/** `type/id`, or the older `user/NAME/playlist/ID`; anything longer or shorter is none. */
function fromParts(parts: readonly string[]): Resource | null {
  const [first, second, third, fourth] = parts;
  if (parts.length === 2) return resource(first, second);
  if (
    parts.length === 4 &&
    first === "user" &&
    third === "playlist" &&
    second !== undefined &&
    isId("user", second)
  ) {
    return resource("playlist", fourth);
  }
  return null;
}

function decodeUserPart(parts: readonly string[]): readonly string[] | null {
  if (parts[0] !== "user" || parts[1] === undefined) return parts;
  try {
    return parts.with(1, decodeURIComponent(parts[1]));
  } catch {
    return null;
  }
}

function parseUrl(value: string): Resource | null {
  if (!URL.canParse(value)) return null;
  const url = new URL(value);
  if (url.protocol !== "https:" && url.protocol !== "http:") return null;
  if (!HOSTS.has(url.host) || url.username || url.password) return null;
  const parts = url.pathname.replace(/^\//, "").replace(/\/$/, "").split("/");
  if (/^intl-[a-z]{2}(?:-[a-z]{2})?$/i.test(parts[0] ?? "")) parts.shift();
  if (parts[0] === "embed") parts.shift();
  const decoded = decodeUserPart(parts);
  return decoded && fromParts(decoded);
}

/**
 * Reads a Spotify URI or a web address of Spotify's.
 *
 * Understands `spotify:track:ID`, `spotify:user:NAME:playlist:ID`, `https://open.spotify.com/track/ID?si=…`, also with `/intl-de/` or
 * `/embed/` before the type, and `play.spotify.com`.
 *
 * @returns what it names, or `null` when it is neither
 *
 * @example
 * parseResource("https://open.spotify.com/intl-de/track/11dFghVXANMlKmJXsNCbNl?si=x");
 * // { type: "track", id: "11dFghVXANMlKmJXsNCbNl" }
 */
export function parseResource(value: string): Resource | null {
  if (value.length > LONGEST) return null;
  if (value.startsWith("spotify:")) {
    const parts = decodeUserPart(value.slice("spotify:".length).split(":"));
    return parts && fromParts(parts);
  }
  return parseUrl(value);
}

/**
 * Reads an id, URI or URL where a thing of one type is expected.
 *
 * @returns the bare id; or `{ found }` with the type that was named instead; or `null` when it is no id at all
 */
export function parseId(type: ResourceType, value: string): string | { readonly found: ResourceType } | null {
  const named = parseResource(value);
  if (named !== null) return named.type === type ? named.id : { found: named.type };
  return isId(type, value) ? value : null;
}

/** `spotify:type:id`; a user's id is percent-encoded. */
export function toUri({ type, id }: Resource): string {
  return `spotify:${type}:${type === "user" ? encodeURIComponent(id) : id}`;
}

/** The web address of a thing. */
export function toUrl({ type, id }: Resource): string {
  return `https://open.spotify.com/${type}/${encodeURIComponent(id)}`;
}
