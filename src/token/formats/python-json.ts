import { type Json, JsonNumber } from "./strict-json.js";

export interface PythonJsonOptions {
  /** Spaces for each level; without it everything is on one line. */
  readonly indent?: number;
  readonly sortKeys?: boolean;
}

/**
 * Writes JSON as Python's `json.dumps` does, character for character: separators with spaces, and nothing but ASCII.
 *
 * @see https://docs.python.org/3/library/json.html#json.dumps
 */
export function writePythonJson(value: Json, options: PythonJsonOptions = {}, depth = 0): string {
  if (value instanceof JsonNumber) return value.raw;
  if (typeof value === "string") return pythonText(value);
  if (value === null || typeof value === "boolean") return String(value);
  if (isList(value)) {
    return enclosed(
      "[]",
      value.map((element) => writePythonJson(element, options, depth + 1)),
      options,
      depth,
    );
  }
  const members = [...value];
  if (options.sortKeys) members.sort(([a], [b]) => byCodePoint(a, b));
  const written = members.map(
    ([name, member]) => `${pythonText(name)}: ${writePythonJson(member, options, depth + 1)}`,
  );
  return enclosed("{}", written, options, depth);
}

/** A number that Python holds as `int`. */
export function pythonInt(value: number): JsonNumber {
  return new JsonNumber(String(Math.trunc(value)));
}

/** A number that Python holds as `float`: it is written with a point, also where it is whole. */
export function pythonFloat(value: number): JsonNumber {
  return new JsonNumber(Number.isInteger(value) ? `${value}.0` : String(value));
}

function isList(value: readonly Json[] | ReadonlyMap<string, Json>): value is readonly Json[] {
  return Array.isArray(value);
}

function enclosed(
  brackets: string,
  parts: readonly string[],
  options: PythonJsonOptions,
  depth: number,
): string {
  const [open = "", close = ""] = brackets;
  const { indent } = options;
  if (parts.length === 0) return brackets;
  if (indent === undefined) return `${open}${parts.join(", ")}${close}`;
  const outer = `\n${" ".repeat(indent * depth)}`;
  const inner = `\n${" ".repeat(indent * (depth + 1))}`;
  return `${open}${inner}${parts.join(`,${inner}`)}${outer}${close}`;
}

function pythonText(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Python sorts text by code points, JavaScript by UTF-16 units. */
function byCodePoint(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  const at = left.findIndex((letter, index) => letter !== right[index]);
  if (at < 0) return left.length - right.length;
  return (left[at]?.codePointAt(0) ?? -1) - (right[at]?.codePointAt(0) ?? -1);
}
