/** What an answer says about keeping it. */
export interface CacheControl {
  /** It must not be kept. */
  readonly noStore: boolean;
  /** It must not be used without asking again. */
  readonly noCache: boolean;
  /** For how many seconds it is fresh; `undefined` where nothing is said. */
  readonly maxAge: number | undefined;
}

/** No server writes this much, in characters. */
const LONGEST = 4096;
const QUOTED = /"((?:[^"\\]|\\.)*)"/gs;
// A semicolon stands where some servers mean a comma.
const DIRECTIVES = /(?:[^",;]|"(?:[^"\\]|\\.)*")+/gs;
// Whatever follows the first word, the word counts.
const DIRECTIVE = /^\s*([a-z-]+)(?:\s*=\s*(\S*)\s*$)?/i;

/**
 * Reads `Cache-Control`. Of directives that contradict each other or come twice the strictest counts, and what cannot be read must not be
 * kept.
 *
 * @see RFC 9111 section 5.2.2, and 4.2.1 for what contradicts itself
 */
export function readCacheControl(value: string | null): CacheControl {
  if (value === null) return { noStore: false, noCache: false, maxAge: undefined };
  const isReadable = value.length <= LONGEST && !value.replace(QUOTED, "").includes('"');
  let noStore = !isReadable;
  let noCache = !isReadable;
  let maxAge: number | undefined;
  for (const [text] of isReadable ? value.matchAll(DIRECTIVES) : []) {
    const [, written = "", argument = ""] = DIRECTIVE.exec(text) ?? [];
    const name = written.toLowerCase();
    // With names of headers, no-cache and private mean those only: this cache keeps whole answers, and is one account's.
    if (name === "no-store") noStore = true;
    else if (name === "no-cache") noCache = true;
    else if (name === "max-age") maxAge = Math.min(maxAge ?? Number.POSITIVE_INFINITY, readSeconds(argument));
  }
  return { noStore, noCache, maxAge };
}

/** A time that is none is over. */
function readSeconds(argument: string): number {
  const digits = argument.replace(QUOTED, "$1");
  return /^\d+$/.test(digits) ? Number(digits) : 0;
}
