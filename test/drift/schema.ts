import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "yaml";

/** Spotify's own OpenAPI file, which lies beside the checkout where there is one; it is not ours to carry along. */
const FOLDER = resolve(import.meta.dirname, "../../../shared/spotify/openapi");
export const hasSchema = existsSync(FOLDER);

export interface SchemaParameter {
  readonly place: "path" | "query" | "body" | "content";
  readonly name: string;
  readonly required: boolean;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly preset?: string | number | boolean | undefined;
  readonly choices?: readonly string[] | undefined;
}

/** An operation as Spotify describes it, with what its changelogs add: the wave, the replacement, how many ids. */
export interface SchemaOperation {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly SchemaParameter[];
  readonly scopes: readonly string[];
  readonly deprecated: boolean;
  readonly wave: string | null;
  readonly replacement: string | null;
  /** Of success. */
  readonly statuses: readonly number[];
}

/** A node of the file; what is not there is `undefined`. */
interface Node {
  readonly [key: string]: Node;
}
interface Facts {
  readonly operationId: string;
  readonly removedForDevModeWave: string | null;
  readonly replacement: string | null;
  readonly limits: string;
}

/** Every operation of the file. */
export function readSchema(): SchemaOperation[] {
  const document: Node = parse(readFileSync(resolve(FOLDER, "official-spotify-open-api.yml"), "utf8"));
  const { operations }: { operations: readonly Facts[] } = JSON.parse(
    readFileSync(resolve(FOLDER, "operations.json"), "utf8"),
  );
  const follow = (node: Node | undefined): Node => {
    const reference: unknown = node?.$ref;
    if (typeof reference !== "string") return node ?? {};
    return follow(
      reference
        .slice(2)
        .split("/")
        .reduce<Node | undefined>((at, part) => at?.[part], document),
    );
  };
  return Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, node]): SchemaOperation => {
      const facts = operations.find((one) => one.operationId === text(node.operationId));
      const limits = new Map(
        [...(facts?.limits ?? "").matchAll(/(\w+)≤(\d+)/g)].map(([, name, max]) => [name, Number(max)]),
      );
      return {
        operationId: text(node.operationId),
        method: method.toUpperCase(),
        path,
        parameters: [
          ...Object.values(node.parameters ?? {}).map((one) => parameter(follow(one), follow, limits)),
          ...bodyParameters(follow(node.requestBody), follow, limits),
        ],
        scopes: Object.values(node.security ?? {}).flatMap((one) =>
          Object.values(one.oauth_2_0 ?? {}).map(text),
        ),
        deprecated: plain(node.deprecated) === true,
        wave: facts?.removedForDevModeWave ?? null,
        replacement: /^(?:GET|PUT|POST|DELETE) [^ ]+/.exec(facts?.replacement ?? "")?.[0] ?? null,
        statuses: Object.keys(node.responses ?? {})
          .map(Number)
          .filter((status) => status < 300)
          .sort(),
      };
    }),
  );
}

function parameter(
  node: Node,
  follow: (node: Node | undefined) => Node,
  limits: Map<string | undefined, number>,
): SchemaParameter {
  return {
    ...bounds(follow(node.schema), text(node.name), limits),
    place: text(node.in) === "path" ? "path" : "query",
    name: text(node.name),
    required: plain(node.required) === true,
  };
}

/** The members of a JSON body; a body of another kind is one parameter, which the schema does not name. */
function bodyParameters(
  node: Node,
  follow: (node: Node | undefined) => Node,
  limits: Map<string | undefined, number>,
): SchemaParameter[] {
  return Object.entries(node.content ?? {}).flatMap(([type, { schema }]): SchemaParameter[] => {
    if (type !== "application/json") return [{ place: "content", name: "image", required: true }];
    const shape = follow(schema);
    const required = Object.values(shape.required ?? {}).map(text);
    // What is said to be required is not always among the members.
    const members = { ...Object.fromEntries(required.map((name) => [name, {}])), ...shape.properties };
    return Object.entries(members).map(([name, member]) => ({
      ...bounds(follow(member), name, limits),
      place: "body",
      name,
      required: required.includes(name),
    }));
  });
}

function bounds(
  schema: Node,
  name: string,
  limits: Map<string | undefined, number>,
): Pick<SchemaParameter, "minimum" | "maximum" | "preset" | "choices"> {
  return {
    minimum: number(schema.minimum),
    maximum: number(schema.maximum) ?? limits.get(name),
    preset: plain(schema.default),
    choices: schema.enum && Object.values(schema.enum).map(text),
  };
}

/** YAML's scalars, which a `Node` cannot say. */
function plain(node: unknown): string | number | boolean | undefined {
  return typeof node === "string" || typeof node === "number" || typeof node === "boolean" ? node : undefined;
}
function text(node: unknown): string {
  return String(plain(node) ?? "");
}
function number(node: unknown): number | undefined {
  return typeof node === "number" ? node : undefined;
}
