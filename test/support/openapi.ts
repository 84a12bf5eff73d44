import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parse } from "yaml";

const PLACE = "shared/spotify/openapi/fixed-spotify-open-api.yml";

/** Spotify's OpenAPI file with the corrections of those who keep a list of its mistakes, if it lies beside some parent folder. */
export function findSchema(): SchemaDocument | undefined {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const file = resolve(folder, PLACE);
    if (existsSync(file)) return parse(readFileSync(file, "utf8"));
  }
  return undefined;
}

export interface SchemaDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, SchemaOperation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
interface SchemaOperation {
  readonly operationId?: string;
  readonly responses: Readonly<Record<string, unknown>>;
}
interface Schema {
  readonly type?: string;
  readonly nullable?: boolean;
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly items?: unknown;
  readonly allOf?: readonly unknown[];
  readonly oneOf?: readonly unknown[];
}

/** All that the parts of a schema ask for, in one. */
interface Whole {
  readonly types: readonly string[];
  readonly nullable: boolean;
  readonly choices: readonly unknown[] | undefined;
  readonly required: readonly string[];
  readonly properties: ReadonlyMap<string, unknown>;
  readonly items: unknown;
  readonly oneOf: readonly unknown[];
}

/** Compares answers with what the file says of them. */
export class ShapeCheck {
  readonly #document: SchemaDocument;

  constructor(document: SchemaDocument) {
    this.#document = document;
  }

  /** What is wrong with an answer: each with where it is, such as `/albums/items/#: lacks label`. */
  problems(operationId: string, status: number, body: unknown): readonly string[] {
    const operation = Object.values(this.#document.paths)
      .flatMap((methods) => Object.values(methods))
      .find((one) => one.operationId === operationId);
    if (operation === undefined) return [`the file has no operation ${operationId}`];
    const response = this.#follow<{ content?: Record<string, { schema?: unknown }> }>(
      operation.responses[String(status)],
    );
    const schema = response?.content?.["application/json"]?.schema;
    if (schema === undefined)
      return body === undefined ? [] : [`a body that the file does not know (${status})`];
    return [...new Set(this.#compare(schema, body, ""))];
  }

  #follow<T>(node: unknown): T | undefined {
    const reference = typeof node === "object" && node !== null ? Reflect.get(node, "$ref") : undefined;
    // What a node of the file holds is what OpenAPI says it holds.
    if (typeof reference !== "string") return node as T | undefined;
    const path = reference.slice("#/".length).split("/");
    return this.#follow(path.reduce<unknown>((at, part) => memberOf(at, part), this.#document));
  }

  #whole(node: unknown): Whole {
    const schema = this.#follow<Schema>(node) ?? {};
    const parts = (schema.allOf ?? []).map((part) => this.#whole(part));
    const own = schema.type === undefined ? [] : [schema.type];
    return {
      types: [...own, ...parts.flatMap((part) => part.types)],
      nullable: schema.nullable === true || parts.some((part) => part.nullable),
      choices: schema.enum ?? parts.find((part) => part.choices !== undefined)?.choices,
      required: [...(schema.required ?? []), ...parts.flatMap((part) => part.required)],
      properties: new Map([
        ...parts.flatMap((part) => [...part.properties]),
        ...Object.entries(schema.properties ?? {}),
      ]),
      items: schema.items ?? parts.find((part) => part.items !== undefined)?.items,
      oneOf: [...(schema.oneOf ?? []), ...parts.flatMap((part) => part.oneOf)],
    };
  }

  #compare(node: unknown, value: unknown, at: string): readonly string[] {
    const whole = this.#whole(node);
    if (value === null) return whole.nullable ? [] : [`${at}: is null`];
    if (whole.oneOf.length > 0) {
      const [best = []] = whole.oneOf
        .map((one) => this.#compare(one, value, at))
        .sort((a, b) => a.length - b.length);
      return best;
    }
    const wrong = whole.types.filter((type) => !isOf(type, value));
    if (wrong.length > 0) return [`${at}: is no ${wrong[0]}`];
    if (whole.choices !== undefined && !whole.choices.includes(value))
      return [`${at}: is none of ${whole.choices.join(", ")}`];
    if (Array.isArray(value)) {
      if (whole.items === undefined) return [];
      return value.flatMap((element: unknown) => this.#compare(whole.items, element, `${at}/#`));
    }
    if (typeof value !== "object" || whole.properties.size === 0) return [];
    const lacking = whole.required
      .filter((name) => memberOf(value, name) === undefined)
      .map((name) => `${at}: lacks ${name}`);
    const found = Object.entries(value).flatMap(([name, member]) => {
      const property = whole.properties.get(name);
      if (property === undefined) return [`${at}: has ${name}, which the file does not know`];
      return this.#compare(property, member, `${at}/${name}`);
    });
    return [...lacking, ...found];
  }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function isOf(type: string, value: unknown): boolean {
  switch (type) {
    case "integer":
      return Number.isInteger(value);
    case "array":
      return Array.isArray(value);
    case "object":
      return typeof value === "object" && !Array.isArray(value);
    default:
      return typeof value === type;
  }
}
