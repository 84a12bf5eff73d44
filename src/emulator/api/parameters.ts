import { decodeBase64, isRecord, parseJson } from "../../base/encoding.js";
import {
  type Assumed,
  type Endpoint,
  type Parameter,
  type Place,
  wireName,
} from "../../contract/endpoint.js";
import { isId, parseResource, type ResourceType } from "../../contract/ids.js";
import type { Tier } from "../../contract/life.js";
import { limitFor, type Value } from "../../contract/values.js";
import { badRequest, bodyTooLarge } from "./refusal.js";

/** A parameter with all that can be known before the first request. */
interface CompiledParameter {
  readonly name: string;
  readonly wire: string;
  readonly parameter: Parameter;
  /** For each place where it may be, the chief one first. */
  readonly places: readonly { readonly place: Place; readonly check: Check }[];
}
/** Gives the value in the form that handlers take, or throws a `Refusal`. */
type Check = (raw: unknown, tier: Tier) => unknown;

export interface Sent {
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams | undefined;
  /** The body's text; empty when there is none. */
  readonly body: string;
}

/** A function that reads the parameters of one operation; made once, so that no pattern is compiled while requests wait. */
export function parameterReader(
  row: Endpoint,
): (sent: Sent, tier: Tier) => Readonly<Record<string, unknown>> {
  const parameters = Object.entries(row.parameters).map(([name, parameter]): CompiledParameter => {
    const wire = wireName(name);
    const places = [parameter.in, ...(parameter.alsoIn === undefined ? [] : [parameter.alsoIn])].map(
      (place) => ({ place, check: checkFor(parameter.value, wire, place === "body") }),
    );
    return { name, wire, parameter, places };
  });
  const inBody = parameters.filter(({ places }) => places.some(({ place }) => place === "body"));
  const takesList = inBody.some(({ wire }) => wire === "ids");

  return (sent, tier) => {
    const body = inBody.length > 0 ? readBody(sent.body, takesList) : {};
    const args: Record<string, unknown> = {};
    for (const { name, wire, parameter, places } of parameters) {
      const found = places.find(({ place }) => isThere(valueAt(place, wire, sent, body), place));
      if (found !== undefined) args[name] = found.check(valueAt(found.place, wire, sent, body), tier);
      else if (parameter.required) throw badRequest(`Missing required field: ${wire}`);
      else if (parameter.default !== undefined) args[name] = assumed(parameter.default, tier);
    }
    return args;
  };
}

function valueAt(place: Place, wire: string, sent: Sent, body: Readonly<Record<string, unknown>>): unknown {
  switch (place) {
    case "path":
      return sent.path[wire];
    case "query":
      return sent.query?.get(wire) ?? undefined;
    case "body":
      return body[wire] ?? undefined;
    case "content":
      return sent.body;
  }
}

/** `?market=` is as good as nothing, while `"description": ""` in a body takes a description away. */
function isThere(raw: unknown, place: Place): boolean {
  return raw !== undefined && (raw !== "" || place === "body");
}

function assumed(value: Assumed, tier: Tier): string | number | boolean {
  return typeof value === "object" ? limitFor(value, tier) : value;
}

/** The ids of the older operations of the library may be the whole body, without a member around them. As once documented. */
function readBody(text: string, takesList: boolean): Record<string, unknown> {
  if (text.trim() === "") return {};
  const body = parseJson(text);
  if (takesList && Array.isArray(body)) return { ids: body };
  if (!isRecord(body)) throw badRequest("Malformed json");
  return body;
}

/**
 * The check for one value. Which words Spotify uses is known for a few cases only (`Invalid limit`, `invalid id`,
 * `Invalid base62 id`); the others are made after them: guessed.
 */
function checkFor(value: Value, wire: string, inBody: boolean): Check {
  const invalid = (why?: string) =>
    badRequest(`Invalid ${wire}`, why === undefined ? undefined : `${wire} ${why}`);
  switch (value.kind) {
    case "text": {
      const pattern = value.pattern === undefined ? undefined : new RegExp(`^(?:${value.pattern})$`, "u");
      return (raw) => {
        if (typeof raw !== "string" || raw.length < (value.minLength ?? 1)) throw invalid();
        if (raw.length > (value.maxLength ?? Number.POSITIVE_INFINITY)) throw invalid();
        if (pattern !== undefined && !pattern.test(raw)) throw invalid();
        return raw;
      };
    }
    case "integer":
      return (raw, tier) => {
        const number = inBody ? raw : readInteger(raw);
        if (typeof number !== "number" || !Number.isSafeInteger(number) || number < value.min)
          throw invalid(`is no whole number from ${value.min} on`);
        if (value.max !== undefined && number > limitFor(value.max, tier))
          throw invalid(`is above ${limitFor(value.max, tier)}`);
        return number;
      };
    case "decimal":
      return (raw) => {
        const number = inBody ? raw : readDecimal(raw);
        if (typeof number !== "number" || !Number.isFinite(number)) throw invalid();
        if (number < (value.min ?? number) || number > (value.max ?? number)) throw invalid();
        return number;
      };
    case "jpeg":
      return (raw) => {
        if (typeof raw !== "string") throw invalid();
        if (raw.length > value.maxBytes) throw bodyTooLarge();
        // A line break at the end is refused too. As observed.
        const picture = /^[0-9A-Za-z+/]+={0,2}$/.test(raw) ? decodeBase64(raw) : undefined;
        if (picture?.[0] !== 0xff || picture[1] !== 0xd8) throw badRequest("Invalid image");
        return picture;
      };
    case "boolean":
      return (raw) => {
        const truth = inBody ? raw : raw === "true" ? true : raw === "false" ? false : undefined;
        if (typeof truth !== "boolean") throw invalid();
        return truth;
      };
    case "choice":
      return (raw) => {
        if (typeof raw !== "string" || !value.choices.includes(raw))
          throw invalid(`is none of ${value.choices.join(", ")}`);
        return raw;
      };
    case "id":
      return (raw) => {
        if (typeof raw !== "string") throw invalid();
        checkId(value.of, raw);
        return raw;
      };
    case "uri":
      return (raw) => {
        const named = typeof raw === "string" && raw.startsWith("spotify:") ? parseResource(raw) : null;
        if (named === null || !value.of.includes(named.type)) throw badRequest("Invalid uri");
        return raw;
      };
    case "list": {
      const check = checkFor(value.element, wire, inBody);
      return (raw, tier) => {
        const elements = inBody ? raw : String(raw).split(",");
        if (!Array.isArray(elements) || elements.length < value.min) throw invalid();
        if (elements.length > value.max) {
          throw badRequest(`Too many ${wire} requested`, `more than ${value.max} ${wire}`);
        }
        return elements.map((element: unknown) => check(element, tier));
      };
    }
    case "fields":
    case "partial": {
      const checks = Object.entries(value.fields).map(
        ([name, member]) => [name, wireName(name), checkFor(member, wireName(name), true)] as const,
      );
      return (raw, tier) => {
        if (!isRecord(raw)) throw invalid();
        const members: Record<string, unknown> = {};
        for (const [name, member, check] of checks) {
          if (raw[member] !== undefined) members[name] = check(raw[member], tier);
          else if (value.kind === "fields") throw badRequest(`Missing required field: ${member}`);
        }
        return members;
      };
    }
  }
}

function readDecimal(raw: unknown): number | undefined {
  return typeof raw === "string" && /^-?[0-9]{1,15}(?:\.[0-9]{1,15})?$/.test(raw) ? Number(raw) : undefined;
}

function readInteger(raw: unknown): number | undefined {
  return typeof raw === "string" && /^-?[0-9]{1,15}$/.test(raw) ? Number(raw) : undefined;
}

function checkId(of: readonly ResourceType[], id: string): void {
  if (of.includes("user")) {
    if (!isId("user", id)) throw badRequest("invalid id");
    return;
  }
  if (!/^[0-9A-Za-z]+$/.test(id)) throw badRequest("Invalid base62 id");
  if (id.length !== 22) throw badRequest("invalid id");
}
