import { inspect } from "node:util";

/** Every text that an object shows when it is logged, printed or sent on. */
export function everythingShown(value: unknown): string {
  const parts = [inspect(value, { showHidden: true, depth: null, getters: false }), String(value)];
  parts.push(JSON.stringify(value) ?? "");
  try {
    parts.push(inspect(structuredClone(value), { depth: null }));
  } catch {
    // Not everything can be cloned; then nothing is shown that way.
  }
  if (value instanceof Error) parts.push(value.stack ?? "", everythingShown(value.cause ?? ""));
  return parts.join("\n");
}

/** The forms in which a secret could hide in a text. */
export function formsOf(secret: string): readonly string[] {
  const base64 = Buffer.from(secret).toString("base64").replace(/=+$/, "");
  return [
    secret,
    base64,
    Buffer.from(secret).toString("base64url"),
    Buffer.from(secret).toString("hex"),
    encodeURIComponent(secret),
    [...secret].reverse().join(""),
  ];
}
