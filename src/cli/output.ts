import { StagedoorError } from "../base/errors.js";
import { sanitizeText, shellWord } from "../base/text.js";
import { DEFAULT_PROFILE } from "../token/index.js";
import { type Context, say } from "./context.js";

/** JSON for people and programs: whatever could drive a terminal is written as an escape. */
export function toJsonText(value: unknown): string {
  const text = JSON.stringify(value, undefined, 2) ?? "null";
  // By UTF-16 units, as JSON escapes them: what lies beyond the basic plane becomes two.
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return text.replace(/[\p{Cf}\p{Zl}\p{Zp}\u007f-\u009f]/gu, (character) =>
    character.split("").map(escaped).join(""),
  );
}

/** ` --profile work`, or nothing where it is not needed. */
export function profileFlag(profile: string | undefined): string {
  return profile === undefined || profile === DEFAULT_PROFILE ? "" : ` --profile ${shellWord(profile)}`;
}

/**
 * Says what went wrong and what to do next. A failure that is not ours is a fault of the program: its name is said, not its text.
 *
 * @param profile the one that was worked with: a command that is suggested names it too
 */
export function reportError(context: Context, error: unknown, profile?: string): void {
  if (error instanceof StagedoorError) {
    say(context, `stagedoor: ${error.message}`);
    if (error.hint === undefined) return;
    const hint = error.hint.replace(/stagedoor login(?! --p)/, `stagedoor login${profileFlag(profile)}`);
    say(context, `  ${sanitizeText(hint, 500)}`);
    return;
  }
  const name = error instanceof Error ? error.name : "unknown";
  const place = error instanceof Error ? (error.stack?.split("\n")[1]?.trim() ?? "") : "";
  say(context, `stagedoor: something failed that should not (${name} ${place}). Please report it.`);
}

/** A name from Spotify, fit for one line of a terminal. */
export function name(text: string | null | undefined): string {
  return sanitizeText(text ?? "(no name)", 80);
}
