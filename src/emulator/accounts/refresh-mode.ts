import { isRecord } from "../../base/encoding.js";
import { readMembers, readPerson, readText, readWhole, readWord } from "../arguments.js";

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

export const REFRESH_MODES = [
  "keep",
  "keep-repeat",
  "rotate-strict",
  "rotate-grace",
  "rotate-family-revoke",
] as const;
const GRACE_SECONDS = 30;
/** A year: longer than any refresh token lives. */
const MAX_GRACE_SECONDS = 31_557_600;

/** A mode in one form: its name, and for how long a rotated token lives on. */
export interface RefreshRule {
  readonly mode: (typeof REFRESH_MODES)[number];
  readonly graceMs: number;
}

export function refreshRule(mode: RefreshMode): RefreshRule {
  if (typeof mode === "object") return { mode: mode.mode, graceMs: mode.seconds * 1000 };
  return { mode, graceMs: mode === "rotate-grace" ? GRACE_SECONDS * 1000 : 0 };
}

/**
 * Reads a mode that came as JSON, or that was written in code.
 *
 * @throws StagedoorError `argument-invalid` for what is no mode
 */
export function readRefreshMode(value: unknown): RefreshMode {
  if (!isRecord(value)) return readWord("the refresh mode", value, REFRESH_MODES);
  const { mode, seconds } = readMembers("the refresh mode", value, ["mode", "seconds"]);
  return {
    mode: readWord("a refresh mode with seconds", mode, ["rotate-grace"]),
    seconds: readWhole("the seconds of the refresh mode", seconds, [0, MAX_GRACE_SECONDS]),
  };
}

/** Whose tokens a mode is for; nothing for all. */
export interface RefreshModeScope {
  readonly person?: string;
  readonly clientId?: string;
}

/**
 * Reads whose tokens are meant. The app may be one that is registered later.
 *
 * @throws StagedoorError `argument-invalid` for a person who does not exist, and for any other member
 */
export function readScope(value: unknown, people: ReadonlyMap<string, unknown>): RefreshModeScope {
  const { person, clientId } = readMembers("whose tokens are meant", value, ["person", "clientId"]);
  return {
    ...(person !== undefined && { person: readPerson("person", person, people) }),
    ...(clientId !== undefined && { clientId: readText("clientId", clientId) }),
  };
}

export interface NamedMode extends RefreshModeScope {
  readonly mode: RefreshMode;
}

/** The modes that hold at a time. */
export interface RefreshModes {
  /** The rule for a grant: its person's at its app, else its person's, else its app's, else the general one. */
  ruleFor(of: Required<RefreshModeScope>): RefreshRule;
  set(mode: RefreshMode | null, which?: RefreshModeScope): void;
  list(): readonly NamedMode[];
  /** Back to the mode of the start, for all. */
  clear(): void;
  save(): readonly NamedMode[];
  load(saved: readonly NamedMode[]): void;
}

/** Beyond it the oldest exception is forgotten: a program that makes people up must not fill the memory. */
const MAX_EXCEPTIONS = 10_000;

export function createRefreshModes(initial: RefreshMode): RefreshModes {
  const modes = new Map<
    string,
    RefreshModeScope & { readonly mode: RefreshMode; readonly rule: RefreshRule }
  >();
  const keyOf = (person?: string, clientId?: string) => JSON.stringify([person ?? "", clientId ?? ""]);
  const put = (mode: RefreshMode, which: RefreshModeScope) =>
    modes.set(keyOf(which.person, which.clientId), { ...which, mode, rule: refreshRule(mode) });
  const list = () => [...modes.values()].map(({ rule: _rule, ...mode }) => mode);
  put(initial, {});

  return {
    ruleFor({ person, clientId }) {
      const keys =
        modes.size === 1
          ? [keyOf()]
          : [keyOf(person, clientId), keyOf(person), keyOf(undefined, clientId), keyOf()];
      const found = keys.map((key) => modes.get(key)).find((mode) => mode !== undefined);
      return found?.rule ?? refreshRule(initial);
    },
    set(mode, which = {}) {
      const key = keyOf(which.person, which.clientId);
      modes.delete(key);
      if (mode !== null) put(mode, which);
      else if (key === keyOf()) put(initial, {});
      if (modes.size <= MAX_EXCEPTIONS) return;
      const oldest = [...modes.keys()].find((name) => name !== keyOf());
      if (oldest !== undefined) modes.delete(oldest);
    },
    list,
    save: list,
    load(saved) {
      modes.clear();
      for (const { mode, ...which } of saved) put(mode, which);
    },
    clear() {
      modes.clear();
      put(initial, {});
    },
  };
}
