import { isRecord } from "../base/encoding.js";
import { StagedoorError } from "../base/errors.js";
import { nearest } from "../base/text.js";

// What comes from code without types, from the command line and over HTTP is checked by the same few functions: each gives the value
// back, or throws `argument-invalid` with what there is instead.

/** One of some words. */
export function readWord<T extends string>(name: string, value: unknown, words: readonly T[]): T {
  const word = words.find((one) => one === value);
  if (word !== undefined) return word;
  throw argumentInvalid(`${name} must be one of ${words.join(", ")}.`, nearestOf(value, words));
}

/** The id of somebody who exists. */
export function readPerson(name: string, value: unknown, people: ReadonlyMap<string, unknown>): string {
  if (typeof value === "string" && people.has(value)) return value;
  const given = typeof value === "string" ? `, not "${value}"` : "";
  throw argumentInvalid(`${name} must be the id of somebody who exists${given}.`, personNear(value, people));
}

/** The hint for an id that is nobody's. */
export function personNear(value: unknown, people: ReadonlyMap<string, unknown>): string {
  const ids = [...people.keys()];
  const near = nearestOf(value, ids);
  return `${near === undefined ? "" : `${near} `}There are: ${ids.slice(0, 10).join(", ")}`;
}

/** A whole number from `first` to `last`, both included. */
export function readWhole(
  name: string,
  value: unknown,
  [first, last]: readonly [number, number],
  hint?: string,
): number {
  if (Number.isSafeInteger(value) && Number(value) >= first && Number(value) <= last) return Number(value);
  throw argumentInvalid(`${name} must be a whole number from ${first} to ${last}.`, hint);
}

export function readText(name: string, value: unknown): string {
  if (typeof value === "string" && value !== "") return value;
  throw argumentInvalid(`${name} must be a text.`);
}

/** The name of a header, in lower case; not one that carries a secret. */
export function readHeaderName(name: string, value: unknown): string {
  const header = typeof value === "string" ? value.toLowerCase() : "";
  if (/^x-[a-z\d-]{1,62}$/.test(header)) return header;
  throw argumentInvalid(
    `${name} must be the name of a header that begins with x-.`,
    "Such as x-test-caller.",
  );
}

export function readTexts(name: string, value: unknown): readonly string[] {
  if (!Array.isArray(value)) throw argumentInvalid(`${name} must be a list of texts.`);
  return value.map((one: unknown, index) => readText(`${name}[${index}]`, one));
}

export function readFlag(name: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw argumentInvalid(`${name} must be true or false.`);
}

/** An object with no other members than these. */
export function readMembers<N extends string>(
  name: string,
  value: unknown,
  members: readonly N[],
): { readonly [K in N]?: unknown } {
  if (!isRecord(value))
    throw argumentInvalid(`${name} must be an object.`, `It can have ${members.join(", ")}.`);
  const other = Object.keys(value).find((key) => !members.some((member) => member === key));
  // Every member has just been found among the names.
  if (other === undefined) return value as { readonly [K in N]?: unknown };
  throw argumentInvalid(`${name} has no ${other}, only ${members.join(", ")}.`, nearestOf(other, members));
}

export function argumentInvalid(sentence: string, hint?: string): StagedoorError {
  return new StagedoorError("argument-invalid", sentence, { hint });
}

/** The hint for a word that was written wrong. */
export function nearestOf(value: unknown, words: readonly string[]): string | undefined {
  const word = typeof value === "string" ? nearest(value, words) : undefined;
  return word === undefined ? undefined : `Did you mean ${word}?`;
}
