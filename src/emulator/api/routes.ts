import { RegExpRouter } from "hono/router/reg-exp-router";
import { SmartRouter } from "hono/router/smart-router";
import { TrieRouter } from "hono/router/trie-router";
import type { Endpoint } from "../../contract/endpoint.js";
import { type OperationId, table } from "../../contract/table.js";
import { type Bucket, bucketOf } from "../limits.js";
import { parameterReader } from "./parameters.js";

/** A row with all that can be made of it before the first request. */
export interface Route {
  readonly row: Endpoint;
  readonly operationId: OperationId;
  readonly read: ReturnType<typeof parameterReader>;
  /** Whether a request of it can have a body that matters. */
  readonly hasBody: boolean;
  /** Everything under `/me` is about a person. */
  readonly needsPerson: boolean;
  /** What it counts toward in the 24-hour quota. */
  readonly bucket: Bucket;
}

export interface Match {
  /** The operations at this path, by method. */
  readonly methods: ReadonlyMap<string, Route>;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Finds the operations at a path; made from the contract, once. */
export function createRoutes(): (path: string) => Match | undefined {
  const paths = new Map<string, Map<string, Route>>();
  for (const { row } of table()) {
    // The table holds exactly the rows that `OperationId` is made of.
    const operationId = row.operationId as OperationId;
    const methods = paths.get(row.path) ?? new Map<string, Route>();
    methods.set(row.method, {
      row,
      operationId,
      read: parameterReader(row),
      hasBody: Object.values(row.parameters).some(
        (parameter) => parameter.in === "body" || parameter.in === "content" || parameter.alsoIn === "body",
      ),
      needsPerson: row.path === "/me" || row.path.startsWith("/me/"),
      bucket: bucketOf(row.path),
    });
    paths.set(row.path, methods);
  }
  const router = new SmartRouter<Map<string, Route>>({ routers: [new RegExpRouter(), new TrieRouter()] });
  for (const [path, methods] of paths) router.add("ALL", path.replaceAll(/\{(\w+)\}/g, ":$1"), methods);

  return (path) => {
    const [matches, stash] = router.match("GET", path);
    // Where paths overlap, the one without a parameter comes from the router first or last, but it is the only one without.
    const [found] = matches.length > 1 ? [...matches].sort((a, b) => size(a[1]) - size(b[1])) : matches;
    if (found === undefined) return undefined;
    const [methods, named] = found;
    const parameters: Record<string, string> = {};
    for (const [name, value] of Object.entries(named)) {
      parameters[name] = decode(typeof value === "number" ? (stash?.[value] ?? "") : value);
    }
    return { methods, parameters };
  };
}

function size(parameters: object): number {
  return Object.keys(parameters).length;
}

function decode(part: string): string {
  if (!part.includes("%")) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
