import { base64, isRecord } from "../base/encoding.js";
import { StagedoorError } from "../base/errors.js";
import {
  type Endpoint,
  limitFor,
  parseId,
  parseLocalFile,
  parseResource,
  type ResourceType,
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
    case "decimal":
      return decimal(name, value, input);
    case "choice":
      if (typeof input !== "string" || !value.choices.includes(input)) {
        throw invalid(name, `must be ${value.choices.map((choice) => `"${choice}"`).join(" or ")}`);
      }
      return input;
    case "id":
      return id(name, value.of, input);
    case "uri":
      return uri(name, value.of, input);
    case "jpeg":
      return jpegText(name, value, input);
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

function decimal(name: string, value: Extract<Value, { kind: "decimal" }>, input: unknown): number {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = value;
  if (typeof input !== "number" || !Number.isFinite(input) || input < min || input > max) {
    throw invalid(name, Number.isFinite(max) ? `must be a number from ${min} to ${max}` : "must be a number");
  }
  return input;
}

/** Base64 without a line break or a data URL's prefix, which Spotify refuses; what is too large is refused before it is sent. */
function jpegText(name: string, value: Extract<Value, { kind: "jpeg" }>, input: unknown): string {
  const encoded = input instanceof Uint8Array ? base64(input) : input;
  if (typeof encoded !== "string" || !/^[0-9A-Za-z+/]+={0,2}$/.test(encoded)) {
    throw invalid(name, "must be the bytes of a JPEG, or base64 text without a prefix or line breaks");
  }
  // Every JPEG begins with the bytes FF D8 FF.
  if (!encoded.startsWith("/9j/")) throw invalid(name, "is not a JPEG");
  if (encoded.length > value.maxBytes) {
    const taken = Math.floor((value.maxBytes / 4) * 3);
    throw invalid(name, `is too large: Spotify takes ${taken} bytes, which are ${value.maxBytes} as base64`);
  }
  return encoded;
}

function text(name: string, value: Extract<Value, { kind: "text" }>, input: unknown): string {
  const { minLength = 1, maxLength, pattern } = value;
  if (typeof input !== "string") throw invalid(name, "must be a text");
  if (input.length < minLength) throw invalid(name, "must not be empty");
  if (maxLength !== undefined && input.length > maxLength)
    throw invalid(name, `is longer than ${maxLength} characters`);
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`).test(input)) {
    throw invalid(name, value.means === undefined ? `must match ${pattern}` : `must be ${value.means}`);
  }
  return input;
}

function id(name: string, types: readonly ResourceType[], input: unknown): string {
  const parsed = types.map((type) => (typeof input === "string" ? parseId(type, input) : null));
  const found = parsed.find((one) => typeof one === "string");
  if (found !== undefined) return found;
  const other = parsed.find((one) => one !== null);
  if (typeof other === "object" && other !== null) {
    throw invalid(name, `must name ${named(types)}, not ${named([other.found])}`);
  }
  throw invalid(name, `must be the id, URI or URL of ${named(types)}`);
}

function uri(name: string, types: readonly string[], input: unknown): string {
  if (typeof input === "string" && types.includes("track") && parseLocalFile(input) !== null) return input;
  const parsed = typeof input === "string" ? parseResource(input) : null;
  if (parsed === null) throw invalid(name, `must be the Spotify URI or URL of ${named(types)}`);
  if (!types.includes(parsed.type))
    throw invalid(name, `must name ${named(types)}, not ${named([parsed.type])}`);
  return toUri(parsed);
}

/** "a track or an episode". */
function named(types: readonly string[]): string {
  return types.map((type) => `${/^[aeio]/.test(type) ? "an" : "a"} ${type}`).join(" or ");
}

function list(
  name: string,
  value: Extract<Value, { kind: "list" }>,
  input: unknown,
  tier: Tier | undefined,
): readonly WireValue[] {
  if (!Array.isArray(input)) throw invalid(name, "must be a list");
  if (input.length < value.min || input.length > value.max) {
    const bounds = value.min === value.max ? String(value.min) : `${value.min} to ${value.max}`;
    throw invalid(name, `must have ${bounds} element${value.max === 1 ? "" : "s"}, not ${input.length}`);
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

/** How many elements a parameter of a row may hold. */
export function batchSize(row: Endpoint, parameter: string): number {
  const value = row.parameters[parameter]?.value;
  return value?.kind === "list" ? value.max : 1;
}
