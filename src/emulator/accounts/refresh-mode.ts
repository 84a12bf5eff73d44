/** What happens to a refresh token when it is used. */
export type RefreshMode =
  /** It stays, and the answer does not name it: what Spotify was seen to do since mid-2026. */
  | "keep"
  /** It stays, and the answer repeats it. */
  | "keep-repeat"
  /** A new one comes; the old one is dead at once: Spotify's way with public clients until mid-2026. */
  | "rotate-strict"
  /** A new one comes; the old one works for a while longer, 30 seconds unless said otherwise. */
  | "rotate-grace"
  | { readonly mode: "rotate-grace"; readonly seconds: number }
  /** A new one comes; to use an old one ends all of its family. */
  | "rotate-family-revoke";

const MODES = ["keep", "keep-repeat", "rotate-strict", "rotate-grace", "rotate-family-revoke"] as const;
const GRACE_SECONDS = 30;

/** A mode in one form: its name, and for how long a rotated token lives on. */
export interface RefreshRule {
  readonly mode: (typeof MODES)[number];
  readonly graceMs: number;
}

export function refreshRule(mode: RefreshMode): RefreshRule {
  if (typeof mode === "object") return { mode: mode.mode, graceMs: mode.seconds * 1000 };
  return { mode, graceMs: mode === "rotate-grace" ? GRACE_SECONDS * 1000 : 0 };
}

/** Reads a mode that came as JSON; `undefined` when it is none. */
export function parseRefreshMode(value: unknown): RefreshMode | undefined {
  if (typeof value === "object" && value !== null && "mode" in value && "seconds" in value) {
    const { mode, seconds } = value;
    if (mode !== "rotate-grace" || typeof seconds !== "number" || !(seconds >= 0)) return undefined;
    return { mode, seconds };
  }
  return MODES.find((mode) => mode === value);
}
