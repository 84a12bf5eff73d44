// Control characters, invisible formatting (bidirectional overrides, zero-width), line and paragraph separators, lone surrogates: what
// a remote text could use to forge a log line or to drive a terminal.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * Makes text that came from outside fit for one line of a terminal or log.
 *
 * @param text what a server, a file or a person sent
 * @param maxLength characters kept; the rest is cut and marked with `…`
 */
export function sanitizeText(text: string, maxLength = 200): string {
  // Cut before the pattern runs, so that a megabyte costs what a line costs.
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
  return cut.replace(UNPRINTABLE, " ");
}

/**
 * Makes a server's words fit for an error: without our secrets, should it echo one, and for one line.
 *
 * The secrets go first: a cut could leave a piece of one that nobody would recognize any more.
 *
 * @param secrets looked for in plain and percent-encoded form
 */
export function cleanRemoteText(text: string, secrets: readonly (string | undefined)[]): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret === undefined || secret.length < 4) continue;
    clean = clean.replaceAll(secret, "[redacted]").replaceAll(encodeURIComponent(secret), "[redacted]");
  }
  return sanitizeText(clean);
}

/** Quotes the nearest of `candidates` to a mistyped word, if one is near enough. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** How many letters must be put in, taken out or changed (Levenshtein), by one row of the matrix at a time. */
export function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, substitution));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}

/** A word as a shell takes it: quoted where it has to be. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
