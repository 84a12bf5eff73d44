import { StagedoorError } from "../base/errors.js";
import { nearest } from "../base/text.js";
import { type Endpoint, parseResource, type Tier, wireName } from "../contract/index.js";
import { batchSize, invalid, toWire, type WireValue } from "./arguments.js";

/** A call of the Web API, described but not sent: the path below the API's address, and the body. */
export interface ApiRequest {
  readonly method: string;
  /** Begins with `/`; with its query. */
  readonly path: string;
  readonly body?: string | undefined;
  /** Of the body. Default: `application/json`. */
  readonly contentType?: string | undefined;
  /** The pattern of the path, where it is known. */
  readonly endpoint?: string | undefined;
  /** True when sending it twice leaves the same state as sending it once. Default: true for all but POST. */
  readonly repeatable?: boolean | undefined;
}

/**
 * Makes the request of an operation from its row and arguments.
 *
 * @throws StagedoorError `argument-invalid`, before anything is sent
 */
export function describe(
  row: Endpoint,
  args: Readonly<Record<string, unknown>>,
  tier: Tier | undefined,
): ApiRequest {
  let path: string = row.path;
  const query: string[] = [];
  const body: Record<string, WireValue> = {};
  let content: string | undefined;
  let hasBody = false;
  for (const [name, parameter] of Object.entries(row.parameters)) {
    if (parameter.in === "body") hasBody = true;
    const input = args[name];
    if (input === undefined) {
      if (parameter.required) throw invalid(name, "is missing");
      continue;
    }
    checkLength(row, name, input);
    const value = toWire(name, parameter.value, input, tier);
    const wire = wireName(name);
    if (parameter.in === "content") content = String(value);
    else if (parameter.in === "path") path = path.replace(`{${wire}}`, encodeURIComponent(String(value)));
    else if (parameter.in === "query") query.push(`${wire}=${encodeURIComponent(queryText(value))}`);
    else body[wire] = value;
  }
  refuseUnknown(row, args);
  const target = query.length > 0 ? `${path}?${query.join("&")}` : path;
  const known = { method: row.method, path: target, endpoint: row.path, repeatable: row.repeatable };
  // The one kind of content that is no JSON is a picture.
  if (content !== undefined) return { ...known, body: content, contentType: "image/jpeg" };
  return {
    ...known,
    body: hasBody && Object.keys(body).length > 0 ? JSON.stringify(body) : undefined,
  };
}

/** Where one call cannot take so many, the method that can is named. */
function checkLength(row: Endpoint, name: string, input: unknown): void {
  const most = batchSize(row, name);
  const replacement = row.life.removed?.replacement;
  if (!Array.isArray(input) || input.length <= most || !replacement?.startsWith("library.")) return;
  throw invalid(name, `must have 1 to ${most} elements, not ${input.length}`).advise(
    `Use ${replacement}, which takes any number.`,
  );
}

function queryText(value: WireValue): string {
  return Array.isArray(value) ? value.join(",") : String(value);
}

function refuseUnknown(row: Endpoint, args: Readonly<Record<string, unknown>>): void {
  for (const name of Object.keys(args)) {
    if (Object.hasOwn(row.parameters, name)) continue;
    const near = nearest(name, Object.keys(row.parameters));
    throw new StagedoorError("argument-invalid", `${row.method} ${row.path} takes no argument ${name}.`, {
      hint: near === undefined ? undefined : `Did you mean ${near}?`,
    });
  }
}

/**
 * The types of the things that a call names in the parameter that decides its scopes.
 *
 * @param read gives what was handed in for a parameter
 */
export function typesOf(row: Endpoint, read: (name: string) => unknown): readonly string[] {
  if (row.scopes.rule !== "by-type") return [];
  const uris = read(row.scopes.parameter);
  return Array.isArray(uris) ? uris.map((uri) => parseResource(String(uri))?.type ?? "") : [];
}
