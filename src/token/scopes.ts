import { StagedoorError } from "../base/errors.js";

/** RFC 6749 appendix A.4: the characters that a scope may have. A comma is one of them, but no scope of Spotify's has it. */
const SCOPE = /^[\x21\x23-\x2b\x2d-\x5b\x5d-\x7e]{1,100}$/;

/** One or more scopes: `"a b"`, `"a,b"` or `["a", "b"]`. */
export type ScopeInput = string | readonly string[] | undefined;

/**
 * Brings scopes into one form: a list without doubles, in alphabetical order. Names that stagedoor does not know are kept, because
 * Spotify adds scopes.
 *
 * @throws StagedoorError `argument-invalid` for a character that no scope can have
 *
 * @example
 * normalizeScopes("user-top-read,user-library-read"); // ["user-library-read", "user-top-read"]
 */
export function normalizeScopes(input: ScopeInput): readonly string[] {
  const names = (typeof input === "string" ? [input] : (input ?? [])).flatMap((text) => text.split(/[\s,]+/));
  const scopes = [...new Set(names.filter((name) => name !== ""))].sort();
  for (const scope of scopes) {
    if (!SCOPE.test(scope)) {
      throw new StagedoorError("argument-invalid", `"${scope.slice(0, 60)}" cannot be a scope.`, {
        hint: "Separate scopes by spaces or commas, such as: user-top-read playlist-read-private",
      });
    }
  }
  return scopes;
}

/** The scopes of `wanted` that `granted` lacks. */
export function lackingScopes(wanted: readonly string[], granted: readonly string[]): readonly string[] {
  return wanted.filter((scope) => !granted.includes(scope));
}
