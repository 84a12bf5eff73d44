import { isRecord, parseJson } from "../../base/encoding.js";
import { type Endpoint, type Parameter, wireName } from "../../contract/endpoint.js";
import { isId, parseResource } from "../../contract/ids.js";
import type { Tier } from "../../contract/life.js";
import { limitFor, type Value } from "../../contract/values.js";
import { badRequest } from "./refusal.js";

/** A parameter with all that can be known before the first request. */
interface CompiledParameter {
  readonly name: string;
  readonly wire: string;
  readonly parameter: Parameter;
  readonly check: Check;
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
    return { name, wire, parameter, check: checkFor(parameter.value, wire, parameter.in === "body") };
  });
  const hasBody = parameters.some(({ parameter }) => parameter.in === "body");

  return (sent, tier) => {
    const body = hasBody ? readBody(sent.body) : {};
    const args: Record<string, unknown> = {};
    for (const { name, wire, parameter, check } of parameters) {
      const raw =
        parameter.in === "path"
          ? sent.path[wire]
          : parameter.in === "query"
            ? (sent.query?.get(wire) ?? undefined)
            : (body[wire] ?? undefined);
      // `?market=` is as good as nothing, while `"description": ""` in a body takes a description away.
      const absent = raw === undefined || (raw === "" && parameter.in !== "body");
      if (!absent) args[name] = check(raw, tier);
      else if (parameter.required) throw badRequest(`Missing required field: ${wire}`);
      else if (parameter.default !== undefined) args[name] = parameter.default;
    }
    return args;
  };
}

function readBody(text: string): Record<string, unknown> {
  if (text.trim() === "") return {};
  const body = parseJson(text);
  if (!isRecord(body)) throw badRequest("Malformed json");
  return body;
}

/**
 * The check for one value. Which words Spotify uses is known for a few cases only (`Invalid limit`, `invalid id`,
 * `Invalid base62 id`); the others are made after them: guessed.
 */
function checkFor(value: Value, wire: string, inBody: boolean): Check {
  const invalid = () => badRequest(`Invalid ${wire}`);
  switch (value.kind) {
    case "text": {
      const pattern = value.pattern === undefined ? undefined : new RegExp(`^(?:${value.pattern})$`, "u");
      return (raw) => {
        if (typeof raw !== "string" || raw.length > (value.maxLength ?? Number.POSITIVE_INFINITY))
          throw invalid();
        if (pattern !== undefined && !pattern.test(raw)) throw invalid();
        return raw;
      };
    }
    case "integer":
      return (raw, tier) => {
        const number = inBody ? raw : readInteger(raw);
        if (typeof number !== "number" || !Number.isSafeInteger(number) || number < value.min)
          throw invalid();
        if (value.max !== undefined && number > limitFor(value.max, tier)) throw invalid();
        return number;
      };
    case "boolean":
      return (raw) => {
        const truth = inBody ? raw : raw === "true" ? true : raw === "false" ? false : undefined;
        if (typeof truth !== "boolean") throw invalid();
        return truth;
      };
    case "choice":
      return (raw) => {
        if (typeof raw !== "string" || !value.choices.includes(raw)) throw invalid();
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
        if (elements.length > value.max) throw badRequest(`Too many ${wire} requested`);
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

function readInteger(raw: unknown): number | undefined {
  return typeof raw === "string" && /^-?[0-9]{1,15}$/.test(raw) ? Number(raw) : undefined;
}

function checkId(of: Parameters<typeof isId>[0], id: string): void {
  if (of === "user") {
    if (!isId(of, id)) throw badRequest("invalid id");
    return;
  }
  if (!/^[0-9A-Za-z]+$/.test(id)) throw badRequest("Invalid base62 id");
  if (id.length !== 22) throw badRequest("invalid id");
}
