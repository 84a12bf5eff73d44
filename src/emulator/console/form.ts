import { parseJson } from "../../base/encoding.js";
import type { Inquiry } from "../exchange.js";

/** A form of the console's page, as a command. */
export interface ConsoleForm {
  readonly key: string;
  readonly command: string;
  readonly body: unknown;
}

/**
 * Reads a form of the page; `undefined` for what a program sends. A form can send neither JSON nor `DELETE`: `json` holds the
 * former, `method` the latter.
 */
export function readConsoleForm(inquiry: Inquiry, text: string): ConsoleForm | undefined {
  const type = inquiry.header("content-type") ?? "";
  // A program that names no type, as `curl -d` does, sends JSON under the name of a form.
  if (!type.startsWith("application/x-www-form-urlencoded") || /^\s*[[{"]/.test(text)) return undefined;
  const fields = new URLSearchParams(text);
  if (!fields.has("key")) return undefined;
  const { key = "", method = "POST", json, ...rest } = Object.fromEntries(fields);
  const command = `${method} ${inquiry.path}`;
  if (json !== undefined) return { key, command, body: parseJson(json) };
  const body = Object.entries(rest)
    .filter(([, value]) => value !== "")
    .map(([name, value]) => [name, NUMBERS.has(name) ? Number(value) : value]);
  return { key, command, body: inPlace(Object.fromEntries(body)) };
}

const NUMBERS: ReadonlySet<string> = new Set(["advanceMs", "seconds", "times"]);

/** A form is flat, a fault is not. */
function inPlace({ service, ...rest }: Record<string, unknown>): Record<string, unknown> {
  return service === undefined ? rest : { ...rest, match: { service } };
}
