import { duration } from "../base/clock.js";
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

/** The login that was worked with, as it was named: a command that is suggested names it too. */
export interface NamedLogin {
  readonly profile?: string | undefined;
  readonly clientId?: string | undefined;
}

/**
 * Says what went wrong and what to do next. A failure that is not ours is a fault of the program: its name is said, not its text.
 *
 * @param named a profile, or a profile and an app
 */
export function reportError(context: Context, error: unknown, named: string | NamedLogin = {}): void {
  if (error instanceof StagedoorError) {
    say(context, `stagedoor: ${error.message}`);
    const next = retryTime(error, context.clock.now()) ?? error.hint;
    if (next === undefined) return;
    const hint = withFlags(next, typeof named === "string" ? { profile: named } : named);
    say(context, `  ${sanitizeText(hint, 500)}`);
    return;
  }
  const name = error instanceof Error ? error.name : "unknown";
  const place = error instanceof Error ? (error.stack?.split("\n")[1]?.trim() ?? "") : "";
  say(context, `stagedoor: something failed that should not (${name} ${place}). Please report it.`);
}

/** When to come back, for an error that knows it: by the clock on this person's wall. */
function retryTime(error: StagedoorError, now: number): string | undefined {
  if (!("retryAt" in error) || typeof error.retryAt !== "number") return undefined;
  // Swedish writes dates as ISO 8601 does.
  const time = new Date(error.retryAt).toLocaleString("sv-SE");
  return `Try again at ${time}, in ${duration(error.retryAt - now)}.`;
}

/** The hint with the login named in the command that it suggests, as far as it does not name it itself. */
function withFlags(hint: string, { profile, clientId }: NamedLogin): string {
  const command = "stagedoor login";
  const end = hint.indexOf(command) + command.length;
  if (!hint.includes(command)) return hint;
  const after = hint.slice(end);
  const app =
    clientId === undefined || after.includes("--client-id") ? "" : ` --client-id ${shellWord(clientId)}`;
  const flag = after.startsWith(" --profile") ? "" : profileFlag(profile);
  return `${hint.slice(0, end)}${app}${flag}${after}`;
}

/** A name from Spotify, fit for one line of a terminal. */
export function name(text: string | null | undefined): string {
  return sanitizeText(text ?? "(no name)", 80);
}
