import { isRecord } from "../base/encoding.js";
import { StagedoorError } from "../base/errors.js";
import {
  limitFor,
  parseId,
  parseResource,
  type Tier,
  toUri,
  type Value,
  wireName,
} from "../contract/index.js";

/** What goes over the wire for one argument: JSON in a body, joined by commas in a query. */
export type WireValue =
  | string
  | number
  | boolean
  | readonly WireValue[]
  | { readonly [key: string]: WireValue };

/**
 * Checks an argument against the contract and brings it into Spotify's form: a URI or URL given for an id becomes the id, a URL given for
 * a URI the URI.
 *
 * @param name the argument's name, for the message
 * @throws StagedoorError `argument-invalid`
 */
export function toWire(name: string, value: Value, input: unknown, tier: Tier | undefined): WireValue {
  switch (value.kind) {
    case "text":
      return text(name, value, input);
    case "boolean":
      if (typeof input !== "boolean") throw invalid(name, "must be true or false");
      return input;
    case "integer": {
      const max = value.max === undefined ? Number.MAX_SAFE_INTEGER : limitFor(value.max, tier);
      if (!Number.isSafeInteger(input) || typeof input !== "number" || input < value.min || input > max) {
        throw invalid(
          name,
          `must be a whole number from ${value.min}${value.max === undefined ? "" : ` to ${max}`}`,
        );
      }
      return input;
    }
    case "choice":
      if (typeof input !== "string" || !value.choices.includes(input)) {
        throw invalid(name, `must be ${value.choices.map((choice) => `"${choice}"`).join(" or ")}`);
      }
      return input;
    case "id":
      return id(name, value.of, input);
    case "uri":
      return uri(name, value.of, input);
    case "list":
      return list(name, value, input, tier);
    case "fields":
      return Object.fromEntries(
        members(name, input).map(([key, member]) => [
          wireName(key),
          memberToWire(name, value, key, member, tier),
        ]),
      );
    case "partial":
      return Object.fromEntries(
        members(name, input)
          .filter(([, member]) => member !== undefined)
          .map(([key, member]) => [wireName(key), memberToWire(name, value, key, member, tier)]),
      );
  }
}

function text(name: string, value: Extract<Value, { kind: "text" }>, input: unknown): string {
  const { minLength = 1, maxLength, pattern } = value;
  if (typeof input !== "string") throw invalid(name, "must be a text");
  if (input.length < minLength) throw invalid(name, "must not be empty");
  if (maxLength !== undefined && input.length > maxLength)
    throw invalid(name, `is longer than ${maxLength} characters`);
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`).test(input))
    throw invalid(name, `must match ${pattern}`);
  return input;
}

function id(name: string, type: Extract<Value, { kind: "id" }>["of"], input: unknown): string {
  const parsed = typeof input === "string" ? parseId(type, input) : null;
  if (parsed === null) throw invalid(name, `must be the id, URI or URL of a ${type}`);
  if (typeof parsed !== "string") throw invalid(name, `must name a ${type}, not a ${parsed.found}`);
  return parsed;
}

function uri(name: string, types: readonly string[], input: unknown): string {
  const wanted = types.join(" or ");
  if (typeof input === "string" && types.includes("track") && /^spotify:local:[^\s]{1,500}$/.test(input))
    return input;
  const parsed = typeof input === "string" ? parseResource(input) : null;
  if (parsed === null) throw invalid(name, `must be the Spotify URI or URL of a ${wanted}`);
  if (!types.includes(parsed.type)) throw invalid(name, `must name a ${wanted}, not a ${parsed.type}`);
  return toUri(parsed);
}

function list(
  name: string,
  value: Extract<Value, { kind: "list" }>,
  input: unknown,
  tier: Tier | undefined,
): readonly WireValue[] {
  if (!Array.isArray(input)) throw invalid(name, "must be a list");
  if (input.length < value.min || input.length > value.max) {
    throw invalid(name, `must have ${value.min} to ${value.max} elements, not ${input.length}`);
  }
  return input.map((element: unknown, index) => toWire(`${name}[${index}]`, value.element, element, tier));
}

function members(name: string, input: unknown): [string, unknown][] {
  if (!isRecord(input)) throw invalid(name, "must be an object");
  return Object.entries(input);
}

function memberToWire(
  name: string,
  value: Extract<Value, { kind: "fields" | "partial" }>,
  key: string,
  member: unknown,
  tier: Tier | undefined,
): WireValue {
  const described = value.fields[key];
  if (described === undefined) throw invalid(name, `has no member "${key}"`);
  return toWire(`${name}.${key}`, described, member, tier);
}

export function invalid(name: string, why: string): StagedoorError {
  return new StagedoorError("argument-invalid", `The argument ${name} ${why}.`);
}
