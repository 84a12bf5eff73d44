const ASCII = /^[ -~]*$/;

/** Text as a search sees it: lower case, without accents, anything between two words one space. */
export function fold(text: string): string {
  return foldPart(text).trim();
}

/** The same for a part of a text: it keeps the space at its ends. */
export function foldPart(text: string): string {
  const lower = text.toLowerCase();
  if (ASCII.test(lower)) return lower.replace(/[^a-z0-9]+/g, " ");
  return lower
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ");
}
