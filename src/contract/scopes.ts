/**
 * The 19 scopes of Spotify's schema.
 *
 * @see https://developer.spotify.com/documentation/web-api/concepts/scopes
 */
export const SCOPES = [
  "app-remote-control",
  "playlist-modify-private",
  "playlist-modify-public",
  "playlist-read-collaborative",
  "playlist-read-private",
  "streaming",
  "ugc-image-upload",
  "user-follow-modify",
  "user-follow-read",
  "user-library-modify",
  "user-library-read",
  "user-modify-playback-state",
  "user-read-currently-playing",
  "user-read-email",
  "user-read-playback-position",
  "user-read-playback-state",
  "user-read-private",
  "user-read-recently-played",
  "user-top-read",
] as const;

export type Scope = (typeof SCOPES)[number];

/** Which scopes an operation needs. */
export type ScopeRule =
  /** None. */
  | { readonly rule: "none" }
  /** Every one of them. */
  | { readonly rule: "all"; readonly scopes: readonly Scope[] }
  /** Every one of `scopes`, and at least one of `oneOf`. */
  | { readonly rule: "all-and-any"; readonly scopes: readonly Scope[]; readonly oneOf: readonly Scope[] }
  /** At least one of them; which one depends on the thing, such as whether a playlist is public. */
  | { readonly rule: "any"; readonly scopes: readonly Scope[] }
  /** None to call it; each of them adds fields or things to the answer. */
  | { readonly rule: "widens"; readonly scopes: readonly Scope[] }
  /** One for each type of thing that is named in a parameter holding URIs. */
  | { readonly rule: "by-type"; readonly parameter: string; readonly types: Readonly<Record<string, Scope>> };

export const noScope: ScopeRule = { rule: "none" };

/* @__NO_SIDE_EFFECTS__ */
export function allOf(...scopes: readonly Scope[]): ScopeRule {
  return { rule: "all", scopes };
}

/* @__NO_SIDE_EFFECTS__ */
export function allOfAndOneOf(scopes: readonly Scope[], oneOf: readonly Scope[]): ScopeRule {
  return { rule: "all-and-any", scopes, oneOf };
}

/* @__NO_SIDE_EFFECTS__ */
export function anyOf(...scopes: readonly Scope[]): ScopeRule {
  return { rule: "any", scopes };
}

/* @__NO_SIDE_EFFECTS__ */
export function widenedBy(...scopes: readonly Scope[]): ScopeRule {
  return { rule: "widens", scopes };
}

/* @__NO_SIDE_EFFECTS__ */
export function byType(parameter: string, types: Readonly<Record<string, Scope>>): ScopeRule {
  return { rule: "by-type", parameter, types };
}

/** Every scope that a rule names, once each. */
export function scopesOf(rule: ScopeRule): readonly Scope[] {
  if (rule.rule === "none") return [];
  if (rule.rule === "by-type") return [...new Set(Object.values(rule.types))];
  if (rule.rule === "all-and-any") return [...rule.scopes, ...rule.oneOf];
  return rule.scopes;
}

/**
 * The scopes without which this call cannot succeed.
 *
 * @param types for a rule by type: the types of the things named in the call
 * @returns what is missing; for "at least one of", all of them when none is held
 */
export function missingScopes(
  rule: ScopeRule,
  granted: readonly string[],
  types: readonly string[] = [],
): readonly Scope[] {
  const lacks = (scope: Scope) => !granted.includes(scope);
  switch (rule.rule) {
    case "none":
    case "widens":
      return [];
    case "all":
      return rule.scopes.filter(lacks);
    case "all-and-any":
      return [...rule.scopes.filter(lacks), ...(rule.oneOf.every(lacks) ? rule.oneOf : [])];
    case "any":
      return rule.scopes.every(lacks) ? rule.scopes : [];
    case "by-type": {
      const needed = types.map((type) => rule.types[type]).filter((scope) => scope !== undefined);
      return [...new Set(needed)].filter(lacks);
    }
  }
}
